/// Decides which keys sign and which are still published.
enum KeyRotationPolicy {
    /// What is known of a key without its bytes.
    struct Key: Sendable, Equatable {
        let id: String
        let algorithm: String
        let madeAt: Int64
        /// Since when it signs no more.
        let retiredAt: Int64?
    }

    /// The keys that are published, in the order in which they are tried: for each algorithm the one that signs first.
    ///
    /// - Parameters:
    ///   - keys: All that are kept.
    ///   - now: Seconds since 1970.
    ///   - keptFor: How long a key stays published that signs no more; longer than any token lives.
    /// - Returns: Those that are published.
    static func published(_ keys: [Key], now: Int64, keptFor: Int64) -> [Key] {
        keys.filter { key in key.retiredAt.map { now - $0 <= keptFor } ?? true }
            .sorted { left, right in
                if (left.retiredAt == nil) != (right.retiredAt == nil) { return left.retiredAt == nil }
                return (left.madeAt, left.id) > (right.madeAt, right.id)
            }
    }
}
