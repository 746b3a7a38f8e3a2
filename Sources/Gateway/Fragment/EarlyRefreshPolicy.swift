/// Says when a copy that is in use is fetched anew, before its time is over, so that nobody ever waits for it.
///
/// After the probabilistic early expiration of Vattani, Chierichetti and Lowenstein (VLDB 2015), with two differences: the
/// moment is drawn once for each event loop's copy instead of at each look, so that a look costs nothing; and it lies
/// before the end by what the last fetch took at least, so that the copy is there in time.
enum EarlyRefreshPolicy {
    /// The largest part of a copy's time that is given up.
    private static let largestShare = 10

    /// How long a stale copy is just served after a try to refresh it: a service that fails is not asked for each page.
    static let pause = Duration.milliseconds(250)

    /// The moment from which on a use of a stale copy lets it be refreshed again, when it has just been tried.
    ///
    /// - Parameters:
    ///   - fragment: the copy.
    ///   - now: the moment of the try.
    /// - Returns: a moment not after the end of the time in which it may be served stale.
    static func retryAt(_ fragment: StoredFragment, now: Instant) -> Instant {
        min(now + Self.pause, fragment.revalidateUntil)
    }

    /// A number from 0 to 2 for a copy, made of its key: the system's random numbers cost a call of the kernel each.
    ///
    /// - Parameters:
    ///   - key: the copy's key.
    ///   - storedAt: when it was stored, so that the next one's is another.
    ///   - salt: drawn at random once for each event loop.
    /// - Returns: the number.
    static func draw(_ key: CacheKey, storedAt: Instant, salt: UInt64) -> Double {
        // The finisher of SplitMix64 (Steele, Lea and Flood, 2014).
        var bits = key.low ^ salt &+ UInt64(bitPattern: storedAt.milliseconds) &* 0x9e37_79b9_7f4a_7c15
        bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
        return Double((bits ^ bits >> 31) >> 11) * 0x1p-52
    }

    /// The moment from which on a use of the copy lets it be refreshed.
    ///
    /// - Parameters:
    ///   - fragment: the copy, which knows what its fetch took.
    ///   - draw: a random number from 0 to 2, so that not all loops and gateways begin at once.
    /// - Returns: a moment not after the end of its freshness, which it is when nobody knows what a fetch takes.
    static func dueAt(_ fragment: StoredFragment, draw: Double) -> Instant {
        let cost = fragment.storedAt - fragment.requestedAt
        let lifetime = fragment.freshUntil - fragment.storedAt
        guard lifetime > .zero, cost > .zero else { return fragment.freshUntil }
        let gap = min(cost * (1 + draw), lifetime / Self.largestShare)
        return fragment.freshUntil + (.zero - gap)
    }
}
