import FragmentProtocol
import Testing

@testable import ServiceStubs

struct FaultBoardTests {
    @Test(arguments: [(0.0, 0), (0.1, 10), (0.25, 25), (0.5, 50), (1.0, 100)])
    func failsTheWantedShareOfRequests(rate: Double, expected: Int) {
        let board = FaultBoard()
        board.set(Fault(errorRate: rate), type: nil)
        let failures = (0..<100).count { _ in board.decide(type: "mini").fails }
        #expect(failures == expected)
    }

    @Test func countsByFragment() {
        let board = FaultBoard()
        for type in ["mini", "mini", "totals", nil] {
            _ = board.decide(type: type)
        }
        #expect(board.report.requests == ["mini": 2, "totals": 1])
        board.reset()
        #expect(board.report.requests.isEmpty)
    }

    @Test func oneFragmentsFaultIsItsOwn() {
        let board = FaultBoard()
        board.set(Fault(isDown: true), type: "mini")
        #expect(board.decide(type: "mini").fault.isDown)
        #expect(!board.decide(type: "totals").fault.isDown)
        board.set(Fault(latency: .milliseconds(5)), type: nil)
        #expect(board.decide(type: "mini").fault.latency == .zero)
        #expect(board.decide(type: nil).fault.latency == .milliseconds(5))
    }

    @Test func readsWhatItWrites() throws {
        let fault = Fault(
            latency: .milliseconds(20),
            errorRate: 0.25,
            drip: .milliseconds(3),
            isDown: true
        )
        #expect(try Fault(members: fault.members) == fault)
    }

    @Test(
        arguments: [
            ["latency": 5], ["latency-ms": -1], ["latency-ms": "5"], ["error-rate": 2], ["error-rate": -0.5],
            ["drip-ms": 1.5], ["down": 1], ["latency-ms": 600_001],
        ] as [[String: ScalarValue]]
    )
    func refusesOtherMembers(members: [String: ScalarValue]) {
        #expect(throws: Fault.Refusal.self) { try Fault(members: members) }
    }
}
