/// What a `Cache-Control`, `CDN-Cache-Control` or `Surrogate-Control` field says (RFC 9111, section 5.2).
///
/// All times are whole seconds, from 0 to ``greatestDelta``. The fields of requests are here too, because the field is
/// the same.
public struct CacheDirectives: Hashable, Sendable {
    /// The number of seconds that larger ones count as: 2^31 (RFC 9111, section 1.2.2).
    public static let greatestDelta = 2_147_483_648

    /// How stale an answer a client takes (RFC 9111, section 5.2.1.2).
    public enum MaxStale: Hashable, Sendable {
        /// However stale.
        case any
        /// By at most so many seconds.
        case seconds(Int)
    }

    /// A directive that this library does not know.
    public struct Extension: Hashable, Sendable {
        /// The name, in lower case.
        public let name: String
        /// The value without its quotes, or nil for a directive without `=`.
        public let value: String?
    }

    /// Shared caches may store it, even where they would not otherwise (`public`, section 5.2.2.9).
    public var isPublic: Bool
    /// It belongs to one person (`private`, section 5.2.2.7), in whole or in the fields of ``privateFields``.
    public var isPrivate: Bool
    /// Nothing of it may be stored (`no-store`, sections 5.2.1.5 and 5.2.2.5).
    public var noStore: Bool
    /// It may not be used without asking (`no-cache`, sections 5.2.1.4 and 5.2.2.4).
    public var noCache: Bool
    /// Once stale, it may not be used without asking (`must-revalidate`, section 5.2.2.2).
    public var mustRevalidate: Bool
    /// As `must-revalidate`, for shared caches (`proxy-revalidate`, section 5.2.2.8).
    public var proxyRevalidate: Bool
    /// Its content may not be transformed (`no-transform`, sections 5.2.1.6 and 5.2.2.6).
    public var noTransform: Bool
    /// Only a cache that understands the status may store it (`must-understand`, section 5.2.2.3).
    public var mustUnderstand: Bool
    /// It does not change while it is fresh (`immutable`, RFC 8246).
    public var immutable: Bool
    /// A request that wants a stored answer or none (`only-if-cached`, section 5.2.1.7).
    public var onlyIfCached: Bool
    /// Seconds for which it is fresh (`max-age`, sections 5.2.1.1 and 5.2.2.1).
    public var maxAge: Int?
    /// Seconds for which it is fresh in shared caches (`s-maxage`, section 5.2.2.10).
    public var sharedMaxAge: Int?
    /// Seconds after its freshness in which it may be used while it is asked for anew (RFC 5861, section 3).
    public var staleWhileRevalidate: Int?
    /// Seconds after its freshness in which it may be used when asking anew fails (RFC 5861, section 4).
    public var staleIfError: Int?
    /// Seconds for which a client wants the answer to stay fresh (`min-fresh`, section 5.2.1.3).
    public var minFresh: Int?
    /// How stale an answer a client takes (`max-stale`, section 5.2.1.2).
    public var maxStale: MaxStale?
    /// The capabilities that a surrogate needs for the content, such as `ESI/1.0` (`content` of `Surrogate-Control`).
    public var content: String?
    /// The fields that `private` is limited to, in lower case and sorted; caches may take it as unlimited.
    public internal(set) var privateFields: [String] = []
    /// The fields that `no-cache` is limited to, in lower case and sorted; caches may take it as unlimited.
    public internal(set) var noCacheFields: [String] = []
    /// Directives that this library does not know, sorted by name, each name once.
    public internal(set) var extensions: [Extension] = []

    /// Directives of their parts; times are seconds.
    public init(
        isPublic: Bool = false,
        isPrivate: Bool = false,
        noStore: Bool = false,
        noCache: Bool = false,
        mustRevalidate: Bool = false,
        proxyRevalidate: Bool = false,
        noTransform: Bool = false,
        mustUnderstand: Bool = false,
        immutable: Bool = false,
        onlyIfCached: Bool = false,
        maxAge: Int? = nil,
        sharedMaxAge: Int? = nil,
        staleWhileRevalidate: Int? = nil,
        staleIfError: Int? = nil,
        minFresh: Int? = nil,
        maxStale: MaxStale? = nil,
        content: String? = nil
    ) {
        self.isPublic = isPublic
        self.isPrivate = isPrivate
        self.noStore = noStore
        self.noCache = noCache
        self.mustRevalidate = mustRevalidate
        self.proxyRevalidate = proxyRevalidate
        self.noTransform = noTransform
        self.mustUnderstand = mustUnderstand
        self.immutable = immutable
        self.onlyIfCached = onlyIfCached
        self.maxAge = maxAge
        self.sharedMaxAge = sharedMaxAge
        self.staleWhileRevalidate = staleWhileRevalidate
        self.staleIfError = staleIfError
        self.minFresh = minFresh
        self.maxStale = maxStale
        self.content = content
    }

    /// Seconds for which a shared cache may take it as fresh, or nil when the directives do not say
    /// (RFC 9111, section 4.2.1).
    public var sharedFreshness: Int? { sharedMaxAge ?? maxAge }

    /// Whether the directives say nothing at all.
    public var isEmpty: Bool { self == CacheDirectives() }
}
