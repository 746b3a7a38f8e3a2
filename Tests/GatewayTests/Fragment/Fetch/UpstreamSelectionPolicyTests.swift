import Testing

@testable import Gateway

struct UpstreamSelectionPolicyTests {
    private let start = ContinuousClock.now

    @Test func takesTheLeastInFlight() {
        var policy = UpstreamSelectionPolicy(count: 3)
        let first = (0..<3).map { _ in policy.choose(now: start) }
        #expect(Set(first) == [0, 1, 2])
        policy.finish(1, .answered, now: start)
        #expect(policy.choose(now: start) == 1)
    }

    @Test func equalsTakeTurns() {
        var policy = UpstreamSelectionPolicy(count: 2)
        var chosen: [Int] = []
        for _ in 0..<4 {
            let index = policy.choose(now: start)
            chosen.append(index)
            policy.finish(index, .answered, now: start)
        }
        #expect(chosen == [0, 1, 0, 1])
    }

    @Test func avoidsTheOneThatHasJustFailed() {
        var policy = UpstreamSelectionPolicy(count: 2)
        for _ in 0..<4 { #expect(policy.choose(excluding: 0, now: start) == 1) }
        var single = UpstreamSelectionPolicy(count: 1)
        #expect(single.choose(excluding: 0, now: start) == 0)
    }

    @Test func ejectsAfterConsecutiveFailuresAndProbesOneByOne() {
        var policy = UpstreamSelectionPolicy(count: 2)
        fail(&policy, 0, times: 2, now: start)
        #expect(policy.ejected(now: start).isEmpty)
        fail(&policy, 0, times: 1, now: start)
        #expect(policy.ejected(now: start) == [0])
        for _ in 0..<5 { #expect(policy.choose(now: start) == 1) }
        let due = start + .seconds(2)
        #expect(policy.choose(now: due) == 0)
        // The probe is under way: nobody else follows it.
        #expect(policy.choose(now: due) == 1)
        policy.finish(0, .answered, now: due)
        #expect(policy.choose(now: due) == 0)
        #expect(policy.choose(now: due) == 0)
    }

    @Test func ejectsLongerEachTime() {
        var policy = UpstreamSelectionPolicy(count: 2)
        fail(&policy, 0, times: 3, now: start)
        fail(&policy, 0, times: 1, now: start + .seconds(2))
        #expect(policy.ejected(now: start + .milliseconds(5900)) == [0])
        #expect(policy.ejected(now: start + .seconds(6)).isEmpty)
        var now = start + .seconds(6)
        for _ in 0..<20 {
            fail(&policy, 0, times: 1, now: now)
            now += .seconds(60)
        }
        fail(&policy, 0, times: 1, now: now)
        #expect(policy.ejected(now: now + .seconds(59)) == [0])
        #expect(policy.ejected(now: now + .seconds(60)).isEmpty)
    }

    @Test func anAnswerBetweenFailuresForgivesThem() {
        var policy = UpstreamSelectionPolicy(count: 2)
        for _ in 0..<10 {
            fail(&policy, 0, times: 2, now: start)
            choose(&policy, 0, .answered, now: start)
        }
        choose(&policy, 0, .other, now: start)
        #expect(policy.ejected(now: start).isEmpty)
    }

    @Test func triesTheOneThatIsDueFirstWhenAllAreEjected() {
        var policy = UpstreamSelectionPolicy(count: 2)
        fail(&policy, 1, times: 3, now: start)
        fail(&policy, 0, times: 3, now: start + .seconds(1))
        #expect(policy.choose(now: start + .seconds(1)) == 1)
    }

    private func fail(_ policy: inout UpstreamSelectionPolicy, _ index: Int, times: Int, now: ContinuousClock.Instant) {
        for _ in 0..<times { choose(&policy, index, .connectionFailed, now: now) }
    }

    /// Has one upstream chosen, whatever the order, and ends the request.
    private func choose(
        _ policy: inout UpstreamSelectionPolicy,
        _ index: Int,
        _ outcome: UpstreamSelectionPolicy.Outcome,
        now: ContinuousClock.Instant
    ) {
        let chosen = policy.choose(excluding: 1 - index, now: now)
        #expect(chosen == index)
        policy.finish(chosen, outcome, now: now)
    }
}
