import Testing

@testable import Gateway

struct UpstreamSelectionPolicyTests {
    private let start = ContinuousClock.now

    @Test func takesTheLeastInFlight() throws {
        var policy = UpstreamSelectionPolicy(count: 3)
        let first = try (0..<3).map { _ in try choose(&policy) }
        #expect(Set(first.map(\.index)) == [0, 1, 2])
        let second = try #require(first.first { $0.index == 1 })
        _ = policy.finish(second, .success, now: start)
        #expect(try choose(&policy).index == 1)
    }

    @Test func equalsTakeTurns() throws {
        var policy = UpstreamSelectionPolicy(count: 2)
        var chosen: [Int] = []
        for _ in 0..<4 {
            let choice = try choose(&policy)
            chosen.append(choice.index)
            _ = policy.finish(choice, .success, now: start)
        }
        #expect(chosen == [0, 1, 0, 1])
    }

    @Test func avoidsTheOneThatHasJustFailed() throws {
        var policy = UpstreamSelectionPolicy(count: 2)
        for _ in 0..<4 { #expect(try choose(&policy, excluding: 0).index == 1) }
        var single = UpstreamSelectionPolicy(count: 1)
        #expect(try choose(&single, excluding: 0).index == 0)
    }

    @Test func takesTheOneThatHasJustFailedBeforeNone() throws {
        var policy = UpstreamSelectionPolicy(count: 2)
        try open(&policy, 1)
        #expect(try choose(&policy, excluding: 0).index == 0)
    }

    @Test func leavesAnOpenOneOutAndTriesItOneByOne() throws {
        var policy = UpstreamSelectionPolicy(count: 2)
        try open(&policy, 0)
        for _ in 0..<5 { #expect(try choose(&policy).index == 1) }
        let due = start + .seconds(2)
        let trying = try choose(&policy, at: due)
        #expect(trying.index == 0)
        // The try is under way: nobody else follows it.
        #expect(try choose(&policy, at: due).index == 1)
        #expect(policy.finish(trying, .success, now: due) == .closed)
        #expect(try choose(&policy, at: due).index == 0)
        #expect(try choose(&policy, at: due).index == 0)
    }

    @Test func choosesNoneWhenAllAreOpen() throws {
        var policy = UpstreamSelectionPolicy(count: 2)
        try open(&policy, 0)
        #expect(!policy.isShut(start))
        try open(&policy, 1, at: start + .seconds(1))
        #expect(policy.isShut(start + .seconds(1)))
        #expect(policy.choose(now: start + .seconds(1)) == nil)
        // What has nowhere else to go takes the one that is due first.
        #expect(policy.choose(always: true, now: start + .seconds(1))?.choice.index == 0)
        #expect(!policy.isShut(start + .seconds(2)))
        #expect(policy.choose(now: start + .seconds(2))?.choice.index == 0)
        #expect(policy.choose(now: start + .seconds(2)) == nil)
    }

    @Test func aHedgeGoesToAnotherThatIsInUse() throws {
        var policy = UpstreamSelectionPolicy(count: 3)
        let first = try choose(&policy).index
        let others = (0..<2).map { _ in policy.chooseInUse(besides: first, now: start)?.index }
        #expect(Set(others + [first]) == [0, 1, 2])
        var single = UpstreamSelectionPolicy(count: 1)
        let same = single.chooseInUse(besides: 0, now: start)
        #expect(same?.index == 0)
    }

    @Test func aHedgeTriesNoUpstreamWhoseBreakerIsNotClosed() throws {
        var policy = UpstreamSelectionPolicy(count: 2)
        try open(&policy, 1)
        let closed = policy.chooseInUse(besides: 0, now: start + .seconds(2))
        #expect(closed?.index == 0)
        try open(&policy, 0)
        let none = policy.chooseInUse(besides: 0, now: start + .seconds(60))
        #expect(none == nil)
        #expect(policy.state(0).breaker?.name == "open")
    }

    @Test func comesBackWithItsHealth() throws {
        var policy = UpstreamSelectionPolicy(count: 1)
        #expect(!policy.asksHealth(0))
        try open(&policy, 0)
        #expect(policy.asksHealth(0) && policy.isShut(start))
        #expect(policy.healthAnswered(0) == .closed)
        #expect(!policy.asksHealth(0) && !policy.isShut(start))
        #expect(policy.state(0).breaker == .closed)
    }

    @Test func withoutBreakersAllAreAlwaysAsked() throws {
        var policy = UpstreamSelectionPolicy(count: 2, breaker: nil)
        for _ in 0..<100 {
            let choice = try choose(&policy)
            #expect(policy.finish(choice, .unreachable, now: start) == nil)
        }
        #expect(!policy.isShut(start) && policy.state(0).breaker == nil)
        #expect(Set([try choose(&policy).index, try choose(&policy).index]) == [0, 1])
    }

    /// Has the breaker of one of two upstreams opened.
    private func open(
        _ policy: inout UpstreamSelectionPolicy,
        _ index: Int,
        at now: ContinuousClock.Instant? = nil
    ) throws {
        for _ in 0..<5 {
            let choice = try choose(&policy, excluding: 1 - index, at: now)
            #expect(choice.index == index)
            _ = policy.finish(choice, .unreachable, now: now ?? start)
        }
        #expect(policy.state(index).breaker?.name == "open")
    }

    private func choose(
        _ policy: inout UpstreamSelectionPolicy,
        excluding excluded: Int? = nil,
        at now: ContinuousClock.Instant? = nil
    ) throws -> UpstreamSelectionPolicy.Choice {
        let chosen = policy.choose(excluding: excluded, now: now ?? start)
        return try #require(chosen).choice
    }
}
