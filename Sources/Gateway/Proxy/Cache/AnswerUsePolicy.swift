import FragmentProtocol

/// Says what becomes of a request to a service whose answers are stored (RFC 9111, sections 4 and 5.2.1; RFC 5861).
///
/// Pure: what is stored and the moment come with the question.
enum AnswerUsePolicy {
    /// Whether stored answers have a part in a request at all.
    enum Admission: Equatable, Sendable {
        /// Look for one.
        case lookUp
        /// It goes to the service, for this reason.
        case pass(CacheStatus.Forward)
        /// It would have to go to the service, and the client does not want that.
        case refuse
    }

    /// What a request gets.
    enum Decision: Equatable, Sendable {
        /// What is stored.
        case serve
        /// What is stored, which is stale; it is refreshed in the background.
        case serveAndRefresh
        /// The service's answer, for this reason; what is stored, if anything, helps to ask.
        case ask(CacheStatus.Forward)
        /// `504`: the client wants what is stored, and there is nothing that it would take.
        case refuse
    }

    /// Decides before anything is looked for.
    static func admission(of request: AnswerRequest) -> Admission {
        guard request.method == .get || request.method == .head else { return .pass(.method) }
        // What a body of GET means is the service's affair (RFC 9110, section 9.3.1), and it is no part of the key.
        guard !request.hasBody, !request.needsService else {
            return request.control.onlyIfCached ? .refuse : .pass(.bypass)
        }
        return .lookUp
    }

    /// Decides once what is stored is known.
    ///
    /// - Parameters:
    ///   - request: what is asked.
    ///   - stored: the answer that is stored for it.
    ///   - isVaryMiss: whether nothing is stored for it, but for requests with other header fields.
    ///   - now: the moment.
    /// - Returns: what the request gets.
    static func decision(
        for request: AnswerRequest,
        stored: StoredAnswer?,
        isVaryMiss: Bool = false,
        at now: Instant
    ) -> Decision {
        func ask(_ reason: CacheStatus.Forward) -> Decision {
            request.control.onlyIfCached ? .refuse : .ask(reason)
        }
        guard let stored else { return ask(isVaryMiss ? .varyMiss : .uriMiss) }
        let usability = stored.fragment.usability(at: now)
        guard Self.takes(request, stored, at: now) else {
            return ask(usability == .fresh ? .request : .stale)
        }
        switch usability {
        case .fresh: return .serve
        case .staleWhileRevalidate: return request.control.onlyIfCached ? .serve : .serveAndRefresh
        case .staleIfError, .expired:
            return Self.toleratesStale(request, stored, at: now) ? .serve : ask(.stale)
        }
    }

    /// Whether a stored answer may take the place of a service that failed (RFC 5861, section 4).
    static func servesOnError(_ request: AnswerRequest, _ stored: StoredAnswer, at now: Instant) -> Bool {
        guard Self.takes(request, stored, at: now) else { return false }
        if now < stored.fragment.errorUntil { return true }
        guard let seconds = request.control.staleIfError, !stored.head.forbidsStale else { return false }
        return now < stored.fragment.freshUntil + .seconds(seconds)
    }

    /// Whether a status means that the service failed (RFC 5861, section 4).
    static func isError(status: Int) -> Bool {
        switch status {
        case 500, 502, 503, 504: true
        default: false
        }
    }

    /// Whether the request has nothing against the stored answer but, perhaps, that it is stale.
    private static func takes(_ request: AnswerRequest, _ stored: StoredAnswer, at now: Instant) -> Bool {
        let control = request.control
        if control.noCache { return false }
        if let maxAge = control.maxAge, stored.age(at: now) > maxAge { return false }
        if let minFresh = control.minFresh, stored.fragment.freshUntil - now < .seconds(minFresh) { return false }
        return true
    }

    /// Whether the client takes the stored answer though it is stale, and the service has nothing against it.
    private static func toleratesStale(_ request: AnswerRequest, _ stored: StoredAnswer, at now: Instant) -> Bool {
        guard let tolerance = request.control.maxStale, !stored.head.forbidsStale else { return false }
        switch tolerance {
        case .any: return true
        case .seconds(let seconds): return now - stored.fragment.freshUntil <= .seconds(seconds)
        }
    }
}
