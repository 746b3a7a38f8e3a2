/// The keys of entries that left the small queue lately: one that comes back goes to the main queue at once.
///
/// A hint and no more, so that it is a table of fixed size in which a newcomer may displace another: a word a key, 32
/// bits of it a fingerprint and 32 the time of leaving, counted in departures.
struct GhostKeys {
    private var words: [UInt64]
    private var clock: UInt32 = 0

    private static let ways = 4

    /// Room for a power of two of keys, at least 4.
    init(capacity: Int) {
        precondition(capacity >= Self.ways && capacity & (capacity - 1) == 0)
        self.words = Array(repeating: 0, count: capacity)
    }

    var memoryCost: Int { self.words.count * MemoryLayout<UInt64>.stride + StoredFragment.allocationOverhead }

    mutating func insert(_ key: CacheKey) {
        self.clock &+= 1
        let bucket = self.bucket(of: key)
        // The oldest of the bucket makes room.
        let victim = bucket.max { self.age(self.words[$0]) < self.age(self.words[$1]) }
        guard let victim else { return }
        self.words[victim] = Self.fingerprint(of: key) | UInt64(self.clock)
    }

    /// Whether the key left within the last `window` departures; it is forgotten by the question.
    mutating func remove(_ key: CacheKey, within window: Int) -> Bool {
        let fingerprint = Self.fingerprint(of: key)
        for index in self.bucket(of: key) where self.words[index] & ~0xffff_ffff == fingerprint {
            let isRecent = Int(self.age(self.words[index])) < window
            self.words[index] = 0
            return isRecent
        }
        return false
    }

    private func bucket(of key: CacheKey) -> Range<Int> {
        let first = Int(truncatingIfNeeded: key.low) & (self.words.count - 1) & ~(Self.ways - 1)
        return first..<first + Self.ways
    }

    /// The upper half, never zero, so that an empty word matches no key.
    private static func fingerprint(of key: CacheKey) -> UInt64 {
        (key.high | 1 << 63) & ~0xffff_ffff
    }

    private func age(_ word: UInt64) -> UInt32 {
        word == 0 ? .max : self.clock &- UInt32(truncatingIfNeeded: word)
    }
}
