import NIOCore

/// A request for the sign-on: its form is taken whole, and what ``SignOn`` answers is sent when it is there.
///
/// What has begun goes on when the browser leaves: a code is good once only, and the browser may come back for what came of it.
final class SignOnExchange: Exchange {
    /// What the exchange does and whom it tells.
    struct Hooks {
        /// Finds the answer, from the form of the request.
        let answer: @Sendable ([UInt8]) async -> SignOnAnswer
        /// Whether a form may be acted on, for a request that changes something; else the status that refuses it.
        let refusal: ([UInt8]) -> Int?
        /// Sends an answer; gives back what goes on with it.
        let send: (SignOnAnswer) -> (any Exchange)?
        /// Answers with an error.
        let showError: (Int) -> (any Exchange)?
    }

    private enum Phase {
        /// The form is arriving.
        case collecting
        /// The answer is being found.
        case asking
        /// Another answers, or nobody does any more.
        case handedOver((any Exchange)?)
    }

    /// Bytes of the largest form: a token of a sign-out with what is around it.
    static let largestForm = 64 << 10

    private let connection: Connection
    private let hooks: Hooks
    private var phase = Phase.collecting
    private var form = ByteBuffer()

    init(on connection: Connection, hooks: Hooks) {
        self.connection = connection
        self.hooks = hooks
    }

    func receive(_ piece: ByteBuffer) {
        guard case .collecting = self.phase else { return }
        guard self.form.readableBytes + piece.readableBytes <= Self.largestForm else {
            // The rest of the form is not waited for.
            self.connection.closesAfterAnswer = true
            self.handOver { self.hooks.showError(413) }
            return
        }
        self.form.writeImmutableBuffer(piece)
    }

    func receiveEnd() {
        guard case .collecting = self.phase, let loop = self.connection.eventLoop else { return }
        let form = Array(self.form.readableBytesView)
        self.form = ByteBuffer()
        if let status = self.hooks.refusal(form) {
            self.handOver { self.hooks.showError(status) }
            return
        }
        self.phase = .asking
        let bound = NIOLoopBound(self, eventLoop: loop)
        Task { [answer = self.hooks.answer] in
            let found = await answer(form)
            loop.execute { bound.value.finish(found) }
        }
    }

    func writabilityChanged(isWritable: Bool) {
        if case .handedOver(let successor) = self.phase { successor?.writabilityChanged(isWritable: isWritable) }
    }

    func cancel() {
        if case .handedOver(let successor) = self.phase { successor?.cancel() }
        self.phase = .handedOver(nil)
    }

    private func finish(_ answer: SignOnAnswer) {
        guard case .asking = self.phase else { return }
        self.handOver { self.hooks.send(answer) }
    }

    private func handOver(_ show: () -> (any Exchange)?) {
        // Before the call, which may end the answer and with it this exchange's part.
        self.phase = .handedOver(nil)
        self.phase = .handedOver(show())
    }
}
