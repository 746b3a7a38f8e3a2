/// An estimate of a quantile of a service's latest answer times, in constant space.
///
/// Times are counted in buckets of an eighth of a power of two, so that the estimate is at most an eighth too high, and
/// never too low. All counts are halved from time to time: what was long ago fades.
struct LatencyQuantile: Sendable {
    /// Buckets for each power of two.
    private static let steps = 8
    /// Powers of two of microseconds: up to more than an hour.
    private static let powers = 32
    /// Fewer answers than this tell nothing of the slowest ones.
    static let fewest = 50
    /// After so many answers the counts are halved.
    private static let halving = 1024
    /// Between two looks through the buckets.
    private static let renewal = 16

    private let percent: Int
    private var counts = Array(repeating: Int32(0), count: Self.steps * Self.powers)
    private var total = 0
    private var sinceRenewal = 0
    /// The estimate; nil while there are too few answers.
    private(set) var value: Duration?

    /// An estimate of the time within which so many percent of the answers came.
    init(percent: Int) {
        self.percent = percent
    }

    mutating func add(_ time: Duration) {
        counts[Self.bucket(time)] += 1
        total += 1
        sinceRenewal += 1
        if total >= Self.halving { halve() }
        guard total >= Self.fewest, sinceRenewal >= Self.renewal || value == nil else { return }
        sinceRenewal = 0
        value = estimate()
    }

    private func estimate() -> Duration? {
        var rest = (total * percent + 99) / 100
        for (bucket, count) in counts.enumerated() {
            rest -= Int(count)
            if rest <= 0 { return Self.end(of: bucket) }
        }
        return nil
    }

    private mutating func halve() {
        total = 0
        for bucket in counts.indices {
            counts[bucket] /= 2
            total += Int(counts[bucket])
        }
    }

    /// The bucket of a time: its highest bit, and the three bits behind that.
    static func bucket(_ time: Duration) -> Int {
        let (seconds, attoseconds) = time.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let microseconds = min(seconds, 1 << 32) * 1_000_000 + attoseconds / 1_000_000_000_000
        let scaled = microseconds + Int64(steps)
        let power = 63 - scaled.leadingZeroBitCount - 3
        let bucket = power * steps + Int((scaled >> Int64(power)) & 7)
        return min(bucket, steps * powers - 1)
    }

    /// The least time that is over those of a bucket.
    static func end(of bucket: Int) -> Duration {
        let (power, step) = (bucket / steps, bucket % steps)
        return .microseconds((Int64(steps + step + 1) << Int64(power)) - Int64(steps))
    }
}
