import NIOCore
import Testing

@testable import Gateway

@Suite("A copy in use is refreshed before its time is over")
struct EarlyRefreshPolicyTests {
    static func due(cost: Duration, lifetime: Duration, draw: Double) -> Duration {
        let requestedAt = Instant(milliseconds: 1_000_000)
        let storedAt = requestedAt + cost
        let fragment = StoredFragment(
            requestedAt: requestedAt,
            storedAt: storedAt,
            freshUntil: storedAt + lifetime,
            body: ByteBuffer()
        )
        return fragment.freshUntil - EarlyRefreshPolicy.dueAt(fragment, draw: draw)
    }

    @Test(
        "a stale copy is tried again after a pause, or when it may be served no more",
        arguments: [
            (10_000, 250), (250, 250), (100, 100),
        ]
    )
    func retry(left: Int, expected: Int) {
        let now = Instant(milliseconds: 1_000_000)
        let fragment = StoredFragment(
            storedAt: now + .seconds(-2),
            freshUntil: now + .seconds(-1),
            revalidateUntil: now + .milliseconds(left),
            body: ByteBuffer()
        )
        #expect(EarlyRefreshPolicy.retryAt(fragment, now: now) - now == .milliseconds(expected))
    }

    @Test("draws are spread from 0 to 2, and differ by key, time and loop")
    func draws() {
        var counts = Array(repeating: 0, count: 10)
        var draws: Set<Double> = []
        for number in 0..<10_000 {
            let draw = EarlyRefreshPolicy.draw(
                CacheKey(high: 0, low: UInt64(number % 100)),
                storedAt: Instant(milliseconds: Int64(number / 1000)),
                salt: UInt64(number / 100 % 10) &* 0xd134_2543_de82_ef95
            )
            #expect((0..<2).contains(draw))
            counts[Int(draw * 5)] += 1
            draws.insert(draw)
        }
        #expect(draws.count == 10_000)
        #expect(counts.allSatisfy { (850...1150).contains($0) }, "\(counts)")
    }

    @Test(
        "by what its fetch took, at least, and by a tenth of its time at most",
        arguments: [
            (20, 60_000, 0, 20), (20, 60_000, 1, 40), (20, 60_000, 2, 60), (20, 100, 1, 10), (1, 1000, 0, 1),
            (0, 60_000, 2, 0), (20, 0, 1, 0), (20, -5, 1, 0), (9_000, 60_000, 2, 6_000),
        ] as [(Int, Int, Double, Int)]
    )
    func gap(cost: Int, lifetime: Int, draw: Double, expected: Int) {
        let gap = Self.due(cost: .milliseconds(cost), lifetime: .milliseconds(lifetime), draw: draw)
        #expect(gap == .milliseconds(expected))
    }
}
