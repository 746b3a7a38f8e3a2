import FragmentProtocol

/// What the headers of an answer say about its caching.
struct CachingFields {
    let headers: FragmentResponseHeaders
    /// The directives that count: those of `Surrogate-Control`, or else of `CDN-Cache-Control`, or else of
    /// `Cache-Control` (RFC 9213, section 2.2).
    let control: CacheDirectives
    /// `Expires`, which counts beside `Cache-Control` only (RFC 9213, section 2.2).
    let expires: String?
    let setsCookie: Bool

    init(_ fields: [(name: String, value: String)]) {
        let headers = FragmentResponseHeaders(decoding: fields)
        self.headers = headers
        let targeted = Self.targeted(headers)
        self.control = targeted ?? headers.cacheControl ?? CacheDirectives()
        self.expires = targeted == nil ? headers.expires : nil
        self.setsCookie = fields.contains { HeaderName.isSame($0.name, HeaderName.setCookie) }
    }

    var hasValidator: Bool { self.headers.etag != nil || self.headers.lastModified != nil }

    /// Whether no field says how long the answer is fresh or who may keep it.
    var saysNothing: Bool { self.control.isEmpty && self.expires == nil }

    /// The age on arrival (RFC 9111, section 5.1); zero when it is missing or no number.
    var age: Duration { .seconds(self.headers.age ?? 0) }

    /// The directives that are meant for gateways in particular; nil when there are none.
    private static func targeted(_ headers: FragmentResponseHeaders) -> CacheDirectives? {
        if let surrogate = headers.surrogateControl {
            // `content` says what is to be done with the body, and nothing about caching.
            var caching = surrogate
            caching.content = nil
            if !caching.isEmpty { return surrogate }
        }
        // Also when it says nothing that is known here: it is there for gateways, and counts (RFC 9213, section 2.2).
        return headers.cdnCacheControl
    }
}
