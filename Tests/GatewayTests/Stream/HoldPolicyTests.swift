import NIOCore
import Testing

@testable import Gateway

@Suite struct HoldPolicyTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func patience(_ policy: HoldPolicy) -> TimeAmount? {
        (0...20_000).lazy.map { TimeAmount.microseconds($0) }.first { policy.isOver(since: start, at: start + $0) }
    }

    @Test func waitsForTheDelayOnAnIdleLoop() {
        #expect(patience(HoldPolicy(delay: .milliseconds(1))) == .milliseconds(1))
        #expect(patience(HoldPolicy(delay: .zero)) == .zero)
    }

    @Test(arguments: [(100, 1400), (500, 3000), (2500, 11_000), (10_000, 16_000)] as [(Int64, Int64)])
    func waitsLongerOnALoopThatComesLate(lateness: Int64, expected: Int64) {
        var policy = HoldPolicy(delay: .milliseconds(1))
        policy.timerFired(at: start + .microseconds(lateness), due: start)
        #expect(patience(policy) == .microseconds(expected))
    }

    @Test func oneTimerInTimeDoesNotEndABusySpell() {
        var policy = HoldPolicy(delay: .milliseconds(1))
        policy.timerFired(at: start + .milliseconds(2), due: start)
        policy.timerFired(at: start, due: start)
        #expect(policy.lag == .microseconds(1500))
        for _ in 0..<40 { policy.timerFired(at: start, due: start) }
        #expect(policy.lag < .microseconds(1))
    }
}
