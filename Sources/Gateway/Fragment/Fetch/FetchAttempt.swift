import Curl
import NIOCore
import Synchronization

/// One request of a fetch to one upstream: it collects the answer, and tells the fetch the end.
final class FetchAttempt: Sendable {
    /// A whole answer.
    struct Answer: Sendable {
        let head: TransferHead
        let body: ByteBuffer
    }

    private struct State {
        var transfer: Transfer?
        var isCancelled = false
        var head: TransferHead?
        var body = ByteBuffer()
    }

    let kind: Fetch.Kind
    let choice: ServiceGate.Choice
    let started = ContinuousClock.now
    private let maximumBodyBytes: Int
    private let transport: FetchTransport
    /// Held until the end is told: the transfer holds the attempt for as long.
    private let fetch: Fetch
    private let state = Mutex(State())

    init(
        _ kind: Fetch.Kind,
        of fetch: Fetch,
        over choice: ServiceGate.Choice,
        maximumBodyBytes: Int,
        transport: FetchTransport
    ) {
        self.kind = kind
        self.fetch = fetch
        self.choice = choice
        self.maximumBodyBytes = maximumBodyBytes
        self.transport = transport
    }

    /// Whether it is told on the loop.
    var isDirect: Bool { choice.directAddress != nil }

    /// Sends the request; false when there will be no end to hear of.
    func start(_ request: TransferRequest) -> Bool {
        let transfer = Transfer(request, receiver: self)
        let isWanted = state.withLock { state in
            state.transfer = transfer
            return !state.isCancelled
        }
        guard isWanted, transport.start(transfer, at: choice.directAddress) else {
            // They would hold each other for ever.
            state.withLock { $0.transfer = nil }
            return false
        }
        // A cancellation that came before the start went by unheard.
        if state.withLock({ $0.isCancelled }) { transport.cancel(transfer, isDirect: isDirect) }
        return true
    }

    /// Ends it as `cancelled`, unless it has ended.
    func cancel() {
        let transfer = state.withLock { state in
            state.isCancelled = true
            return state.transfer
        }
        if let transfer { transport.cancel(transfer, isDirect: isDirect) }
    }
}

extension FetchAttempt: TransferReceiver {
    func transferReceived(head: TransferHead) {
        state.withLock { state in
            state.head = head
            // The body's own storage, allocated once. The length of an answer that has no body is not one to allocate.
            let hasBody = head.status != 204 && head.status != 304
            if hasBody, let length = head.contentLength, length <= maximumBodyBytes {
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
        // The transfer and the attempt hold each other no longer.
        var (head, body) = state.withLock { state in
            state.transfer = nil
            defer { state.body = ByteBuffer() }
            return (state.head, state.body)
        }
        switch result {
        case .failure(let error): fetch.ended(self, .failure(error))
        case .success:
            guard let head else {
                fetch.ended(self, .failure(TransferError(.protocolError, "the answer has no head")))
                return
            }
            // A body without a length has grown by doubling: what it did not need goes back.
            body.shrinkBufferCapacity(to: body.readableBytes)
            fetch.ended(self, .success(Answer(head: head, body: body)))
        }
    }
}
