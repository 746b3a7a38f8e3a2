/// The sessions of one event loop's latest visitors: a browser sends one token many times, and opening it once does.
///
/// Bounded by number: when as many as the limit have come since the last time, those that nobody has asked for
/// meanwhile are forgotten. What is sealed into the cookie itself is known at once; whether somebody is still signed in
/// only the store knows, and ``signedIn`` remembers what it said.
final class OpenSessions: SessionOpener {
    private struct Entry {
        let token: [UInt8]
        let session: Session
    }

    let sealer: SessionSealer
    /// What the store has said of those who are signed in; nil where nobody can be.
    let signedIn: OpenSignedInSessions?
    /// Sessions that are remembered at least; at most twice as many are.
    let limit: Int
    private let hasher: CacheKeyHasher
    private var entries: RecentEntries<Entry>

    /// - Parameters:
    ///   - sealer: opens tokens.
    ///   - signedIn: remembers what the store said; nil where nobody can be signed in.
    ///   - limit: how many sessions are remembered; with 0 every token is opened anew.
    ///   - hasher: makes keys that nobody outside can construct.
    init(sealer: SessionSealer, signedIn: OpenSignedInSessions? = nil, limit: Int, hasher: CacheKeyHasher) {
        self.sealer = sealer
        self.signedIn = signedIn
        self.limit = limit
        self.hasher = hasher
        self.entries = RecentEntries(limit: limit)
    }

    /// How many sessions are remembered of people without a name.
    var count: Int { self.entries.count }

    func find(_ token: Span<UInt8>, host: String, now: Instant) -> SessionFinding {
        if let signedIn, token.count == SignedInSessions.tokenLength {
            return signedIn.find(token, host: host, now: now)
        }
        return self.open(token, host: host, now: now).map { .session($0) } ?? .none
    }

    func open(_ token: Span<UInt8>, host: String, now: Instant) -> Session? {
        guard self.limit > 0 else { return self.sealer.open(token, host: host, now: now) }
        // Every byte of a span of bytes is initialized.
        let key = unsafe self.hasher.hash(token.bytes)
        if let entry = self.entries[key], entry.token.span.isEqual(to: token) {
            return entry.session.host == host && self.sealer.isWithinLifetime(entry.session, now: now)
                ? entry.session : nil
        }
        guard let session = self.sealer.open(token, host: host, now: now) else { return nil }
        self.entries.remember(Entry(token: token.array, session: session), for: key)
        return session
    }
}

/// Entries by key, of which those that nobody has asked for are forgotten when as many as the limit have come.
struct RecentEntries<Entry> {
    /// Entries that are kept at least; at most twice as many are.
    let limit: Int
    private var latest: [CacheKey: Entry] = [:]
    private var earlier: [CacheKey: Entry] = [:]

    init(limit: Int) {
        self.limit = limit
    }

    var count: Int { self.latest.count + self.earlier.keys.count(where: { self.latest[$0] == nil }) }

    /// The entry of a key, which has been asked for with this.
    subscript(key: CacheKey) -> Entry? {
        mutating get {
            if let entry = self.latest[key] { return entry }
            guard let entry = self.earlier[key] else { return nil }
            self.remember(entry, for: key)
            return entry
        }
    }

    mutating func remember(_ entry: Entry, for key: CacheKey) {
        if self.latest.count >= self.limit, self.latest[key] == nil {
            self.earlier = self.latest
            self.latest.removeAll(keepingCapacity: false)
        }
        self.latest[key] = entry
    }

    /// Changes every entry.
    mutating func updateAll(_ body: (inout Entry) -> Void) {
        for key in self.latest.keys { self.latest[key].map { entry in self.latest[key] = Self.updated(entry, body) } }
        for key in self.earlier.keys {
            self.earlier[key].map { entry in self.earlier[key] = Self.updated(entry, body) }
        }
    }

    private static func updated(_ entry: Entry, _ body: (inout Entry) -> Void) -> Entry {
        var entry = entry
        body(&entry)
        return entry
    }
}

extension Span<UInt8> {
    func isEqual(to other: Span<UInt8>) -> Bool {
        guard self.count == other.count else { return false }
        for index in self.indices where self[index] != other[index] { return false }
        return true
    }

    var array: [UInt8] { self.indices.map { self[$0] } }
}
