import Curl
import FragmentProtocol
import NIOCore
import Synchronization

/// One fetch under way, from the wait for a place to its completion.
package final class Fetch: Sendable {
    private struct State: ~Copyable {
        var machine: StateMachine
        var first: FetchAttempt?
        var hedge: FetchAttempt?
        /// The service's error that is answered if nothing better comes.
        var spare: FetchResponse?
        var hedgeTimer: Scheduled<Void>?
        var result: Result<FetchResponse, FetchFailure>?
    }

    private let request: FetchRequest
    private let connectTimeout: Duration
    private let gate: ServiceGate
    private let transport: FetchTransport
    private let completion: @Sendable (Result<FetchResponse, FetchFailure>) -> Void
    private let started: ContinuousClock.Instant
    /// When the last byte must have arrived.
    let deadline: ContinuousClock.Instant
    private let state: Mutex<State>

    init(
        _ request: FetchRequest,
        gate: ServiceGate,
        transport: FetchTransport,
        connectTimeout: Duration,
        completion: @escaping @Sendable (Result<FetchResponse, FetchFailure>) -> Void
    ) {
        self.request = request
        self.gate = gate
        self.transport = transport
        self.connectTimeout = connectTimeout
        self.completion = completion
        started = .now
        deadline = started + request.timeout
        state = Mutex(State(machine: StateMachine(retries: request.retries)))
    }

    var loop: any EventLoop { transport.loop }

    /// Asks for a place, and begins when there is one.
    func begin() {
        switch gate.enter(self) {
        case .admitted:
            start()
        case .queued:
            break
        case .failed(let failure):
            concludeWithoutPlace(failure)
        }
    }

    /// Ends the fetch: its completion is called with `cancelled`, unless it has been called or is on its way.
    package func cancel() {
        let (isRunning, first, hedge) = state.withLock { state in
            (state.machine.cancel(), state.first, state.hedge)
        }
        if isRunning {
            first?.cancel()
            hedge?.cancel()
        } else if gate.withdraw(self) {
            concludeWithoutPlace(FetchFailure(.cancelled, "cancelled"))
        }
    }

    /// The place has come that the fetch waited for.
    func admitted() {
        start()
    }

    /// There will be no place.
    func turnedAway(_ failure: FetchFailure) {
        concludeWithoutPlace(failure)
    }

    // MARK: Requests

    private func start() {
        guard state.withLock({ $0.machine.begin() }) else {
            return end(.failure(FetchFailure(.cancelled, "cancelled")))
        }
        send(excluding: nil)
        if request.isHedged { scheduleHedge() }
    }

    private func scheduleHedge() {
        guard let delay = gate.hedgeDelay, .now + delay < deadline else { return }
        let timer = loop.scheduleTask(in: TimeAmount(delay)) { self.hedge() }
        let isOver = state.withLock { state in
            if !state.machine.isFinished { state.hedgeTimer = timer }
            return state.machine.isFinished
        }
        if isOver { timer.cancel() }
    }

    /// Makes the first request, or makes it once more.
    private func send(excluding failed: Int?) {
        guard .now < deadline else {
            // Not the upstream's fault: none is chosen.
            return giveUp(FetchFailure(.timeout, "\(gate.service.name): the deadline has passed"))
        }
        guard let choice = gate.choose(excluding: failed) else {
            return giveUp(gate.openFailure)
        }
        let attempt = attempt(.first, over: choice)
        let isWanted = state.withLock { state in
            state.first = attempt
            return !state.machine.isCancelled
        }
        guard isWanted, attempt.start(transferRequest(to: choice, isFresh: failed != nil)) else {
            gate.finish(choice, .neutral, over: transport)
            return giveUp(FetchFailure(.cancelled, "cancelled"))
        }
    }

    /// Makes a second request besides the first, if there is room for it.
    private func hedge() {
        // Nothing is under way while it is thought about a retry.
        guard let index = state.withLock({ $0.first?.choice.index }), let choice = gate.chooseHedge(besides: index)
        else { return }
        let attempt = attempt(.hedge, over: choice)
        let isWanted = state.withLock { state in
            guard state.machine.hedge() else { return false }
            state.hedge = attempt
            return true
        }
        guard isWanted else {
            gate.finish(choice, .neutral, over: transport)
            return gate.leaveFetch()
        }
        if !attempt.start(transferRequest(to: choice, isFresh: false)) {
            ended(attempt, .failure(TransferError(.cancelled, "cancelled")))
        }
    }

    private func attempt(_ kind: Kind, over choice: ServiceGate.Choice) -> FetchAttempt {
        FetchAttempt(
            kind,
            of: self,
            over: choice,
            maximumBodyBytes: request.maximumBodyBytes,
            transport: transport
        )
    }

    private func transferRequest(to choice: ServiceGate.Choice, isFresh: Bool) -> TransferRequest {
        var made = TransferRequest(
            to: choice.upstream,
            method: "GET",
            path: request.path,
            headers: request.headers
        )
        made.deadline = deadline
        let wantedBy = request.budget.map { min(deadline, started + $0) } ?? deadline
        if request.tellsDeadline {
            made.remainingTime = RemainingTimeField(HeaderName.fragmentDeadline, until: wantedBy)
        }
        made.connectTimeout = min(connectTimeout, request.timeout)
        made.maximumBodyBytes = request.maximumBodyBytes
        // A second attempt trusts no connection that has been kept: those of a restarted service are all broken.
        made.usesFreshConnection = isFresh
        return made
    }

    /// One of the requests has ended.
    func ended(_ attempt: FetchAttempt, _ result: Result<FetchAttempt.Answer, TransferError>) {
        let now = ContinuousClock.now
        report(attempt, result, took: now - attempt.started)
        let answer = result.map { response($0, at: now) }.mapError { FetchFailure($0) }
        let (action, other, spare) = state.withLock { state in
            if attempt.kind == .first { state.first = nil } else { state.hedge = nil }
            let action = state.machine.ended(attempt.kind, StateMachine.End(answer))
            if action == .wait, case .success(let response) = answer { state.spare = response }
            return (action, state.first ?? state.hedge, state.spare)
        }
        switch action {
        case .nothing, .wait: break
        case .conclude(let cancelled):
            if cancelled != nil { other?.cancel() }
            conclude(answer, by: attempt)
        case .considerRetry:
            if let spare { return conclude(giveUp: .success(spare), by: attempt) }
            if case .failure(let error) = result { retry(attempt, after: error) }
        case .fail:
            if case .failure = answer, let spare { return conclude(.success(spare), by: attempt) }
            conclude(answer, by: attempt)
        }
    }

    private func response(_ answer: FetchAttempt.Answer, at now: ContinuousClock.Instant) -> FetchResponse {
        FetchResponse(
            status: answer.head.status,
            headers: answer.head.headers,
            body: answer.body,
            elapsed: now - started
        )
    }

    /// Tells the gate what an attempt came to.
    private func report(
        _ attempt: FetchAttempt,
        _ result: Result<FetchAttempt.Answer, TransferError>,
        took elapsed: Duration
    ) {
        let outcome = CircuitBreakerStateMachine.Outcome(
            result.map(\.head.status),
            hadTime: (deadline - attempt.started) * 2 >= request.timeout
        )
        let tellsTime =
            switch result {
            case .success: true
            // That it took longer than its hedge is known as well.
            case .failure(let error):
                error.code == .timeout
                    || error.code == .cancelled && attempt.kind == .first && !state.withLock { $0.machine.isCancelled }
            }
        gate.finish(attempt.choice, outcome, answeredIn: tellsTime ? elapsed : nil, over: transport)
        if attempt.kind == .hedge { gate.leaveFetch() }
    }

    private func retry(_ attempt: FetchAttempt, after error: TransferError) {
        guard .now < deadline,
            RetryRule.allows(after: error, method: "GET", hasAlternatives: gate.hasAlternatives),
            gate.mayRetry(after: error),
            state.withLock({ $0.machine.retry() })
        else { return conclude(giveUp: .failure(FetchFailure(error)), by: attempt) }
        send(excluding: attempt.choice.index)
    }

    // MARK: Ends

    /// Ends a fetch that has a place, and no request any more.
    private func giveUp(_ failure: FetchFailure) {
        let isFirst = state.withLock { state in
            state.first = nil
            return state.machine.giveUp()
        }
        if isFirst { end(.failure(failure)) }
    }

    private func conclude(giveUp result: Result<FetchResponse, FetchFailure>, by attempt: FetchAttempt) {
        if state.withLock({ $0.machine.giveUp() }) { conclude(result, by: attempt) }
    }

    /// Ends it at the end of a request.
    private func conclude(_ result: Result<FetchResponse, FetchFailure>, by attempt: FetchAttempt) {
        leave(result)
        // A direct driver tells the end on the loop, and never within the call that began the fetch.
        if attempt.isDirect, loop.inEventLoop { deliver() } else { transport.driver.outbox.append(self) }
    }

    /// Ends it while no driver is at work on it.
    private func end(_ result: Result<FetchResponse, FetchFailure>) {
        leave(result)
        transport.driver.outbox.append(self)
        // The driver may have no further turn.
        transport.driver.outbox.flush()
    }

    private func leave(_ result: Result<FetchResponse, FetchFailure>) {
        let timer = state.withLock { state in
            state.result = result
            return state.hedgeTimer.take()
        }
        timer?.cancel()
        gate.leaveFetch()
    }

    private func concludeWithoutPlace(_ failure: FetchFailure) {
        state.withLock { state in
            _ = state.machine.giveUp()
            state.result = .failure(failure)
        }
        loop.execute { self.deliver() }
    }
}

extension Fetch: Deliverable {
    func deliver() {
        guard let result = state.withLock({ $0.result.take() }) else { return }
        completion(result)
    }
}

extension Fetch.StateMachine.End {
    fileprivate init(_ answer: Result<FetchResponse, FetchFailure>) {
        switch answer {
        case .success(let response): self = response.status >= 500 ? .serviceError : .answer
        case .failure: self = .failure
        }
    }
}
