import GRDB

/// The counters of tries to sign in.
enum SignInThrottle {
    /// Counts a try under each of the names.
    ///
    /// - Returns: For how many seconds no more may be tried; nil when this one may go on.
    static func count(
        _ limits: KeyValuePairs<String, ThrottlePolicy.Limit>,
        now: Int64,
        in database: Database
    ) throws -> Int64? {
        var longest: Int64?
        for (key, limit) in limits {
            let stored = try SignInAttempts.fetchOne(database, key: key)
            let counter = stored.map { ThrottlePolicy.Counter(count: $0.count, startedAt: $0.startedAt) }
            switch ThrottlePolicy.decision(on: counter, limit: limit, now: now) {
            case .allowed(let counter):
                try SignInAttempts(key: key, count: counter.count, startedAt: counter.startedAt).upsert(database)
            case .wait(let seconds): longest = max(longest ?? 0, seconds)
            }
        }
        return longest
    }

    /// Forgets the tries of an account, whose owner has signed in.
    static func clear(_ key: String, in database: Database) throws {
        try SignInAttempts.deleteOne(database, key: key)
    }
}
