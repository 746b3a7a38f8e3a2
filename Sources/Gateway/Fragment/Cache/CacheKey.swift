package import NIOCore

/// The identity of a cached value in a process: 128 bits made by a ``CacheKeyHasher``.
package struct CacheKey: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Half of the key does: its bits are already well mixed under a secret.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.low)
    }
}

/// Makes cache keys: a keyed hash of 128 bits by multiplying and folding, some 7 ns for 50 bytes.
///
/// All its constants are drawn at random, so that nobody outside can construct two texts with one key. It is no
/// cryptographic hash all the same: what belongs to one user is confirmed by its key's text as well
/// (``MemoryTier/lookup(_:confirming:)``).
package struct CacheKeyHasher: Sendable {
    private let secret0: UInt64
    private let secret1: UInt64
    private let secret2: UInt64
    private let secret3: UInt64

    /// A hasher with secrets of its own.
    ///
    /// Keys of two hashers have nothing to do with each other: a process makes one.
    package init() {
        var generator = SystemRandomNumberGenerator()
        self.init(using: &generator)
    }

    /// A hasher with secrets from the generator.
    package init(using generator: inout some RandomNumberGenerator) {
        self.secret0 = generator.next()
        self.secret1 = generator.next()
        self.secret2 = generator.next()
        self.secret3 = generator.next()
    }

    /// The key of a text.
    package func hash(_ text: String) -> CacheKey {
        // Read only, and every byte of a text is initialized.
        unsafe self.hash(text.utf8.span.bytes)
    }

    /// The key of a buffer's readable bytes.
    package func hash(_ bytes: ByteBuffer) -> CacheKey {
        self.hash(bytes.readableBytesSpan)
    }

    /// The key of a run of bytes.
    package func hash(_ bytes: RawSpan) -> CacheKey {
        let count = bytes.byteCount
        // The length goes into both halves, spread over all bits so that the bytes of a short text cannot undo it.
        let length = fold(UInt64(truncatingIfNeeded: count) ^ self.secret2, self.secret1)
        var high = self.secret0 ^ length
        var low = self.secret1 &+ length
        var offset = 0
        while offset &+ 16 <= count {
            // In bounds: offset + 16 <= count, and every bit pattern is a UInt64.
            let first = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            let second = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 8, as: UInt64.self)
            self.absorb(UInt64(littleEndian: first), UInt64(littleEndian: second), into: &high, &low)
            offset &+= 16
        }
        var first: UInt64 = 0
        var second: UInt64 = 0
        if offset &+ 8 <= count {
            // In bounds: both end at or before count, and count >= 8.
            first = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            second = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: count &- 8, as: UInt64.self)
            (first, second) = (UInt64(littleEndian: first), UInt64(littleEndian: second))
        } else {
            while offset < count {
                // In bounds: offset < count.
                first = first << 8 | UInt64(unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self))
                offset &+= 1
            }
        }
        self.absorb(first, second, into: &high, &low)
        return CacheKey(high: fold(high ^ self.secret2, self.secret1), low: fold(low ^ self.secret3, self.secret0))
    }

    /// A checksum of a run of bytes, under a name: it tells accidents, and costs a long run a fraction of its key.
    package func checksum(_ bytes: RawSpan, of name: String) -> UInt64 {
        let named = self.hash(name)
        // Four lanes, whose products do not wait for each other; where a block lies decides its lane and its turn.
        var lane0 = named.low
        var lane1 = named.low ^ self.secret1
        var lane2 = named.high
        var lane3 = named.high ^ self.secret2
        var offset = 0
        while offset &+ 64 <= bytes.byteCount {
            lane0 = self.absorb(bytes, at: offset, into: lane0)
            lane1 = self.absorb(bytes, at: offset &+ 16, into: lane1)
            lane2 = self.absorb(bytes, at: offset &+ 32, into: lane2)
            lane3 = self.absorb(bytes, at: offset &+ 48, into: lane3)
            offset &+= 64
        }
        let rest = self.hash(bytes.extracting(droppingFirst: offset))
        let blocks = fold(lane0 ^ self.secret1, lane1) ^ fold(lane2 ^ self.secret3, lane3)
        return fold(blocks ^ rest.high, rest.low ^ self.secret0)
    }

    @inline(__always)
    private func absorb(_ bytes: RawSpan, at offset: Int, into lane: UInt64) -> UInt64 {
        // In bounds: only whole blocks are absorbed, and every bit pattern is a UInt64.
        let first = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
        let second = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 8, as: UInt64.self)
        return fold(UInt64(littleEndian: first) ^ self.secret2, UInt64(littleEndian: second) ^ lane)
    }

    /// The key of a value that also varies by a dimension, such as the hash of a subject or of a language.
    ///
    /// Order counts: `mix(mix(k, a), b)` is not `mix(mix(k, b), a)`.
    package func mix(_ key: CacheKey, _ dimension: CacheKey) -> CacheKey {
        var high = key.high ^ self.secret3
        var low = key.low ^ self.secret2
        self.absorb(dimension.high, dimension.low, into: &high, &low)
        return CacheKey(high: fold(high ^ self.secret1, self.secret2), low: fold(low ^ self.secret0, self.secret3))
    }

    /// Takes two words into a running key.
    @inline(__always)
    func absorb(_ first: UInt64, _ second: UInt64, into high: inout UInt64, _ low: inout UInt64) {
        high = fold(first ^ self.secret2, second ^ high)
        low = fold(first ^ low, second ^ self.secret3)
    }
}

/// The two halves of a full product, folded into one word.
@inline(__always)
private func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}
