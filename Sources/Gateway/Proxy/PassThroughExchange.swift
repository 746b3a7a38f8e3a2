package import NIOCore

/// A request that a service answers itself, streamed both ways at constant memory.
///
/// The slower side sets the pace: what the service does not take is left in the client's socket, and what the client
/// does not take in the service's.
package final class PassThroughExchange {
    private let request: ProxyRequest
    private let connection: Connection
    private let fetcher: Fetcher
    private let idleTimeout: Duration
    private let ownFields: [(name: String, value: String)]
    private let hooks: ProxyHooks
    /// Nil before `begin`, and once the stream is over.
    private var stream: StreamHandle?
    private var relay: AnswerRelay?
    /// Whether the answer waits for what its head asked for to be done.
    private var isHeldBack = false
    /// Answers in place of the service.
    private var successor: (any Exchange)?

    /// Makes an exchange, which does nothing before ``begin()``.
    ///
    /// - Parameters:
    ///   - request: what is asked of the service.
    ///   - connection: the client's.
    ///   - fetcher: streams to services.
    ///   - idleTimeout: longest time in which the service moves no byte (`limits.pass-through-timeout`).
    ///   - ownFields: the gateway's own fields of the answer.
    ///   - hooks: the pipeline's part.
    package init(
        _ request: ProxyRequest,
        on connection: Connection,
        fetcher: Fetcher,
        idleTimeout: Duration = .seconds(60),
        adding ownFields: [(name: String, value: String)] = [],
        hooks: ProxyHooks
    ) {
        self.request = request
        self.connection = connection
        self.fetcher = fetcher
        self.idleTimeout = idleTimeout
        self.ownFields = ownFields
        self.hooks = hooks
    }

    /// Begins the stream; called once, on the connection's loop.
    ///
    /// Nothing is answered within the call.
    package func begin() {
        guard let loop = self.connection.eventLoop else { return }
        let stream = self.fetcher.stream(
            StreamRequest(
                service: self.request.service,
                method: self.request.method,
                path: self.request.target,
                headers: self.request.fields,
                body: self.request.streamBody,
                idleTimeout: self.idleTimeout
            ),
            on: loop,
            consumer: self
        )
        self.stream = stream
        // An earlier answer may still fill the socket.
        if !self.connection.isWritable { stream.pause() }
    }

    private func handOver(_ error: ProxyError) {
        self.stream?.cancel()
        self.stream = nil
        self.successor = self.hooks.showError(error)
    }
}

extension PassThroughExchange: Exchange {
    package func receive(_ piece: ByteBuffer) {
        guard let stream = self.stream else { return }
        if !stream.send(piece) { self.connection.pauseReading() }
    }

    package func receiveEnd() {
        self.stream?.finishRequest()
    }

    package func writabilityChanged(isWritable: Bool) {
        if isWritable, !self.isHeldBack { self.stream?.resume() } else { self.stream?.pause() }
        self.successor?.writabilityChanged(isWritable: isWritable)
    }

    package func cancel() {
        self.stream?.cancel()
        self.stream = nil
        self.successor?.cancel()
        self.successor = nil
    }
}

extension PassThroughExchange: StreamConsumer {
    package func streamReceived(head: StreamResponseHead) {
        var isSettled = false
        // The connection holds this exchange until the answer is sent; once it does not, nobody waits for one.
        self.hooks.settle(head) { [weak self] in
            isSettled = true
            self?.settled(head)
        }
        guard !isSettled else { return }
        self.isHeldBack = true
        self.stream?.pause()
    }

    private func settled(_ head: StreamResponseHead) {
        guard let stream = self.stream else { return }
        if self.isHeldBack {
            self.isHeldBack = false
            if self.connection.isWritable { stream.resume() }
        }
        if self.request.isNavigation,
            ErrorPagePolicy.replacesPassThrough(status: head.status, headers: head.headers)
        {
            self.handOver(.status(head.status))
        } else {
            self.relay = AnswerRelay(
                head,
                to: self.request,
                on: self.connection,
                adding: self.ownFields,
                hooks: self.hooks
            )
        }
    }

    package func streamReceived(body: ByteBuffer) {
        self.relay?.proceed(body)
    }

    package func streamWantsMore() {
        self.connection.resumeReading()
    }

    package func streamFinished(_ result: Result<Void, FetchFailure>) {
        self.stream = nil
        if let relay = self.relay {
            relay.finish(result)
        } else if case .failure(let failure) = result {
            self.handOver(.failure(failure))
        } else {
            self.handOver(.failure(FetchFailure(.protocolError, "the answer has no head")))
        }
    }
}
