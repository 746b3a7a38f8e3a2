import NIOCore

extension Connection {
    /// How long a client may go on sending to a connection that is closed, before it is cut off.
    private static let lingering = TimeAmount.seconds(2)

    /// Lets the present request end and closes; an idle connection closes at once.
    package func quiesce() {
        self.isQuiescing = true
        self.closesAfterAnswer = true
        if self.phase == .reading, self.unread == nil { self.startClosing(lingers: true) }
    }

    /// Answers what cannot be served and closes the connection.
    func refuse(status: Int, explanation: String) {
        self.write(self.responder.refusal(status: status, explanation: explanation))
        self.startClosing(lingers: true)
    }

    /// A body went wrong while its request was being answered, or while the rest of it was read away.
    func breakOff(status: Int, explanation: String) {
        let exchange = self.exchange
        self.exchange = nil
        exchange?.cancel()
        switch self.phase {
        case .answering where !self.hasStarted: self.refuse(status: status, explanation: explanation)
        case .draining: self.startClosing(lingers: true)
        case .answering, .reading, .closing: self.abort()
        }
    }

    /// Reads no more requests, and closes when everything written has been sent.
    ///
    /// - Parameter lingers: whether the client may be sending still. Closing then would reset the connection, and take
    ///   the answer back from the client (RFC 9112, section 9.6): the sending side is shut, and what comes is read away
    ///   until the client closes.
    func startClosing(lingers: Bool) {
        guard self.phase != .closing else { return }
        self.phase = .closing
        self.lingers = lingers
        self.unread = nil
        self.isReadingPaused = false
        // Time for what is written to reach a slow client.
        self.touch(self.timeouts.body)
        if !self.isInsideRead { self.closeWhenDone() }
        self.readAgain()
    }

    /// Closes once everything written has been taken by the socket.
    func closeWhenDone() {
        guard self.phase == .closing, !self.hasStartedClosing, let context = self.context else { return }
        self.hasStartedClosing = true
        self.hasUnflushed = false
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in
            // When the write failed the connection is closed already, and closing again does nothing.
            guard self.lingers else { return context.close(promise: nil) }
            self.touch(Self.lingering)
            context.close(mode: .output, promise: nil)
        }
        context.writeAndFlush(NIOAny(ByteBuffer()), promise: promise)
    }

    /// The connection has stood still for longer than its phase allows.
    package func deadlinePassed() {
        if self.clientIsTaking() {
            self.touch(self.timeouts.body)
            return
        }
        switch self.phase {
        case .reading where self.unread != nil:
            self.refuse(status: 408, explanation: "the request did not arrive within limits.header-timeout")
        case .reading, .draining, .closing: self.context?.close(promise: nil)
        case .answering where !self.isWritable: self.context?.close(promise: nil)
        case .answering where self.body.isFinished || self.isReadingPaused:
            // The client has done its part; the exchange has deadlines of its own.
            self.touch(self.timeouts.body)
        case .answering:
            self.breakOff(status: 408, explanation: "the body did not arrive within limits.body-timeout")
        }
    }

    /// Whether a part of what waits to be sent has gone out since the deadline passed last: a large answer to a slow
    /// client may take longer than any timeout, as long as it moves.
    private func clientIsTaking() -> Bool {
        guard let waiting = self.bytesWaiting, waiting > 0 else { return false }
        let taken = self.bytesWritten - waiting
        defer { self.bytesTakenAtDeadline = taken }
        return taken > self.bytesTakenAtDeadline
    }

    /// Bytes that the socket has not taken yet; nil when the channel cannot tell.
    private var bytesWaiting: Int? {
        // The only error is that the kind of channel does not know the option.
        try? self.context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
    }
}
