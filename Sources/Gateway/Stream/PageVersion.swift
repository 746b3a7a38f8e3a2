/// What a page is made of, as one key that grows with each piece: all that the tag of an uncompressed page needs.
///
/// A few instructions a piece, where a recipe, which tells the pieces' natures apart, takes a hundred.
struct PageVersion {
    private var high: UInt64
    private var low: UInt64
    private let hasher: CacheKeyHasher

    /// The version of a page without pieces.
    @inline(__always)
    init(text: CacheKey, hasher: CacheKeyHasher) {
        self.high = text.high
        self.low = text.low
        self.hasher = hasher
    }

    /// Adds a piece of static text.
    @inline(__always)
    mutating func add(text range: Range<Int>) {
        // No hash of 128 bits has such a half by chance, so that no text is mistaken for a fragment.
        self.hasher.absorb(
            .max,
            UInt64(truncatingIfNeeded: range.lowerBound << 32 | range.upperBound),
            into: &self.high,
            &self.low
        )
    }

    /// Adds a piece whose bytes have an identity.
    @inline(__always)
    mutating func add(_ version: CacheKey) {
        self.hasher.absorb(version.high, version.low, into: &self.high, &self.low)
    }

    var key: CacheKey { CacheKey(high: self.high, low: self.low) }
}
