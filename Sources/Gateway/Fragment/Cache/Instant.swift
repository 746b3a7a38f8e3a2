import FoundationEssentials

/// A moment: milliseconds since the Unix epoch.
///
/// Wall-clock time, because a moment goes to Redis and is read there by other gateways. Sums stay between
/// ``distantPast`` and ``distantFuture``, so that no number from outside can trap.
package struct Instant: Comparable, Hashable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The epoch.
    package static let distantPast = Instant(milliseconds: 0)
    /// 2^53 milliseconds, some 285,000 years on.
    package static let distantFuture = Instant(milliseconds: 1 << 53)

    /// The time of the system's clock.
    package static func now() -> Instant {
        Instant(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000))
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    package static func + (instant: Instant, duration: Duration) -> Instant {
        let (sum, overflowed) = instant.milliseconds.addingReportingOverflow(duration.milliseconds)
        guard !overflowed else { return duration < .zero ? .distantPast : .distantFuture }
        return min(max(Instant(milliseconds: sum), .distantPast), .distantFuture)
    }

    /// The time from `right` to `left`, negative when `left` comes first.
    package static func - (left: Instant, right: Instant) -> Duration {
        let (difference, overflowed) = left.milliseconds.subtractingReportingOverflow(right.milliseconds)
        return .milliseconds(overflowed ? (left > right ? Int64.max : Int64.min) : difference)
    }
}

extension Duration {
    /// The whole milliseconds of the duration, at most `Int64.max`.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = self.components
        let (product, overflowed) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        guard overflowed || carried else { return sum }
        return seconds < 0 ? .min : .max
    }
}
