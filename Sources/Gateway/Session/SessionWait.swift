import NIOCore

/// A request that waits until it is known whose it is; then another exchange goes on with it.
///
/// What the client sends meanwhile is kept, which is what had been read already: no more is taken from the socket.
final class SessionWait: Exchange {
    private let connection: Connection
    private var pieces: [ByteBuffer] = []
    private var hasEnded = false
    private var isOver = false

    init(on connection: Connection) {
        self.connection = connection
    }

    /// Goes on, unless the client has gone.
    ///
    /// - Parameter answer: answers the request, or gives the exchange that will; called at most once.
    func finish(_ answer: () -> (any Exchange)?) {
        guard !self.isOver, case .answering = self.connection.phase else { return }
        self.isOver = true
        guard let successor = answer() else { return }
        self.connection.handOver(to: successor)
        let pieces = self.pieces
        self.pieces = []
        for piece in pieces where self.connection.exchange === successor { successor.receive(piece) }
        if self.hasEnded, self.connection.exchange === successor { successor.receiveEnd() }
        if self.connection.exchange === successor { self.connection.resumeReading() }
    }

    func receive(_ piece: ByteBuffer) {
        self.pieces.append(piece)
        self.connection.pauseReading()
    }

    func receiveEnd() { self.hasEnded = true }

    func writabilityChanged(isWritable: Bool) {
        // Nothing is sent yet; whoever goes on looks for itself.
    }

    func cancel() {
        self.isOver = true
        self.pieces = []
    }
}
