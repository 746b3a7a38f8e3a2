/// When an upstream is asked for its manifest again.
enum ManifestPacePolicy {
    /// The pause until then.
    ///
    /// - Parameters:
    ///   - failures: how many readings have failed in a row.
    ///   - settings: the interval, and the first pause after a failure.
    ///   - random: from 0 to 1; spreads the gateways and upstreams that began at the same moment.
    /// - Returns: how long.
    static func pause(afterFailures failures: Int, settings: ManifestSettings, random: Double) -> Duration {
        var pause = settings.refresh
        if failures > 0 {
            pause = settings.retry
            for _ in 1..<failures where pause < settings.refresh { pause = pause * 2 }
            pause = min(pause, settings.refresh)
        }
        return pause * (0.9 + 0.2 * random)
    }
}
