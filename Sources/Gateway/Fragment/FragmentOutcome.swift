/// The step of the ladder that a fragment came from, as `Server-Timing` names it.
enum FragmentStep: String, Sendable {
    case memory
    case redis
    /// On its way from the service when the head was sent; the trailer tells what became of it.
    case pending
    /// The service's answer.
    case fetched
    /// The service's answer to another request for the same.
    case collapsed
    /// A copy past its time, while a newer one is fetched.
    case stale
    /// A copy past its time, because the service failed.
    case staleIfError = "stale-if-error"
    /// What the service's manifest names instead.
    case manifestFallback = "manifest-fallback"
    /// What the template shows instead.
    case fallback

    /// Whether the copy was fresh and in a cache.
    var isHit: Bool { self == .memory || self == .redis }
}

/// Why there is no answer.
enum FragmentFailure: Error, Sendable, Equatable {
    /// The service could not be reached or is overloaded; trying again may help.
    case unavailable(String)
    case timeout
    /// The service answered something that the protocol does not allow here.
    case badAnswer(String)
    /// The service said that there is no such thing; the status is from 400 to 499.
    case refused(status: Int)

    /// The status of a page whose primary fragment failed so.
    var pageStatus: Int {
        switch self {
        case .unavailable: 503
        case .timeout: 504
        case .badAnswer: 502
        case .refused: 404
        }
    }

    var description: String {
        switch self {
        case .unavailable(let message), .badAnswer(let message): message
        case .timeout: "no whole answer in time"
        case .refused(let status): "status \(status)"
        }
    }
}

/// What asking for a fragment came to.
enum FragmentOutcome {
    case served(CacheEntry, FragmentStep)
    /// No answer; a copy that may still serve is the asker's to use.
    case failed(FragmentFailure)
}
