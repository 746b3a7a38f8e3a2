/// How long to wait before the next attempt to reach a Redis: twice as long after each failure in a row, up to a limit.
enum RedisBackoff {
    /// - Parameters:
    ///   - failures: how many attempts have failed in a row before the last one.
    ///   - range: the shortest and the longest wait.
    ///   - jitter: a random number from 0 to 1, so that the gateways do not all come back at once.
    /// - Returns: the wait.
    static func wait(after failures: Int, within range: ClosedRange<Duration>, jitter: Double) -> Duration {
        // 2^20 times anything sensible is more than the upper bound.
        min(range.lowerBound * (1 << min(failures, 20)), range.upperBound) * (0.5 + 0.5 * jitter)
    }
}
