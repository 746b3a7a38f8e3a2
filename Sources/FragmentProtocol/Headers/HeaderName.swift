/// The names of the header fields that the protocol uses, as they are written; fields are told apart without case.
public enum HeaderName {
    /// The version of the protocol that the gateway speaks: `1`.
    public static let fragmentProtocol = "Fragment-Protocol"
    /// Milliseconds that are left for this fragment.
    public static let fragmentDeadline = "Fragment-Deadline"
    /// A signed assertion of who asks: an ``IdentityAssertion``.
    public static let gatewayIdentity = "Gateway-Identity"
    /// The page's title, from the primary fragment.
    public static let fragmentTitle = "Fragment-Title"
    /// The page's metadata as JSON, from the primary fragment.
    public static let fragmentMeta = "Fragment-Meta"
    /// Names under which a fragment can be purged.
    public static let cacheTag = "Cache-Tag"
    /// The groups that an answer belongs to (RFC 9875, section 2).
    public static let cacheGroups = "Cache-Groups"
    /// The groups that an answer to an unsafe method ends (RFC 9875, section 3).
    public static let cacheGroupInvalidation = "Cache-Group-Invalidation"
    /// What caches may do with an answer (RFC 9111, section 5.2).
    public static let cacheControl = "Cache-Control"
    /// What surrogates may do with an answer; wins over `Cache-Control`.
    public static let surrogateControl = "Surrogate-Control"
    /// What content delivery networks may do with an answer (RFC 9213); wins over `Cache-Control`.
    public static let cdnCacheControl = "CDN-Cache-Control"
    /// The request's header fields that an answer depends on (RFC 9110, section 12.5.5).
    public static let vary = "Vary"
    /// An answer's validator (RFC 9110, section 8.8.3).
    public static let etag = "ETag"
    /// When an answer's content was last changed (RFC 9110, section 8.8.2).
    public static let lastModified = "Last-Modified"
    /// Seconds since an answer was made or validated (RFC 9111, section 5.1).
    public static let age = "Age"
    /// When an answer was made (RFC 9110, section 6.6.1).
    public static let date = "Date"
    /// When an answer becomes stale (RFC 9111, section 5.3).
    public static let expires = "Expires"
    /// What belongs to an answer (RFC 8288).
    public static let link = "Link"
    /// Where an answer leads (RFC 9110, section 10.2.2).
    public static let location = "Location"
    /// An answer's media type (RFC 9110, section 8.3).
    public static let contentType = "Content-Type"
    /// Browser state, which services do not hold (RFC 6265).
    public static let setCookie = "Set-Cookie"
    /// The media types that are wanted (RFC 9110, section 12.5.1).
    public static let accept = "Accept"
    /// The languages that are wanted (RFC 9110, section 12.5.4).
    public static let acceptLanguage = "Accept-Language"
    /// The validators of the copies that are held (RFC 9110, section 13.1.2).
    public static let ifNoneMatch = "If-None-Match"
    /// Where in a trace a request stands (W3C Trace Context, section 3.2).
    public static let traceparent = "traceparent"
    /// What the systems of a trace add to it (W3C Trace Context, section 3.3).
    public static let tracestate = "tracestate"
    /// The client's address.
    public static let xForwardedFor = "X-Forwarded-For"
    /// The scheme that the client used.
    public static let xForwardedProto = "X-Forwarded-Proto"
    /// The host that the client asked.
    public static let xForwardedHost = "X-Forwarded-Host"
    /// The client's address, scheme and host (RFC 7239).
    public static let forwarded = "Forwarded"

    /// The fields that the gateway alone says: what a client sends of these is dropped, unless a trusted proxy sent it.
    public static let reserved = [
        fragmentProtocol, fragmentDeadline, gatewayIdentity, traceparent, tracestate, xForwardedFor, xForwardedProto,
        xForwardedHost, forwarded,
    ]

    /// Whether two names are the same field: names are compared without case (RFC 9110, section 5.1).
    @inlinable
    public static func isSame(_ one: some StringProtocol, _ other: some StringProtocol) -> Bool {
        one.utf8.count == other.utf8.count
            && zip(one.utf8, other.utf8).allSatisfy { $0.lowercasedASCII == $1.lowercasedASCII }
    }
}
