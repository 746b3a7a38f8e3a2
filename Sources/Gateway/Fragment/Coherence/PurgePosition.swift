/// A place in the order of all purges: the identifier of an entry of the Redis stream that they go through.
///
/// It is compared with nothing but other places, so that no two clocks need to agree: a copy bears the place of the last
/// purge that was known when its fetch began, and any later one that names it ends it.
package struct PurgePosition: Comparable, Hashable, Sendable, CustomStringConvertible {
    /// Milliseconds and, in the lowest 20 bits, the number within the millisecond.
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Before all purges.
    package static let start = PurgePosition(rawValue: 0)

    /// Reads a stream identifier, `1732876543210-0`.
    ///
    /// - Returns: nil when it is none, or is beyond what 64 bits hold: the year 2527, or a million purges in one
    ///   millisecond.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = UInt64(parts[0]), let number = UInt64(parts[1]),
            milliseconds < 1 << (64 - Self.numberBits), number < 1 << Self.numberBits
        else { return nil }
        self.rawValue = milliseconds << Self.numberBits | number
    }

    /// The stream identifier.
    package var description: String {
        "\(self.rawValue >> Self.numberBits)-\(self.rawValue & (1 << Self.numberBits - 1))"
    }

    /// The next place.
    package var next: PurgePosition { PurgePosition(rawValue: self.rawValue + 1) }

    package static func < (left: PurgePosition, right: PurgePosition) -> Bool { left.rawValue < right.rawValue }

    private static let numberBits: UInt64 = 20
}
