import Gateway
import Testing

@Suite struct CacheKeyTests {
    private func hasher(_ seed: UInt64) -> CacheKeyHasher {
        var generator = RepeatableGenerator(seed: seed)
        return CacheKeyHasher(using: &generator)
    }

    @Test func differsForEveryTextOfEveryLength() {
        let hasher = hasher(1)
        var keys: Set<CacheKey> = []
        var halves: Set<UInt64> = []
        var count = 0
        for length in 0...100 {
            for byte: UInt8 in [0, 1, 0x61, 0xff] {
                for position in Swift.stride(from: 0, to: max(1, length), by: 3) {
                    var text = [UInt8](repeating: 0x61, count: length)
                    if length > 0 { text[position] = byte }
                    if byte == 0x61 && position > 0 || byte != 0x61 && length == 0 { continue }
                    keys.insert(hasher.hash(text.span.bytes))
                    halves.insert(hasher.hash(text.span.bytes).low)
                    count += 1
                }
            }
        }
        #expect(keys.count == count)
        #expect(halves.count == count)
    }

    @Test func isTheSameForTheSameTextAndHasher() {
        #expect(hasher(1).hash("cart/mini?limit=3") == hasher(1).hash("cart/mini?limit=3"))
        #expect(hasher(1).hash("cart/mini?limit=3") != hasher(2).hash("cart/mini?limit=3"))
        #expect(CacheKeyHasher().hash("a") != CacheKeyHasher().hash("a"))
    }

    @Test func changesHalfOfItsBitsWithOneBitOfTheText() {
        let hasher = hasher(3)
        var changed = 0
        var text = Array("market/product-list?category=tea&page=2".utf8)
        let before = hasher.hash(text.span.bytes)
        let bits = text.count * 8
        for bit in 0..<bits {
            text[bit / 8] ^= 1 << (bit % 8)
            let after = hasher.hash(text.span.bytes)
            changed += (before.high ^ after.high).nonzeroBitCount + (before.low ^ after.low).nonzeroBitCount
            text[bit / 8] ^= 1 << (bit % 8)
        }
        let mean = Double(changed) / Double(bits)
        #expect(mean > 60 && mean < 68)
    }

    @Test(arguments: [0, 1, 15, 63, 64, 65, 200, 2048]) func aChecksumTellsEveryChangedByteAndName(length: Int) {
        let hasher = hasher(5)
        var generator = RepeatableGenerator(seed: 6)
        var bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var seen: Set = [hasher.checksum(bytes.span.bytes, of: "a"), hasher.checksum(bytes.span.bytes, of: "b")]
        for position in bytes.indices {
            bytes[position] ^= 0x10
            seen.insert(hasher.checksum(bytes.span.bytes, of: "a"))
            bytes[position] ^= 0x10
        }
        #expect(seen.count == length + 2)
        #expect(!seen.contains(hasher.checksum((bytes + [0]).span.bytes, of: "a")))
    }

    @Test func aChecksumTellsBlocksThatChangedPlaces() {
        let hasher = hasher(7)
        var generator = RepeatableGenerator(seed: 8)
        let bytes = (0..<320).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var seen = [hasher.checksum(bytes.span.bytes, of: "a")]
        for first in stride(from: 0, to: 304, by: 16) {
            for second in stride(from: first + 16, to: 320, by: 16) {
                var changed = bytes
                for offset in 0..<16 { changed.swapAt(first + offset, second + offset) }
                seen.append(hasher.checksum(changed.span.bytes, of: "a"))
            }
        }
        #expect(Set(seen).count == seen.count)
    }

    @Test func mixesDimensionsInOrder() {
        let hasher = hasher(4)
        let (key, user, language) = (hasher.hash("cart/mini"), hasher.hash("user:1"), hasher.hash("language:de"))
        let mixed = [
            key, hasher.mix(key, user), hasher.mix(key, language), hasher.mix(hasher.mix(key, user), language),
            hasher.mix(hasher.mix(key, language), user), hasher.mix(user, key), hasher.mix(key, key),
        ]
        #expect(Set(mixed).count == mixed.count)
    }
}
