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
