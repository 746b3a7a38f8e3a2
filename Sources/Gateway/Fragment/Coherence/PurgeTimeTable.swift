/// When targets were purged; at most so many are remembered.
struct PurgeTimeTable {
    private let limit: Int
    private var times: [CacheKey: PurgeTimes] = [:]
    /// Purges of targets before this place may have been forgotten.
    private(set) var floor = PurgePosition.start

    init(limit: Int) {
        self.limit = max(1, limit)
    }

    /// The number of targets that are remembered.
    var count: Int { self.times.count }

    /// Notes that a target was purged, at a later place than all before.
    mutating func note(_ mode: PurgeRecord.Mode, of key: CacheKey, _ position: PurgePosition, _ now: Instant) {
        self.times[key, default: PurgeTimes()].note(mode, position, now)
        if self.times.count > self.limit { self.forgetOldest() }
    }

    /// When a copy that bears a place became stale by purges of a target: never, at a moment, or, where it has ended, nil.
    func end(of key: CacheKey, _ stamp: PurgePosition) -> Instant? {
        guard let times = self.times[key] else { return .distantFuture }
        if stamp < times.hard { return nil }
        return stamp < times.soft ? times.softenedAt : .distantFuture
    }

    /// Forgets half of the targets, those purged longest ago.
    private mutating func forgetOldest() {
        let ordered = self.times.values.map(\.latest).sorted()
        let newestForgotten = ordered[ordered.count / 2]
        self.times = self.times.filter { $0.value.latest > newestForgotten }
        self.floor = max(self.floor, newestForgotten)
    }
}

/// When one target was purged.
struct PurgeTimes {
    private(set) var hard = PurgePosition.start
    private(set) var soft = PurgePosition.start
    /// When the soft purge became known here.
    private(set) var softenedAt = Instant.distantPast

    var latest: PurgePosition { max(self.hard, self.soft) }

    mutating func note(_ mode: PurgeRecord.Mode, _ position: PurgePosition, _ now: Instant) {
        switch mode {
        case .hard: self.hard = position
        case .soft:
            self.soft = position
            self.softenedAt = now
        }
    }
}
