import Testing

@testable import Gateway

struct CircuitBreakerStateMachineTests {
    /// What happens to a breaker, one after the other.
    enum Event: Sendable {
        /// A request ends that began when this event was reached.
        case request(CircuitBreakerStateMachine.Outcome)
        /// The same so many times.
        case requests(Int, CircuitBreakerStateMachine.Outcome)
        case wait(Duration)
        case healthAnswers
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let events: [Event]
        /// The name of the state at the end, and whether a request would be admitted then.
        let state: String
        let admits: Bool
    }

    static let cases: [Case] = [
        Case(testDescription: "is closed at first", events: [], state: "closed", admits: true),
        Case(
            testDescription: "opens after five failures in a row",
            events: [.requests(5, .failure)],
            state: "open",
            admits: false
        ),
        Case(testDescription: "not after four", events: [.requests(4, .failure)], state: "closed", admits: true),
        Case(
            testDescription: "failures of both kinds are one row",
            events: [.requests(2, .failure), .requests(3, .unreachable)],
            state: "open",
            admits: false
        ),
        Case(
            testDescription: "a success ends the row",
            events: [.requests(4, .failure), .request(.success), .requests(4, .failure)],
            state: "closed",
            admits: true
        ),
        Case(
            testDescription: "what tells nothing does not end the row",
            events: [.requests(4, .failure), .request(.neutral), .request(.failure)],
            state: "open",
            admits: false
        ),
        Case(
            testDescription: "being reachable does not excuse errors",
            events: [.requests(4, .failure), .request(.reachable), .request(.failure)],
            state: "open",
            admits: false
        ),
        Case(
            testDescription: "being reachable excuses having been unreachable",
            events: [.requests(4, .unreachable), .request(.reachable), .requests(4, .unreachable)],
            state: "closed",
            admits: true
        ),
        Case(
            testDescription: "opens when half of twenty requests have failed",
            events: (0..<10).flatMap { _ in [.request(.success), .request(.failure)] },
            state: "open",
            admits: false
        ),
        Case(
            testDescription: "a rate below that is borne",
            events: (0..<30).flatMap { _ in [.requests(2, .success), .request(.failure)] },
            state: "closed",
            admits: true
        ),
        Case(
            testDescription: "failures of long ago are no rate",
            events: (0..<30).flatMap { _ in [.request(.failure), .wait(.seconds(11)), .request(.success)] },
            state: "closed",
            admits: true
        ),
        Case(
            testDescription: "lets one try once its time is up",
            events: [.requests(5, .failure), .wait(.seconds(2))],
            state: "open",
            admits: true
        ),
        Case(
            testDescription: "closes when that succeeds",
            events: [.requests(5, .failure), .wait(.seconds(2)), .request(.success)],
            state: "closed",
            admits: true
        ),
        Case(
            testDescription: "opens again when it fails",
            events: [.requests(5, .failure), .wait(.seconds(2)), .request(.failure)],
            state: "open",
            admits: false
        ),
        Case(
            testDescription: "the second time for twice as long",
            events: [.requests(5, .failure), .wait(.seconds(2)), .request(.failure), .wait(.milliseconds(3999))],
            state: "open",
            admits: false
        ),
        Case(
            testDescription: "and not longer",
            events: [.requests(5, .failure), .wait(.seconds(2)), .request(.failure), .wait(.seconds(4))],
            state: "open",
            admits: true
        ),
        Case(
            testDescription: "at most for max-open",
            events: [.requests(5, .failure)]
                + (0..<40).flatMap { _ in [.wait(.seconds(60)), .request(.unreachable)] } + [.wait(.seconds(60))],
            state: "open",
            admits: true
        ),
        Case(
            testDescription: "a success makes the next time short again",
            events: [
                .requests(5, .failure), .wait(.seconds(2)), .request(.failure), .wait(.seconds(4)), .request(.success),
                .requests(5, .failure), .wait(.seconds(2)),
            ],
            state: "open",
            admits: true
        ),
        Case(
            testDescription: "a try that tells nothing makes room for the next",
            events: [.requests(5, .failure), .wait(.seconds(2)), .request(.neutral)],
            state: "half-open",
            admits: true
        ),
        Case(
            testDescription: "a try that reaches it closes what was unreachable",
            events: [.requests(5, .unreachable), .wait(.seconds(2)), .request(.reachable)],
            state: "closed",
            admits: true
        ),
        Case(
            testDescription: "and leaves open what failed",
            events: [.requests(5, .failure), .wait(.seconds(2)), .request(.reachable)],
            state: "half-open",
            admits: true
        ),
        Case(
            testDescription: "closes when the service says that it is well",
            events: [.requests(5, .failure), .healthAnswers],
            state: "closed",
            admits: true
        ),
        Case(
            testDescription: "on probation: one failure opens it",
            events: [.requests(5, .failure), .healthAnswers, .request(.failure)],
            state: "open",
            admits: false
        ),
        Case(
            testDescription: "which a success ends",
            events: [.requests(5, .failure), .healthAnswers, .request(.success), .requests(4, .failure)],
            state: "closed",
            admits: true
        ),
        Case(
            testDescription: "a service that was not well after all is not believed again",
            events: [.requests(5, .failure), .healthAnswers, .request(.failure), .healthAnswers],
            state: "open",
            admits: false
        ),
        Case(
            testDescription: "except that it is reachable",
            events: [.requests(5, .unreachable), .healthAnswers, .request(.unreachable), .healthAnswers],
            state: "closed",
            admits: true
        ),
        Case(
            testDescription: "until a request has succeeded",
            events: [
                .requests(5, .failure), .healthAnswers, .request(.failure), .wait(.seconds(4)), .request(.success),
                .requests(5, .failure), .healthAnswers,
            ],
            state: "closed",
            admits: true
        ),
        Case(
            testDescription: "health changes nothing when closed",
            events: [.healthAnswers, .requests(4, .failure)],
            state: "closed",
            admits: true
        ),
    ]

    private let start = ContinuousClock.now

    @Test(arguments: cases) func follows(_ example: Case) {
        var breaker = CircuitBreakerStateMachine(BreakerSettings())
        var now = start
        for event in example.events {
            switch event {
            case .request(let outcome): run(&breaker, outcome, at: now)
            case .requests(let count, let outcome): for _ in 0..<count { run(&breaker, outcome, at: now) }
            case .wait(let time): now += time
            case .healthAnswers: _ = breaker.healthAnswered()
            }
        }
        #expect(breaker.state.name == example.state)
        #expect(breaker.admits(at: now) == example.admits)
    }

    @Test func tellsItsChanges() {
        var breaker = CircuitBreakerStateMachine(BreakerSettings())
        for _ in 0..<4 { #expect(run(&breaker, .failure, at: start) == []) }
        #expect(run(&breaker, .unreachable, at: start) == [.opened(.unreachable, for: .seconds(2))])
        #expect(breaker.asksHealth)
        #expect(breaker.due(start) == start + .seconds(2))
        #expect(
            run(&breaker, .failure, at: start + .seconds(2)) == [.halfOpened, .opened(.failures, for: .seconds(4))]
        )
        #expect(breaker.healthAnswered() == .closed)
        #expect(!breaker.asksHealth && breaker.healthAnswered() == nil)
        #expect(run(&breaker, .failure, at: start + .seconds(3)) == [.opened(.failures, for: .seconds(8))])
        #expect(!breaker.asksHealth)
        #expect(run(&breaker, .success, at: start + .seconds(11)) == [.halfOpened, .closed])
    }

    @Test func oneAtATimeTries() {
        var breaker = CircuitBreakerStateMachine(BreakerSettings())
        for _ in 0..<5 { run(&breaker, .failure, at: start) }
        let due = start + .seconds(2)
        let (pass, change) = breaker.enter(at: due)
        #expect(change == .halfOpened)
        #expect(!breaker.admits(at: due + .seconds(60)))
        #expect(breaker.leave(pass, .success, at: due) == .closed)
        #expect(breaker.admits(at: due))
    }

    @Test(arguments: [CircuitBreakerStateMachine.Outcome.success, .failure, .unreachable, .reachable, .neutral])
    func whatWasOnItsWayBeforeTellsNothing(outcome: CircuitBreakerStateMachine.Outcome) {
        var breaker = CircuitBreakerStateMachine(BreakerSettings())
        let old = (0..<3).map { _ in breaker.enter(at: start).pass }
        for _ in 0..<5 { run(&breaker, .unreachable, at: start) }
        let open = breaker.state
        #expect(breaker.leave(old[0], outcome, at: start + .seconds(1)) == nil)
        #expect(breaker.state == open)
        let trying = breaker.enter(at: start + .seconds(2)).pass
        #expect(breaker.leave(old[1], outcome, at: start + .seconds(2)) == nil)
        #expect(!breaker.admits(at: start + .seconds(2)))
        #expect(breaker.leave(trying, .success, at: start + .seconds(2)) == .closed)
        for _ in 0..<4 { run(&breaker, .failure, at: start + .seconds(2)) }
        #expect(breaker.leave(old[2], outcome, at: start + .seconds(2)) == nil)
        #expect(breaker.state == .closed)
    }

    @Test func oneThatHadNowhereElseToGoMayCloseIt() {
        var breaker = CircuitBreakerStateMachine(BreakerSettings())
        for _ in 0..<5 { run(&breaker, .unreachable, at: start) }
        // Not due, and entered all the same.
        #expect(run(&breaker, .unreachable, at: start) == [])
        #expect(run(&breaker, .reachable, at: start) == [.closed])
    }

    /// A request that begins and ends at once; with what it changed.
    @discardableResult
    private func run(
        _ breaker: inout CircuitBreakerStateMachine,
        _ outcome: CircuitBreakerStateMachine.Outcome,
        at now: ContinuousClock.Instant
    ) -> [CircuitBreakerStateMachine.Change] {
        let (pass, change) = breaker.enter(at: now)
        return [change, breaker.leave(pass, outcome, at: now)].compactMap { $0 }
    }
}
