/// The addresses whose answers were ended of late: an answer that was on its way then is older, and is not stored.
struct InvalidationLog {
    /// The most addresses; when there are more, all are forgotten, and nothing that is on its way is stored.
    static let limit = 1024

    private var moments: [CacheKey: Instant] = [:]
    private var everything = Instant.distantPast

    /// Notes that the answers of an address were ended.
    mutating func insert(_ key: CacheKey, at now: Instant) {
        if self.moments.count >= Self.limit, self.moments[key] == nil {
            self.moments.removeAll(keepingCapacity: true)
            self.everything = now
        }
        self.moments[key] = now
    }

    /// Whether an answer that was asked for at a moment may be stored for an address.
    func allows(_ key: CacheKey, askedFor requestedAt: Instant) -> Bool {
        if requestedAt <= self.everything { return false }
        guard let moment = self.moments[key] else { return true }
        return moment < requestedAt
    }
}
