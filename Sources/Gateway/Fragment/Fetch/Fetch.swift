import Curl
import FragmentProtocol
import NIOCore
import Synchronization

/// One fetch under way, from the wait for a place to its completion.
package final class Fetch: Sendable {
    /// Valid: waiting → running → running (a retry) → finished, and waiting → finished.
    private enum Phase {
        case waiting
        /// Known to others before the driver has it: what they ask of it then comes after `start` or is asked again.
        case running(Transfer, isDirect: Bool)
        case finished
    }

    private struct State {
        var phase = Phase.waiting
        var isCancelled = false
        var choice: ServiceGate.Choice?
        var attemptStarted: ContinuousClock.Instant?
        var retriesLeft: Int
        var head: TransferHead?
        var body = ByteBuffer()
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
        state = Mutex(State(retriesLeft: request.retries))
    }

    var loop: any EventLoop { transport.loop }

    /// Asks for a place, and begins when there is one.
    func begin() {
        switch gate.enter(self) {
        case .admitted:
            start(excluding: nil)
        case .queued:
            break
        case .failed(let failure):
            concludeWithoutPlace(failure)
        }
    }

    /// Ends the fetch: its completion is called with `cancelled`, unless it has been called or is on its way.
    package func cancel() {
        let running: (Transfer, isDirect: Bool)? = state.withLock { state in
            state.isCancelled = true
            if case .running(let transfer, let isDirect) = state.phase { return (transfer, isDirect) }
            return nil
        }
        if let running {
            transport.cancel(running.0, isDirect: running.isDirect)
        } else if gate.withdraw(self) {
            concludeWithoutPlace(FetchFailure(.cancelled, "cancelled"))
        }
    }

    /// The place has come that the fetch waited for.
    func admitted() {
        start(excluding: nil)
    }

    /// There will be no place.
    func turnedAway(_ failure: FetchFailure) {
        concludeWithoutPlace(failure)
    }

    private func start(excluding failed: Int?) {
        guard .now < deadline else {
            // Not the upstream's fault: none is chosen.
            return giveUp(FetchFailure(.timeout, "\(gate.service.name): the deadline has passed"))
        }
        guard let choice = gate.choose(excluding: failed) else { return giveUp(gate.openFailure) }
        var transferRequest = TransferRequest(
            to: choice.upstream,
            method: "GET",
            path: request.path,
            headers: request.headers
        )
        transferRequest.deadline = deadline
        let wantedBy = request.budget.map { min(deadline, started + $0) } ?? deadline
        transferRequest.remainingTime = RemainingTimeField(HeaderName.fragmentDeadline, until: wantedBy)
        transferRequest.connectTimeout = min(connectTimeout, request.timeout)
        transferRequest.maximumBodyBytes = request.maximumBodyBytes
        // A second attempt trusts no connection that has been kept: those of a restarted service are all broken.
        transferRequest.usesFreshConnection = failed != nil
        run(Transfer(transferRequest, receiver: self), over: choice)
    }

    private func run(_ transfer: Transfer, over choice: ServiceGate.Choice) {
        let isDirect = choice.directAddress != nil
        let mayStart = state.withLock { state in
            state.phase = .running(transfer, isDirect: isDirect)
            state.choice = choice
            state.attemptStarted = .now
            return !state.isCancelled
        }
        guard mayStart, transport.start(transfer, at: choice.directAddress) else {
            gate.finish(choice, .neutral, over: transport)
            return giveUp(FetchFailure(.cancelled, "cancelled"))
        }
        // A cancellation that came before the start went by unheard.
        let isCancelled = state.withLock { $0.isCancelled }
        if isCancelled { transport.cancel(transfer, isDirect: isDirect) }
    }

    /// Ends it while no driver is at work on it.
    private func giveUp(_ failure: FetchFailure) {
        conclude(.failure(failure), isToldByDriver: false)
        // The driver may have no further turn.
        transport.driver.outbox.flush()
    }

    private func conclude(_ result: Result<FetchResponse, FetchFailure>, isToldByDriver: Bool = true) {
        let isDirect = state.withLock { state in
            defer { state.phase = .finished }
            state.result = result
            state.body = ByteBuffer()
            if case .running(_, isDirect: true) = state.phase { return true }
            return false
        }
        gate.leaveFetch()
        // A direct driver tells the end on the loop, and never within the call that began the fetch.
        if isToldByDriver, isDirect, loop.inEventLoop { deliver() } else { transport.driver.outbox.append(self) }
    }

    private func concludeWithoutPlace(_ failure: FetchFailure) {
        state.withLock { state in
            state.phase = .finished
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

extension Fetch: TransferReceiver {
    func transferReceived(head: TransferHead) {
        state.withLock { state in
            state.head = head
            // The body's own storage, allocated once. The length of an answer that has no body is not one to allocate.
            let hasBody = head.status != 204 && head.status != 304
            if hasBody, let length = head.contentLength, length <= request.maximumBodyBytes {
                state.body.reserveCapacity(Int(length))
            }
        }
    }

    func transferReceived(body: RawSpan) -> BodyStep {
        state.withLock { state in
            _ = state.body.writeBytes(body)
        }
        return .taken
    }

    func transferWantsUpload(limit: Int, sink: (RawSpan) -> Void) -> UploadStep {
        .finished
    }

    func transferFinished(_ result: Result<TransferSummary, TransferError>) {
        let (choice, attemptStarted, status) = state.withLock { ($0.choice.take(), $0.attemptStarted, $0.head?.status) }
        if let choice {
            let hadTime = (deadline - (attemptStarted ?? started)) * 2 >= request.timeout
            let outcome = CircuitBreakerStateMachine.Outcome(result.map { _ in status ?? 0 }, hadTime: hadTime)
            gate.finish(choice, outcome, over: transport)
        }
        switch result {
        case .success:
            conclude(response())
        case .failure(let error):
            let mayRetry = state.withLock { state in
                guard !state.isCancelled, state.retriesLeft > 0, .now < deadline else { return false }
                state.retriesLeft -= 1
                state.head = nil
                state.body.clear()
                return RetryRule.allows(after: error, method: "GET", hasAlternatives: gate.hasAlternatives)
            }
            if mayRetry, let choice {
                start(excluding: choice.index)
            } else {
                conclude(.failure(FetchFailure(error)))
            }
        }
    }

    private func response() -> Result<FetchResponse, FetchFailure> {
        state.withLock { state in
            guard let head = state.head else { return .failure(FetchFailure(.protocolError, "the answer has no head")) }
            // A body without a length has grown by doubling: what it did not need goes back.
            state.body.shrinkBufferCapacity(to: state.body.readableBytes)
            return .success(
                FetchResponse(status: head.status, headers: head.headers, body: state.body, elapsed: .now - started)
            )
        }
    }
}
