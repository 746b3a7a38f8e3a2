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
        var retriesLeft: Int
        var head: TransferHead?
        var body = ByteBuffer()
        var result: Result<FetchResponse, FetchFailure>?
    }

    let loop: any EventLoop
    private let request: FetchRequest
    private let connectTimeout: Duration
    private let gate: ServiceGate
    private let driver: FetchDriver
    private let directDrivers: DirectDrivers
    private let completion: @Sendable (Result<FetchResponse, FetchFailure>) -> Void
    private let started: ContinuousClock.Instant
    /// When the last byte must have arrived.
    let deadline: ContinuousClock.Instant
    private let state: Mutex<State>

    init(
        _ request: FetchRequest,
        gate: ServiceGate,
        driver: FetchDriver,
        directDrivers: DirectDrivers,
        connectTimeout: Duration,
        loop: any EventLoop,
        completion: @escaping @Sendable (Result<FetchResponse, FetchFailure>) -> Void
    ) {
        self.request = request
        self.gate = gate
        self.driver = driver
        self.directDrivers = directDrivers
        self.connectTimeout = connectTimeout
        self.loop = loop
        self.completion = completion
        started = .now
        deadline = started + request.timeout
        state = Mutex(State(retriesLeft: request.retries))
    }

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
            cancel(running.0, isDirect: running.isDirect)
        } else if gate.withdraw(self) {
            concludeWithoutPlace(FetchFailure(.cancelled, "cancelled"))
        }
    }

    private func cancel(_ transfer: Transfer, isDirect: Bool) {
        if isDirect {
            loop.execute { self.directDrivers.driver(on: self.loop).cancel(transfer) }
        } else {
            driver.driver.cancel(transfer)
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
            conclude(.failure(FetchFailure(.timeout, "\(gate.service.name): the deadline has passed")))
            driver.outbox.flush()
            return
        }
        let choice = gate.choose(excluding: failed)
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
        let address = choice.directAddress
        let mayStart = state.withLock { state in
            state.phase = .running(transfer, isDirect: address != nil)
            state.choice = choice
            return !state.isCancelled
        }
        guard mayStart else { return refuse(choice) }
        if let address {
            // A place that another loop's fetch gave back is told there.
            if loop.inEventLoop {
                begin(transfer, at: address)
            } else {
                loop.execute { self.begin(transfer, at: address) }
            }
        } else if !driver.driver.start(transfer) {
            return refuse(choice)
        }
        // A cancellation that came before the start went by unheard.
        let isCancelled = state.withLock { $0.isCancelled }
        if isCancelled { cancel(transfer, isDirect: address != nil) }
    }

    private func begin(_ transfer: Transfer, at address: DirectAddress) {
        directDrivers.driver(on: loop).start(transfer, to: address)
    }

    private func refuse(_ choice: ServiceGate.Choice) {
        gate.finish(choice, .other)
        conclude(.failure(FetchFailure(.cancelled, "cancelled")))
        // The driver may have no further turn.
        driver.outbox.flush()
    }

    private func conclude(_ result: Result<FetchResponse, FetchFailure>) {
        let isDirect = state.withLock { state in
            defer { state.phase = .finished }
            state.result = result
            state.body = ByteBuffer()
            if case .running(_, isDirect: true) = state.phase { return true }
            return false
        }
        gate.leaveFetch()
        // A direct driver tells the end on the loop, and never within the call that began the fetch.
        if isDirect, loop.inEventLoop { deliver() } else { driver.outbox.append(self) }
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
        let choice = state.withLock { $0.choice.take() }
        if let choice { gate.finish(choice, UpstreamSelectionPolicy.Outcome(result)) }
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
