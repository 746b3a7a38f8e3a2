extension Duration {
    /// Whole nanoseconds, at most what an `Int64` holds.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        let (product, overflowed) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflowed ? (seconds < 0 ? .min : .max) : product + attoseconds / 1_000_000_000
    }
}
