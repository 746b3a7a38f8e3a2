/// What turns a cookie's token into a session.
protocol SessionOpener {
    /// The session of a token, or nil when the token is not one that was sealed for the host within its lifetime.
    func open(_ token: Span<UInt8>, host: String, now: Instant) -> Session?
}

extension SessionSealer: SessionOpener {}

/// The sessions of one event loop's latest visitors: a browser sends one token many times, and opening it once does.
///
/// Bounded by number: when as many as the limit have come since the last time, those that nobody has asked for
/// meanwhile are forgotten.
final class OpenSessions: SessionOpener {
    private struct Entry {
        let token: [UInt8]
        let session: Session
    }

    let sealer: SessionSealer
    /// Sessions that are remembered at least; at most twice as many are.
    let limit: Int
    private let hasher: CacheKeyHasher
    private var latest: [CacheKey: Entry] = [:]
    private var earlier: [CacheKey: Entry] = [:]

    /// - Parameters:
    ///   - sealer: opens tokens.
    ///   - limit: how many sessions are remembered; with 0 every token is opened anew.
    ///   - hasher: makes keys that nobody outside can construct.
    init(sealer: SessionSealer, limit: Int, hasher: CacheKeyHasher) {
        self.sealer = sealer
        self.limit = limit
        self.hasher = hasher
    }

    /// How many sessions are remembered.
    var count: Int { self.latest.count + self.earlier.keys.count(where: { self.latest[$0] == nil }) }

    func open(_ token: Span<UInt8>, host: String, now: Instant) -> Session? {
        guard self.limit > 0 else { return self.sealer.open(token, host: host, now: now) }
        // Every byte of a span of bytes is initialized.
        let key = unsafe self.hasher.hash(token.bytes)
        if let entry = self.entry(key), entry.token.span.isEqual(to: token) {
            return entry.session.host == host && self.sealer.isWithinLifetime(entry.session, now: now)
                ? entry.session : nil
        }
        guard let session = self.sealer.open(token, host: host, now: now) else { return nil }
        self.remember(Entry(token: token.array, session: session), for: key)
        return session
    }

    private func entry(_ key: CacheKey) -> Entry? {
        if let entry = self.latest[key] { return entry }
        guard let entry = self.earlier[key] else { return nil }
        self.remember(entry, for: key)
        return entry
    }

    private func remember(_ entry: Entry, for key: CacheKey) {
        if self.latest.count >= self.limit {
            self.earlier = self.latest
            self.latest.removeAll(keepingCapacity: false)
        }
        self.latest[key] = entry
    }
}

extension Span<UInt8> {
    fileprivate func isEqual(to other: Span<UInt8>) -> Bool {
        guard self.count == other.count else { return false }
        for index in self.indices where self[index] != other[index] { return false }
        return true
    }

    fileprivate var array: [UInt8] { self.indices.map { self[$0] } }
}
