import Logging
import NIOCore

/// What the store has said, for the requests of one event loop, of cookies of people who are signed in.
///
/// An answer serves for as long as ``SessionFreshnessPolicy`` says; however many ask meanwhile, the store is asked once.
final class OpenSignedInSessions {
    private struct Entry {
        let token: [UInt8]
        let host: String
        /// The last answer that there was one in; nil once the session is over, or while none has come.
        var opened: OpenedSession?
        /// When the store said that it is over.
        var endedAt: Instant?
        /// When the store was asked in vain, since its last answer.
        var failedAt: Instant?
    }

    let sessions: SignedInSessions
    private let eventLoop: any EventLoop
    private let hasher: CacheKeyHasher
    private var entries: RecentEntries<Entry>
    /// What waits for each answer that the store owes.
    private var waiting: [CacheKey: [() -> Void]] = [:]
    /// What has been answered just now holds for those who waited for it, however long that took.
    private var answering: CacheKey?

    /// Fewest sessions that are remembered: what was asked for must be found by those who waited.
    private static let leastLimit = 64

    /// - Parameters:
    ///   - sessions: asks the store.
    ///   - eventLoop: the loop.
    ///   - limit: how many are remembered at least; at most twice as many are.
    ///   - hasher: makes keys that nobody outside can construct.
    init(sessions: SignedInSessions, eventLoop: any EventLoop, limit: Int, hasher: CacheKeyHasher) {
        self.sessions = sessions
        self.eventLoop = eventLoop
        self.hasher = hasher
        self.entries = RecentEntries(limit: max(limit, Self.leastLimit))
    }

    /// How many cookies are remembered.
    var count: Int { self.entries.count }

    func find(_ token: Span<UInt8>, host: String, now: Instant) -> SessionFinding {
        // Every byte of a span of bytes is initialized.
        let key = unsafe self.hasher.hash(token.bytes)
        guard let entry = self.entries[key], entry.host == host, entry.token.span.isEqual(to: token) else {
            return .unasked
        }
        if self.answering == key { return Self.finding(entry) }
        if let end = entry.endedAt {
            // A name that is given to no session again; but a flood of such cookies must not fill the memory for long.
            let age = now - end
            return age >= .zero && age < SessionFreshnessPolicy.longest ? .ended : .unasked
        }
        switch SessionFreshnessPolicy.step(
            confirmed: entry.opened.map { now - $0.askedAt },
            failed: entry.failedAt.map { now - $0 }
        )
        {
        case .use: return Self.finding(entry)
        case .useAndAsk:
            if self.waiting[key] == nil { self.ask(token.array, host: host, now: now) {} }
            return Self.finding(entry)
        case .ask: return .unasked
        case .refuse: return .unavailable
        }
    }

    private static func finding(_ entry: Entry) -> SessionFinding {
        if let opened = entry.opened { return .session(opened.session) }
        return entry.endedAt == nil ? .unavailable : .ended
    }

    /// Asks the store of a cookie's value.
    ///
    /// - Parameters:
    ///   - token: the value.
    ///   - host: the host's name as it is configured.
    ///   - now: the moment of the visit.
    ///   - completion: called once, on the loop and never before this returns, when ``find(_:host:now:)`` knows more.
    func ask(_ token: [UInt8], host: String, now: Instant, then completion: @escaping () -> Void) {
        let span = token.span
        // Every byte of an array of bytes is initialized.
        let key = unsafe self.hasher.hash(span.bytes)
        if self.waiting[key] != nil {
            self.waiting[key]?.append(completion)
            return
        }
        self.waiting[key] = [completion]
        let known = self.entries[key].flatMap { $0.host == host && $0.token == token ? $0.opened : nil }
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        Task { [sessions, eventLoop] in
            let opening = await sessions.open(token, host: host, now: now, known: known)
            eventLoop.execute { bound.value.answered(key, Entry(token: token, host: host), opening, asked: now) }
        }
    }

    private func answered(_ key: CacheKey, _ blank: Entry, _ opening: SessionOpening, asked: Instant) {
        var entry = blank
        let held = self.entries[key].flatMap { $0.host == blank.host && $0.token == blank.token ? $0 : nil }
        switch opening {
        case .open(let opened):
            if let end = held?.endedAt, end >= asked {
                // It has ended here while the store was asked.
                entry.endedAt = end
            } else {
                entry.opened = opened
            }
        case .ended: entry.endedAt = asked
        case .unavailable(let failure):
            if let held { entry = held }
            if entry.failedAt == nil {
                self.sessions.logger.warning("a session cannot be looked up", metadata: ["reason": "\(failure)"])
            }
            entry.failedAt = asked
            // A session is worth nothing after its access token, whoever cannot be reached.
            if let opened = entry.opened,
                asked - opened.askedAt >= SessionFreshnessPolicy.outage
                    || asked >= opened.session.owner?.accessEndsAt ?? .distantFuture
            {
                entry.opened = nil
            }
        }
        self.entries.remember(entry, for: key)
        let waiting = self.waiting.removeValue(forKey: key) ?? []
        self.answering = key
        for completion in waiting { completion() }
        self.answering = nil
    }

    /// Takes down that sessions are over, before the store would be asked again.
    func end(_ keys: Set<SessionKey>, now: Instant) {
        self.entries.updateAll { entry in
            guard let session = entry.opened?.session,
                keys.contains(SessionKey(host: session.host, id: session.id))
            else { return }
            entry.opened = nil
            entry.endedAt = now
        }
    }
}
