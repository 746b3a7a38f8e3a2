import NIOCore
import Testing

@testable import Gateway

@Suite struct HoldPolicyTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func patience(_ policy: HoldPolicy) -> TimeAmount { policy.due(since: start) - start }

    @Test func waitsForTheDelayOnAnIdleLoop() {
        #expect(patience(HoldPolicy(delay: .milliseconds(1))) == .milliseconds(1))
        #expect(patience(HoldPolicy(delay: .zero)) == .zero)
    }

    @Test(arguments: [(100, 1400), (500, 3000), (2500, 11_000), (10_000, 16_000)] as [(Int64, Int64)])
    func waitsLongerOnALoopThatComesLate(lateness: Int64, expected: Int64) {
        var policy = HoldPolicy(delay: .milliseconds(1))
        _ = policy.timerFired(at: start + .microseconds(lateness), due: start)
        #expect(patience(policy) == .microseconds(expected))
    }

    /// A timer is late by a little on every loop: that must not keep those waiting for whom it was set.
    @Test(arguments: [0, 80, 5000] as [Int64]) func itsOwnLatenessIsNewsForTheNextOnes(lateness: Int64) {
        var policy = HoldPolicy(delay: .milliseconds(1))
        for _ in 0..<5 {
            let due = policy.due(since: start)
            #expect(policy.timerFired(at: due + .microseconds(lateness), due: due) >= start)
        }
    }

    @Test func oneTimerServesAllThatBeginMeanwhile() {
        let policy = HoldPolicy(delay: .milliseconds(1))
        #expect(policy.due(since: start, after: start + .microseconds(900)) == start + .microseconds(1400))
        #expect(policy.due(since: start, after: start + .microseconds(100)) == start + .milliseconds(1))
    }

    @Test func oneTimerInTimeDoesNotEndABusySpell() {
        var policy = HoldPolicy(delay: .milliseconds(1))
        _ = policy.timerFired(at: start + .milliseconds(2), due: start)
        _ = policy.timerFired(at: start, due: start)
        #expect(policy.lag == .microseconds(1500))
        for _ in 0..<40 { _ = policy.timerFired(at: start, due: start) }
        #expect(policy.lag < .microseconds(1))
    }
}
