import Testing

@testable import Gateway

/// What becomes of a fetch when its requests end.
struct FetchStateMachineTests {
    private typealias Machine = Fetch.StateMachine

    /// What happens to a fetch that has begun.
    enum Event: Sendable {
        case hedge
        case ended(Fetch.Kind, Fetch.StateMachine.End)
        case retry
        case cancel
    }

    /// The last action, by name.
    private func run(_ events: [Event], retries: Int = 1) -> String {
        var machine = Machine(retries: retries)
        guard machine.begin() else { return "not begun" }
        var last = ""
        for event in events {
            switch event {
            case .hedge: last = machine.hedge() ? "hedged" : "not hedged"
            case .ended(let kind, let end): last = Self.name(machine.ended(kind, end))
            case .retry: last = machine.retry() ? "retried" : "not retried"
            case .cancel: last = machine.cancel() ? "cancels" : "withdraws"
            }
        }
        return last
    }

    private static func name(_ action: Fetch.StateMachine.Action) -> String {
        switch action {
        case .nothing: "nothing"
        case .wait: "wait"
        case .conclude(let other): "conclude" + (other.map { " and cancel \($0)" } ?? "")
        case .considerRetry: "consider a retry"
        case .fail: "fail"
        }
    }

    @Test(
        arguments: [
            ([.ended(.first, .answer)], "conclude"),
            ([.ended(.first, .serviceError)], "fail"),
            ([.ended(.first, .failure)], "consider a retry"),
            ([.ended(.first, .failure), .retry], "retried"),
            ([.ended(.first, .failure), .retry, .ended(.first, .answer)], "conclude"),
            ([.ended(.first, .failure), .retry, .ended(.first, .failure)], "fail"),
            ([.hedge], "hedged"), ([.hedge, .hedge], "not hedged"),
            ([.ended(.first, .failure), .hedge], "not hedged"), ([.ended(.first, .answer), .hedge], "not hedged"),
            ([.hedge, .ended(.first, .answer)], "conclude and cancel hedge"),
            ([.hedge, .ended(.hedge, .answer)], "conclude and cancel first"),
            ([.hedge, .ended(.hedge, .answer), .ended(.first, .failure)], "nothing"),
            ([.hedge, .ended(.hedge, .answer), .ended(.first, .answer)], "nothing"),
            // Neither a failure nor the service's own error beats what the other may bring.
            ([.hedge, .ended(.first, .failure)], "wait"), ([.hedge, .ended(.hedge, .failure)], "wait"),
            ([.hedge, .ended(.first, .serviceError)], "wait"), ([.hedge, .ended(.hedge, .serviceError)], "wait"),
            ([.hedge, .ended(.hedge, .serviceError), .ended(.first, .answer)], "conclude"),
            ([.hedge, .ended(.first, .failure), .ended(.hedge, .answer)], "conclude"),
            ([.hedge, .ended(.first, .failure), .ended(.hedge, .failure)], "consider a retry"),
            ([.hedge, .ended(.first, .serviceError), .ended(.hedge, .serviceError)], "fail"),
            // One hedge for each fetch, a retry included.
            ([.hedge, .ended(.first, .failure), .ended(.hedge, .failure), .retry, .hedge], "not hedged"),
            ([.cancel], "cancels"), ([.cancel, .hedge], "not hedged"), ([.cancel, .ended(.first, .failure)], "fail"),
            ([.ended(.first, .failure), .cancel, .retry], "not retried"),
            // It came all the same.
            ([.cancel, .ended(.first, .answer)], "conclude"),
        ] as [([Event], String)]
    )
    func goesOn(events: [Event], last: String) {
        #expect(run(events) == last)
    }

    @Test func withoutRetriesAFailureIsTheEnd() {
        #expect(run([.ended(.first, .failure)], retries: 0) == "fail")
        let twice: [Event] = [.ended(.first, .failure), .retry, .ended(.first, .failure)]
        #expect(run(twice, retries: 2) == "consider a retry")
        #expect(run(twice + [.retry], retries: 2) == "retried")
        #expect(run(twice + [.retry, .ended(.first, .failure)], retries: 2) == "fail")
    }

    @Test func whatIsCancelledBeforeDoesNotBegin() {
        var machine = Machine(retries: 1)
        // What is not copied cannot be looked into by a macro.
        let isUnderWay = machine.cancel()
        let isCancelled = machine.isCancelled
        let begins = machine.begin()
        let givesUp = [machine.giveUp(), machine.giveUp()]
        let isFinished = machine.isFinished
        #expect(!isUnderWay && isCancelled && !begins && givesUp == [true, false] && isFinished)
    }
}
