import Curl
package import NIOCore
import Synchronization

/// One stream, for its loop alone: each method must be called on the loop that began it.
package final class StreamHandle: Sendable {
    /// Valid: waiting → running → running (a retry) → finished, and waiting → finished.
    private enum Phase {
        case waiting(Scheduled<Void>?)
        /// Known to others before the driver has it: what they ask of it then comes after `start` or is asked again.
        case running(Transfer)
        case finished
    }

    private struct State {
        var phase = Phase.waiting(nil)
        var isCancelled = false
        var choice: ServiceGate.Choice?
        var retriesLeft = 1
        var buffers: StreamBuffers
        var isDeliveryOnItsWay = false

        var transfer: Transfer? {
            if case .running(let transfer) = phase { transfer } else { nil }
        }
    }

    private let request: StreamRequest
    private let connectTimeout: Duration
    private let gate: ServiceGate
    private let transport: FetchTransport
    private let started = ContinuousClock.now
    private let consumer: NIOLoopBoundBox<(any StreamConsumer)?>
    private let state: Mutex<State>

    init(
        _ request: StreamRequest,
        gate: ServiceGate,
        transport: FetchTransport,
        settings: FetcherSettings,
        consumer: any StreamConsumer
    ) {
        self.request = request
        self.gate = gate
        self.transport = transport
        connectTimeout = settings.connectTimeout
        self.consumer = NIOLoopBoundBox(consumer, eventLoop: transport.loop)
        state = Mutex(State(buffers: StreamBuffers(window: settings.streamWindow)))
    }

    var loop: any EventLoop { transport.loop }

    private var driver: FetchDriver { transport.driver }

    /// Bytes held for both directions.
    package var bufferedBytes: Int { state.withLock { $0.buffers.byteCount } }

    /// Sends a piece of the request's body.
    ///
    /// False: enough is waiting, go on after `streamWantsMore`; what was given is taken all the same.
    package func send(_ bytes: ByteBuffer) -> Bool {
        loop.preconditionInEventLoop()
        let (hasRoom, transfer) = state.withLock { state in
            let (hasRoom, resumes) = state.buffers.send(bytes)
            return (hasRoom, resumes ? state.transfer : nil)
        }
        if let transfer { driver.driver.resumeSending(transfer) }
        return hasRoom
    }

    /// Ends the request's body.
    package func finishRequest() {
        loop.preconditionInEventLoop()
        let transfer = state.withLock { $0.buffers.finishUpload() ? $0.transfer : nil }
        if let transfer { driver.driver.resumeSending(transfer) }
    }

    /// Holds back body and end.
    ///
    /// What arrives is kept up to the window, then the upstream is held up.
    package func pause() {
        loop.preconditionInEventLoop()
        state.withLock { $0.buffers.pause() }
    }

    /// Goes on after `pause`; nothing is called within this call.
    package func resume() {
        loop.preconditionInEventLoop()
        state.withLock { $0.buffers.resume() }
        loop.execute { self.deliver() }
    }

    /// Ends the stream; the consumer hears nothing any more.
    package func cancel() {
        loop.preconditionInEventLoop()
        consumer.value = nil
        let transfer = state.withLock { state in
            state.isCancelled = true
            state.buffers.clear()
            return state.transfer
        }
        if let transfer {
            driver.driver.cancel(transfer)
        } else if gate.withdraw(self) {
            finishWithoutPlace(FetchFailure(.cancelled, "cancelled"))
        }
    }

    /// Asks for a place, and begins when there is one.
    func begin() {
        switch gate.enter(self) {
        case .admitted:
            start(excluding: nil)
        case .queued:
            let patience = min(request.timeout ?? request.idleTimeout, request.idleTimeout)
            let timer = loop.scheduleTask(in: TimeAmount(patience)) { self.waitedTooLong() }
            let isStale = state.withLock { state in
                guard case .waiting = state.phase else { return true }
                state.phase = .waiting(timer)
                return false
            }
            // The place came between the two steps.
            if isStale { timer.cancel() }
        case .failed(let failure):
            finishWithoutPlace(failure)
        }
    }

    /// The place has come that the stream waited for.
    func admitted() {
        start(excluding: nil)
    }

    /// There will be no place.
    func turnedAway(_ failure: FetchFailure) {
        finishWithoutPlace(failure)
    }

    private func waitedTooLong() {
        guard gate.withdraw(self) else { return }
        finishWithoutPlace(FetchFailure(.timeout, "\(gate.service.name): no place became free"))
    }

    private func start(excluding failed: Int?) {
        // What passes through has nothing else to be answered with: an upstream that may work beats none.
        guard let choice = gate.choose(excluding: failed, always: true) else {
            conclude(.failure(gate.openFailure))
            return driver.outbox.flush()
        }
        let transfer = Transfer(transferRequest(choice, isRetry: failed != nil), receiver: self)
        let mayStart = state.withLock { state in
            if case .waiting(let timer) = state.phase { timer?.cancel() }
            state.phase = .running(transfer)
            state.choice = choice
            return !state.isCancelled
        }
        guard mayStart, driver.driver.start(transfer) else {
            gate.finish(choice, .neutral, over: transport)
            conclude(.failure(FetchFailure(.cancelled, "cancelled")))
            // The driver may have no further turn.
            driver.outbox.flush()
            return
        }
        // A cancellation that came before the start went by unheard.
        let isCancelled = state.withLock { $0.isCancelled }
        if isCancelled { driver.driver.cancel(transfer) }
    }

    private func transferRequest(_ choice: ServiceGate.Choice, isRetry: Bool) -> TransferRequest {
        var made = TransferRequest(
            to: choice.upstream,
            method: request.method,
            path: request.path,
            headers: TransferHeaders(request.headers)
        )
        made.deadline = request.timeout.map { started + $0 }
        made.connectTimeout = connectTimeout
        made.idleTimeout = request.idleTimeout
        made.usesFreshConnection = isRetry
        switch request.body {
        case .none: made.body = .none
        case .streamed(let length): made.body = .streamed(length: length)
        }
        return made
    }

    private func conclude(_ result: Result<Void, FetchFailure>) {
        state.withLock { state in
            state.phase = .finished
            if !state.isCancelled { state.buffers.receiveEnd(result) }
        }
        gate.leaveStream()
        announce()
    }

    private func finishWithoutPlace(_ failure: FetchFailure) {
        state.withLock { state in
            if case .waiting(let timer) = state.phase { timer?.cancel() }
            state.phase = .finished
            if !state.isCancelled { state.buffers.receiveEnd(.failure(failure)) }
        }
        loop.execute { self.deliver() }
    }

    /// Has the loop called, once for all that comes until then.
    private func announce() {
        let isFirst = state.withLock { state in
            defer { state.isDeliveryOnItsWay = true }
            return !state.isDeliveryOnItsWay
        }
        if isFirst { driver.outbox.append(self) }
    }
}

extension StreamHandle: Deliverable {
    func deliver() {
        state.withLock { $0.isDeliveryOnItsWay = false }
        while let consumer = consumer.value, let event = state.withLock({ $0.buffers.nextEvent() }) {
            switch event {
            case .head(let head):
                consumer.streamReceived(
                    head: StreamResponseHead(
                        status: head.status,
                        headers: head.headers,
                        contentLength: head.contentLength
                    )
                )
            case .body(let bytes, let resumesUpstream):
                if resumesUpstream, let transfer = state.withLock({ $0.transfer }) {
                    driver.driver.resumeReceiving(transfer)
                }
                consumer.streamReceived(body: bytes)
            case .writable:
                consumer.streamWantsMore()
            case .finished(let result):
                self.consumer.value = nil
                consumer.streamFinished(result)
            }
        }
    }
}

extension StreamHandle: TransferReceiver {
    func transferReceived(head: TransferHead) {
        state.withLock { $0.buffers.receive(head) }
        announce()
    }

    func transferReceived(body: RawSpan) -> BodyStep {
        let isTaken = state.withLock { $0.isCancelled || $0.buffers.receive(body) }
        if isTaken { announce() }
        return isTaken ? .taken : .notNow
    }

    func transferWantsUpload(limit: Int, sink: (RawSpan) -> Void) -> UploadStep {
        switch state.withLock({ $0.buffers.supply(upTo: limit) }) {
        case .piece(let bytes, let tellsProducer):
            sink(bytes.readableBytesSpan)
            if tellsProducer { announce() }
            return .supplied
        case .nothingYet:
            return .notNow
        case .finished:
            return .finished
        }
    }

    func transferFinished(_ result: Result<TransferSummary, TransferError>) {
        let choice = state.withLock { $0.choice.take() }
        if let choice {
            gate.finish(choice, CircuitBreakerStateMachine.Outcome(stream: result), over: transport)
        }
        guard case .failure(let error) = result else { return conclude(.success(())) }
        let mayRetry = state.withLock { state in
            guard !state.isCancelled, state.retriesLeft > 0 else { return false }
            state.retriesLeft -= 1
            return RetryRule.allows(
                after: error,
                method: request.method,
                hasAlternatives: gate.hasAlternatives,
                isBodyTouched: state.buffers.isUploadTouched
            )
        }
        if mayRetry, let choice, gate.mayRetry(after: error) {
            start(excluding: choice.index)
        } else {
            conclude(.failure(FetchFailure(error)))
        }
    }
}
