/// The fragments whose last answer was for its asker alone: nobody waits for another's fetch of one, and Redis is not asked.
///
/// Without it, everybody who asks while such a fetch is under way would wait for it in vain, and then ask.
struct UnsharedKeys {
    /// How long an answer is remembered so; one that may be kept ends it at once.
    private static let memory = Duration.seconds(60)
    /// Most keys; forgetting all of them costs each one fetch that is waited for in vain.
    static let limit = 4096

    private var until: [CacheKey: Instant] = [:]

    func contains(_ key: CacheKey, at now: Instant) -> Bool {
        guard !until.isEmpty, let end = until[key] else { return false }
        return now < end
    }

    mutating func insert(_ key: CacheKey, at now: Instant) {
        if until.count >= Self.limit, until[key] == nil { until.removeAll(keepingCapacity: true) }
        until[key] = now + Self.memory
    }

    mutating func remove(_ key: CacheKey) {
        if !until.isEmpty { until[key] = nil }
    }
}
