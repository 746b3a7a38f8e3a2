import TestSupport
import Testing

@testable import Gateway

@Suite struct RedisHashSlotTests {
    /// What a Redis 7.0 answers to `CLUSTER KEYSLOT`.
    @Test(arguments: [
        ("123456789", 12_739), ("foo", 12_182), ("", 0), ("a", 15_495), ("{foo}:lease", 12_182),
        ("rose-ash:f1:{foo}x", 12_182), ("{foo}{bar}", 12_182),
        // Only the first pair of braces counts, and only if there is something in it.
        ("foo{}{bar}", 8363), ("foo{{bar}}zap", 4015), ("foo{bar}{zap}", 5061), ("{bar}", 5061), ("{bar", 4015),
    ])
    func keysHaveTheirSlots(key: String, slot: Int) { #expect(RedisHashSlot.of(key) == slot) }

    /// A reader's own CRC, bit by bit.
    @Test func everyByteCounts() {
        for byte in UInt8.min...UInt8.max {
            var crc: UInt16 = 0
            let key = "key \(Unicode.Scalar(byte))"
            for byte in key.utf8 {
                crc ^= UInt16(byte) << 8
                for _ in 0..<8 { crc = crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
            }
            if key != "key {" { #expect(RedisHashSlot.of(key) == Int(crc % 16_384)) }
        }
    }

    @Test func whatBelongsTogetherHasOneSlot() {
        let slot = RedisHashSlot.of(GatewayStreams.purges)
        #expect(RedisHashSlot.of(GatewayStreams.arrivals) == slot)
        #expect(RedisHashSlot.of(GatewayStreams.members) == slot)
        #expect(RedisHashSlot.of(GatewayStreams.heartbeat(of: "a")) == slot)
        #expect(RedisHashSlot.of(GatewayStreams.purges + ":unusable") == slot)
        #expect(
            RedisHashSlot.of("{rose-ash:f1:cart/mini?a=%7Bb}:lease") == RedisHashSlot.of("rose-ash:f1:cart/mini?a=%7Bb")
        )
    }
}
