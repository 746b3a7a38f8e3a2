/// Random numbers that are the same in each run (SplitMix64; Steele, Lea and Flood, OOPSLA 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64 = 1) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

extension CacheKeyHasher {
    /// The same secrets in each run.
    static let seeded: CacheKeyHasher = {
        var generator = SeededGenerator()
        return CacheKeyHasher(using: &generator)
    }()
}
