package import NIOCore

extension Connection: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    /// Bytes of an unwanted body that are read away so that the connection can be kept.
    private static let drainLimit = 256 * 1024
    /// Bytes of further requests that are kept while one is answered.
    private static let pipelineLimit = 64 * 1024

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { self.opened() }
    }

    package func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    package func channelActive(context: ChannelHandlerContext) {
        self.opened()
        context.fireChannelActive()
    }

    private func opened() {
        self.responder.beginBurst()
        self.touch(self.timeouts.header)
        self.responder.connectionOpened(self)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        self.phase = .closing
        self.hasStartedClosing = true
        let exchange = self.exchange
        self.exchange = nil
        self.unread = nil
        self.responder.connectionClosed(self)
        exchange?.cancel()
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A socket error is the end of this client; what it was doing is cancelled in channelInactive.
        context.close(promise: nil)
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        self.responder.beginBurst()
        self.isInsideRead = true
        if self.unread != nil {
            self.unread?.writeBuffer(&bytes)
            if let all = self.unread {
                self.unread = nil
                self.process(all)
            }
        } else {
            self.process(bytes)
        }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        self.isInsideRead = false
        self.closeWhenDone()
        self.flushUnlessReading()
        context.fireChannelReadComplete()
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if self.phase == .answering { self.touch(self.timeouts.body) }
        self.exchange?.writabilityChanged(isWritable: context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    package func read(context: ChannelHandlerContext) {
        if self.mayRead { context.read() } else { self.readIsHeldBack = true }
    }

    private var mayRead: Bool {
        switch self.phase {
        case .reading, .closing: true
        case .answering, .draining:
            !self.isReadingPaused && (self.unread?.readableBytes ?? 0) <= Self.pipelineLimit
        }
    }

    /// Goes on with a body that was held back.
    func wantMore() {
        if self.phase == .answering, !self.body.isFinished, !self.isInsideRead { self.processUnread() }
        self.readAgain()
    }

    /// Asks the socket for what was held back.
    func readAgain() {
        guard self.readIsHeldBack, self.mayRead else { return }
        self.readIsHeldBack = false
        self.context?.read()
    }

    /// Uses up what was kept, with one flush for all that it leads to.
    private func processUnread() {
        guard let waiting = self.unread, self.phase != .closing else { return }
        self.unread = nil
        self.responder.beginBurst()
        self.isInsideRead = true
        self.process(waiting)
        self.isInsideRead = false
        self.closeWhenDone()
        self.flushUnlessReading()
    }

    /// Uses up received bytes: heads, bodies and, while an answer is awaited, none.
    private func process(_ received: ByteBuffer) {
        var bytes = received
        while bytes.readableBytes > 0 {
            switch self.phase {
            case .reading:
                guard self.readRequest(&bytes) else {
                    self.keep(bytes)
                    return
                }
            case .answering, .draining:
                guard !self.body.isFinished, !self.isReadingPaused else {
                    self.keep(bytes)
                    return
                }
                self.readBody(&bytes)
            case .closing: return
            }
        }
    }

    private func keep(_ bytes: ByteBuffer) {
        if self.phase != .closing { self.unread = bytes }
    }

    /// Reads one head and has it answered; false when more bytes are needed, or none are wanted.
    @inline(__always)
    private func readRequest(_ bytes: inout ByteBuffer) -> Bool {
        if self.searched > 0 {
            // The head was incomplete before: it is not read again until its end is there, so that a client that
            // sends byte by byte costs no more than its bytes.
            guard bytes.holdsHeadEnd(from: self.searched) || bytes.readableBytes > self.reader.limits.headerBytes else {
                self.searched = bytes.readableBytes
                return false
            }
        }
        do throws(RequestRefusal) {
            guard let head = try self.reader.read(bytes.readableBytesUInt8Span) else {
                // From the first byte on: a slow head does not gain time by going on.
                if self.searched == 0 { self.touch(self.timeouts.header) }
                self.searched = bytes.readableBytes
                return false
            }
            self.searched = 0
            self.answer(head, &bytes)
            return true
        } catch {
            self.refuse(status: error.status, explanation: error.explanation)
            return false
        }
    }

    @inline(__always)
    private func answer(_ head: RequestHead, _ bytes: inout ByteBuffer) {
        self.beginAnswer()
        self.isLastRequest = !head.keepsAlive
        let closes = self.isLastRequest || self.isQuiescing
        self.body = MessageBody(head.body)
        if case .length(let length) = head.body, length > self.bodyLimit {
            self.refuse(status: 413, explanation: "the body is larger than limits.body")
            return
        }
        // A client that is not told to go on may send its body all the same or leave it out, and then nobody knows what
        // its next byte is (RFC 9110, section 10.1.1): an answer without `100 Continue` closes the connection.
        let awaitsContinue =
            head.expectsContinue && !head.isHTTP10 && !self.body.isFinished && bytes.readableBytes == head.length
        self.closesAfterAnswer = closes || awaitsContinue
        let exchange = self.responder.respond(to: head, in: bytes, on: self)
        bytes.moveReaderIndex(forwardBy: head.length)
        guard self.phase == .answering else { return }
        guard let exchange else {
            assertionFailure("an answer that is not sent whole needs an exchange")
            self.abort()
            return
        }
        self.exchange = exchange
        self.touch(self.timeouts.body)
        if self.body.isFinished {
            exchange.receiveEnd()
        } else if awaitsContinue, !self.hasStarted {
            self.closesAfterAnswer = closes
            self.write(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n"))
        }
    }

    private func readBody(_ bytes: inout ByteBuffer) {
        var cursor = 0
        let step: MessageBody.Step
        do {
            step = try self.body.next(bytes.readableBytesUInt8Span, cursor: &cursor)
        } catch {
            self.breakOff(status: 400, explanation: error.reason)
            return
        }
        if self.phase == .draining {
            // The deadline stays where it was: a body that nobody wants does not gain time by going on.
            self.drainBudget -= cursor
            if self.drainBudget < 0 {
                self.startClosing(lingers: true)
                return
            }
        } else {
            self.touch(self.timeouts.body)
        }
        if self.body.received > self.bodyLimit {
            self.breakOff(status: 413, explanation: "the body is larger than limits.body")
            return
        }
        if case .content(let run) = step, let exchange = self.exchange,
            let piece = bytes.getSlice(at: bytes.readerIndex + run.range.lowerBound, length: Int(run.length))
        {
            exchange.receive(piece)
        }
        bytes.moveReaderIndex(forwardBy: cursor)
        guard self.body.isFinished else { return }
        if self.phase == .draining {
            self.nextRequest()
        } else {
            self.exchange?.receiveEnd()
        }
    }

    /// An answer has been sent: the next request is read, or the connection closes.
    func answerEnded() {
        self.exchange = nil
        self.isReadingPaused = false
        if self.closesAfterAnswer {
            self.startClosing(lingers: !self.isLastRequest || !self.body.isFinished)
        } else if self.body.isFinished {
            self.nextRequest()
        } else if self.body.mayEnd(within: Self.drainLimit) {
            self.phase = .draining
            self.drainBudget = Self.drainLimit
            self.touch(self.timeouts.body)
        } else {
            self.startClosing(lingers: true)
        }
        if !self.isInsideRead { self.goOn() }
    }

    private func nextRequest() {
        self.body = .none
        self.searched = 0
        if self.isQuiescing {
            self.startClosing(lingers: true)
        } else {
            self.phase = .reading
            self.touch(self.timeouts.idle)
        }
    }

    /// Outside a read: sends what is written, and serves a request that has been waiting.
    private func goOn() {
        // A client that waits for this answer before it sends on gets it before its next request is looked at.
        self.flushUnlessReading()
        self.processUnread()
        self.readAgain()
    }
}

extension ByteBuffer {
    /// Whether the end of a head lies at or after the position, or a line that ends in LF alone and so spoils it.
    fileprivate func holdsHeadEnd(from searched: Int) -> Bool {
        let bytes = self.readableBytesUInt8Span
        var position = searched
        while position < bytes.count {
            if bytes[position] == .lineFeed {
                guard position > 0, bytes[position - 1] == .carriageReturn else { return true }
                if position > 1, bytes[position - 2] == .lineFeed { return true }
            }
            position += 1
        }
        return false
    }
}
