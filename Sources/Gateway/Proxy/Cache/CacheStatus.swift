/// What this cache did for an answer: one member of `Cache-Status` (RFC 9211).
struct CacheStatus: Equatable, Sendable {
    /// The name of this cache, which is in every answer's `Cache-Status`.
    static let cacheName = "rose-ash"

    /// Why a request went on to the service (RFC 9211, section 2.2).
    enum Forward: String, Equatable, Sendable {
        /// The cache has no part in such a request.
        case bypass
        /// The method is not one that stored answers are used for.
        case method
        /// Nothing is stored for the address.
        case uriMiss = "uri-miss"
        /// Answers are stored for the address, and none for the request's header fields.
        case varyMiss = "vary-miss"
        /// What is stored is fresh, but the request does not take it.
        case request
        /// What is stored is stale.
        case stale
    }

    /// Why an answer is not simply what `hit` or `fwd` says.
    enum Detail: String, Equatable, Sendable {
        /// The service failed, and allows to use its stale answer then.
        case staleIfError = "stale-if-error"
        /// The stale answer is refreshed in the background.
        case staleWhileRevalidate = "stale-while-revalidate"
        /// The client wants what is stored or nothing, and nothing is.
        case onlyIfCached = "only-if-cached"
    }

    /// Whether the answer came from here, without the service.
    var isHit = false
    var forward: Forward?
    /// The service's status, where the client gets another.
    var forwardStatus: Int?
    /// The seconds for which the answer is still fresh; below zero for one that is stale.
    var timeToLive: Int?
    /// Whether the answer is kept, once it is whole.
    var isStored = false
    /// Whether the request waited for another's answer.
    var isCollapsed = false
    var detail: Detail?

    /// The member, as it stands in the field.
    var description: String {
        var text = Self.cacheName
        if self.isHit { text += "; hit" }
        if let forward { text += "; fwd=\(forward.rawValue)" }
        if let forwardStatus { text += "; fwd-status=\(forwardStatus)" }
        if let timeToLive { text += "; ttl=\(timeToLive)" }
        if self.isStored { text += "; stored" }
        if self.isCollapsed { text += "; collapsed" }
        if let detail { text += "; detail=\(detail.rawValue)" }
        return text
    }
}
