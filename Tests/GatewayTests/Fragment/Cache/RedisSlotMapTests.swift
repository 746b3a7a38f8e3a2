import Hiredis
import Testing

@testable import Gateway

@Suite struct RedisSlotMapTests {
    private let asked = RedisTierSettings.Address.tcp(host: "10.0.0.9", port: 7000)

    private func range(_ first: Int64, _ last: Int64, _ host: RedisReply, _ port: Int64) -> RedisReply {
        .array([
            .integer(first), .integer(last), .array([host, .integer(port), .text("id"), .array([])]),
            .array([.text("10.0.0.8"), .integer(1), .text("a replica"), .array([])]),
        ])
    }

    @Test func knowsTheMastersOfSlots() throws {
        let reply = RedisReply.array([
            range(0, 5460, .text("10.0.0.1"), 6379), range(5461, 5461, .text(""), 6380),
            range(10_923, 16_383, .null, 6381), range(6000, 6000, .text("10.0.0.1"), 6379),
        ])
        let map = try #require(RedisSlotMap(reply, askedAt: asked))
        #expect(
            map.masters == [
                .tcp(host: "10.0.0.1", port: 6379), .tcp(host: "10.0.0.9", port: 6380),
                .tcp(host: "10.0.0.9", port: 6381),
            ]
        )
        #expect(map.owner(of: 0) == map.masters[0])
        #expect(map.owner(of: 5460) == map.masters[0])
        #expect(map.owner(of: 5461) == map.masters[1])
        #expect(map.owner(of: 5462) == nil)
        #expect(map.owner(of: 6000) == map.masters[0])
        #expect(map.owner(of: 16_383) == map.masters[2])
    }

    @Test func takesDownThatASlotHasMoved() {
        var map = RedisSlotMap()
        #expect(map.isEmpty)
        #expect(map.owner(of: 7) == nil)
        map.assign(7, to: asked)
        map.assign(8, to: asked)
        map.assign(7, to: .tcp(host: "h", port: 1))
        #expect(map.owner(of: 7) == .tcp(host: "h", port: 1))
        #expect(map.owner(of: 8) == asked)
        #expect(map.masters.count == 2)
    }

    @Test func anEmptyClusterHasAnEmptyMap() throws {
        #expect(try #require(RedisSlotMap(.array([]), askedAt: asked)).isEmpty)
    }

    @Test func whatIsNoMapIsNone() {
        let host = RedisReply.text("h")
        let replies: [RedisReply] = [
            .integer(1), .text("x"), .array([.integer(1)]), .array([.array([.integer(0), .integer(1)])]),
            .array([range(-1, 5, host, 1)]), .array([range(5, 4, host, 1)]), .array([range(0, 16_384, host, 1)]),
            .array([range(0, 1, host, 0)]), .array([range(0, 1, host, 65_536)]),
            .array([.array([.integer(0), .integer(1), .array([host])])]),
            .array([.array([.text("0"), .integer(1), .array([host, .integer(1)])])]),
        ]
        for reply in replies { #expect(RedisSlotMap(reply, askedAt: asked) == nil, "\(reply)") }
    }
}
