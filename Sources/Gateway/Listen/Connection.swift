package import NIOCore

/// One client connection: reads its requests one after the other, and sends their answers.
///
/// This file is the answering side, which exchanges use; `Connection+Reading.swift` is the channel handler and
/// `Connection+Closing.swift` is how it ends. A connection belongs to its event loop. An answer is either one `send`,
/// or `start`, any number of `proceed`, and `end`. Everything is ignored once the client has gone.
package final class Connection {
    /// How the end of a started answer's body shows on the wire (RFC 9112, section 6.3).
    package enum Framing: Equatable, Sendable {
        /// Chunked coding is put around each piece.
        case chunked
        /// The head has told the length, or there is no body.
        case length
        /// The connection closes where the body ends, for HTTP/1.0.
        case close
    }

    /// Where the connection is between two requests and within one.
    enum Phase {
        /// Waiting for a request, or for the rest of its head.
        case reading
        /// A request is being answered.
        case answering
        /// The answer is sent, and the rest of a body that nobody wants is read away.
        case draining
        /// Nothing more is read; what was written is still going out.
        case closing
    }

    /// Pieces up to this size are copied behind their chunk's size: one write instead of three is cheaper.
    private static let copiedPiece = 16 * 1024

    let responder: any RequestResponder
    let reader: RequestReader
    let timeouts: ConnectionTimeouts
    /// The largest body of a request, in bytes.
    let bodyLimit: Int

    var context: ChannelHandlerContext?
    var phase = Phase.reading
    var exchange: (any Exchange)?
    var body = MessageBody.none
    /// Bytes that have been received and not used.
    var unread: ByteBuffer?
    /// How many bytes of `unread` are known not to hold the end of a head.
    var searched = 0
    var isInsideRead = false
    var hasUnflushed = false
    var isReadingPaused = false
    var readIsHeldBack = false
    var isQuiescing = false
    /// Whether the client itself asked that the connection be closed after the present answer.
    var isLastRequest = false
    /// Whether the way out has been taken: flush, then close.
    var hasStartedClosing = false
    /// Whether what the client still sends is read away before the connection is cut.
    var lingers = false
    /// Bytes of an unwanted body that may still be read away.
    var drainBudget = 0
    /// Bytes that have been given to the socket in all, sent or not.
    var bytesWritten = 0
    /// How many of them the client's side had taken when the deadline passed last.
    var bytesTakenAtDeadline = 0
    /// When the connection is closed for doing nothing, by the loop's monotonic clock.
    var deadline = NIODeadline.distantFuture
    private(set) var framing = Framing.length
    /// Whether anything of the present answer has been written.
    private(set) package var hasStarted = false
    /// Whether the connection closes once the present answer is sent; an answer's head says so.
    package var closesAfterAnswer = false

    package init(
        responder: any RequestResponder,
        limits: RequestLimits,
        bodyLimit: Int,
        timeouts: ConnectionTimeouts
    ) {
        self.responder = responder
        self.reader = RequestReader(limits: limits)
        self.bodyLimit = bodyLimit
        self.timeouts = timeouts
    }

    /// The loop that the connection lives on; nil once the client has gone.
    package var eventLoop: (any EventLoop)? { self.context?.eventLoop }
    package var isWritable: Bool { self.context?.channel.isWritable ?? false }
    /// The address that the client connected from, without its port.
    package var clientAddress: String? { self.context?.remoteAddress?.ipAddress }

    func beginAnswer() {
        self.phase = .answering
        self.hasStarted = false
        self.framing = .length
    }

    /// Sends an answer whole: its head with a length, and its body.
    @inline(__always)
    package func send(_ answer: ByteBuffer) {
        guard case .answering = self.phase else { return }
        self.hasStarted = true
        self.write(answer)
        self.answerEnded()
    }

    /// Sends the head of an answer, whose body follows.
    package func start(_ head: ByteBuffer, framing: Framing) {
        guard case .answering = self.phase else { return }
        self.hasStarted = true
        self.framing = framing
        if framing == .close { self.closesAfterAnswer = true }
        self.write(head)
        self.flushUnlessReading()
    }

    /// Sends a piece of the body.
    package func proceed(_ piece: ByteBuffer) {
        guard case .answering = self.phase, piece.readableBytes > 0 else { return }
        if self.framing == .chunked {
            self.writeChunk(piece)
        } else {
            self.write(piece)
        }
        self.flushUnlessReading()
        self.touch(self.timeouts.body)
    }

    private func writeChunk(_ piece: ByteBuffer) {
        let isSmall = piece.readableBytes <= Self.copiedPiece
        // Sixteen digits and two line ends.
        var chunk = ByteBufferAllocator().buffer(capacity: isSmall ? piece.readableBytes + 20 : 20)
        chunk.writeString(String(piece.readableBytes, radix: 16))
        chunk.writeStaticString("\r\n")
        if isSmall {
            chunk.writeImmutableBuffer(piece)
            chunk.writeStaticString("\r\n")
            self.write(chunk)
        } else {
            self.write(chunk)
            self.write(piece)
            self.write(ByteBuffer(staticString: "\r\n"))
        }
    }

    /// Ends the body.
    ///
    /// - Parameter trailers: header lines, each with its CRLF; sent only where the framing has room for them.
    package func end(trailers: String = "") {
        guard case .answering = self.phase else { return }
        if self.framing == .chunked { self.write(ByteBuffer(string: "0\r\n\(trailers)\r\n")) }
        self.answerEnded()
    }

    /// Breaks off an answer whose rest cannot be had, so that the client sees that it is not whole (RFC 9112, 8).
    package func abort() {
        self.phase = .closing
        self.exchange = nil
        self.context?.close(promise: nil)
    }

    /// Lets another exchange hear of the client from now on, because it answers in the present one's place.
    package func handOver(to successor: (any Exchange)?) {
        guard case .answering = self.phase, let successor else { return }
        self.exchange = successor
    }

    /// Takes no more bytes of the request's body from the socket, so that the client waits.
    package func pauseReading() { self.isReadingPaused = true }

    /// Takes bytes from the socket again.
    package func resumeReading() {
        guard self.isReadingPaused else { return }
        self.isReadingPaused = false
        self.wantMore()
    }

    @inline(__always)
    func write(_ bytes: ByteBuffer) {
        self.hasUnflushed = true
        self.bytesWritten &+= bytes.readableBytes
        self.context?.write(NIOAny(bytes), promise: nil)
    }

    @inline(__always)
    func flushUnlessReading() {
        // Inside a read, the handler flushes once for all of the burst's answers.
        guard !self.isInsideRead, self.hasUnflushed else { return }
        self.hasUnflushed = false
        self.context?.flush()
    }

    /// Moves the deadline.
    @inline(__always)
    func touch(_ timeout: TimeAmount) {
        // Outside a read nobody has looked at the clock since the last one, which may be long ago.
        if !self.isInsideRead { self.responder.beginBurst() }
        self.deadline = self.responder.now + timeout
    }
}

/// How long a connection may stand still; the names are those of `limits:` in gateway.yaml.
package struct ConnectionTimeouts: Equatable, Sendable {
    /// From the first byte of a request to the end of its head.
    package var header: TimeAmount
    /// Between two requests.
    package var idle: TimeAmount
    /// Without a byte of a request's or an answer's body moving.
    package var body: TimeAmount

    package init(header: TimeAmount = .seconds(10), idle: TimeAmount = .seconds(60), body: TimeAmount = .seconds(60)) {
        self.header = header
        self.idle = idle
        self.body = body
    }
}
