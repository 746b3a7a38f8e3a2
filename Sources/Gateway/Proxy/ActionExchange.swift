import FragmentProtocol
package import NIOCore

/// A form of a browser for a service: checked, passed on with the identity, and answered as the service says.
package final class ActionExchange {
    /// Valid: collecting → asking → reading → concluding, or relaying; handedOver from each but relaying.
    private enum Phase {
        /// The form is arriving.
        case collecting
        /// The service has the form and has not answered.
        case asking
        /// The service's JSON is arriving.
        case reading(StreamResponseHead)
        /// The answer goes to the client as it comes.
        case relaying(AnswerRelay)
        /// What the service asked for is being done.
        case concluding
        /// Another answers, or nobody does any more.
        case handedOver((any Exchange)?)
    }

    private let request: ProxyRequest
    private let connection: Connection
    private let fetcher: Fetcher
    private let redirects: RedirectPolicy
    private let limits: ActionLimits
    private let hooks: ActionHooks
    private var phase = Phase.collecting
    /// The form, then the service's JSON.
    private var collected = ByteBuffer()
    /// The fields of the form, without the token.
    private var values: [(name: String, value: String)] = []
    private var stream: StreamHandle?
    /// Whether the answer waits for what its head asked for to be done.
    private var isHeldBack = false

    /// Makes an exchange, which does nothing before ``begin()``.
    ///
    /// - Parameters:
    ///   - request: what is asked of the service; `Gateway-Identity` is added to its fields.
    ///   - connection: the client's.
    ///   - fetcher: streams to services.
    ///   - redirects: where browsers may be sent.
    ///   - limits: the bounds of form and answer.
    ///   - hooks: the pipeline's part.
    package init(
        _ request: ProxyRequest,
        on connection: Connection,
        fetcher: Fetcher,
        redirects: RedirectPolicy,
        limits: ActionLimits = ActionLimits(),
        hooks: ActionHooks
    ) {
        self.request = request
        self.connection = connection
        self.fetcher = fetcher
        self.redirects = redirects
        self.limits = limits
        self.hooks = hooks
    }

    /// Refuses a form whose length is over the limit, within the call; called once, on the connection's loop.
    package func begin() {
        if case .length(let length) = self.request.body, length > self.limits.form { self.refuseTooLarge() }
    }

    private func refuseTooLarge() {
        // The rest of the form is not waited for.
        self.connection.closesAfterAnswer = true
        self.handOver(.status(413))
    }

    private func handOver(_ error: ProxyError) {
        self.stop()
        // Before the call, which may end the answer and with it this exchange's part.
        self.phase = .handedOver(nil)
        self.phase = .handedOver(self.hooks.proxy.showError(error))
    }

    private func stop() {
        self.stream?.cancel()
        self.stream = nil
        self.collected = ByteBuffer()
    }

    private func ask() {
        guard let loop = self.connection.eventLoop else { return }
        let form = FormBody(self.values.map { FormField(name: $0.name, value: $0.value) }).encoded()
        var fields = self.request.fields
        if let identity = self.hooks.identity() { fields.append((HeaderName.gatewayIdentity, identity)) }
        let stream = self.fetcher.stream(
            StreamRequest(
                service: self.request.service,
                method: self.request.method,
                path: self.request.target,
                headers: fields,
                body: .streamed(length: Int64(form.count)),
                idleTimeout: self.limits.idleTimeout
            ),
            on: loop,
            consumer: self
        )
        self.phase = .asking
        self.stream = stream
        // Whether there is room does not matter: the form is here as a whole, and nothing follows it.
        _ = stream.send(ByteBuffer(bytes: form))
        stream.finishRequest()
        if !self.connection.isWritable { stream.pause() }
    }

    private func conclude(_ head: StreamResponseHead) {
        let body = self.collected
        self.collected = ByteBuffer()
        let outcome = ActionPolicy.outcome(
            status: head.status,
            body: body.readableBytesView,
            acceptsHTML: self.request.acceptsHTML,
            redirects: self.redirects
        )
        self.phase = .concluding
        switch outcome {
        case .redirect(let location, let answer):
            // The connection holds this exchange until the answer is sent; once it does not, nobody waits for one.
            self.hooks.accepted(answer) { [weak self] result in
                self?.proceed(result) { self?.redirect(to: location, $0) }
            }
        case .asItIs(let answer?):
            self.hooks.accepted(answer) { [weak self] result in
                self?.proceed(result) { self?.relay(head, body, $0) }
            }
        case .asItIs(nil):
            self.relay(head, body, [])
        case .invalid(let errors):
            self.phase = .handedOver(nil)
            self.phase = .handedOver(self.hooks.showInvalid(errors, self.values))
        case .error(let error):
            self.handOver(error)
        }
    }

    /// Answers with the fields, or with why what was asked for could not be done.
    private func proceed(
        _ result: Result<[(name: String, value: String)], ProxyError>,
        _ answer: ([(name: String, value: String)]) -> Void
    ) {
        switch result {
        case .success(let fields): answer(fields)
        case .failure(let error):
            guard case .concluding = self.phase else { return }
            self.handOver(error)
        }
    }

    private func redirect(to location: String, _ fields: [(name: String, value: String)]) {
        guard case .concluding = self.phase else { return }
        self.phase = .handedOver(nil)
        var head = ResponseHead(303)
        head.append("Location", location)
        head.append(lines: "Cache-Control: no-store\r\nContent-Length: 0\r\n")
        for field in fields { head.append(field.name, field.value) }
        head.append(date: self.hooks.proxy.now())
        head.appendConnection(closes: self.connection.closesAfterAnswer, isHTTP10: self.request.isHTTP10)
        self.connection.send(head.finish())
    }

    private func relay(_ head: StreamResponseHead, _ body: ByteBuffer, _ fields: [(name: String, value: String)]) {
        guard case .concluding = self.phase else { return }
        self.phase = .handedOver(nil)
        let relay = AnswerRelay(
            head,
            to: self.request,
            on: self.connection,
            adding: fields,
            hooks: self.hooks.proxy
        )
        relay.proceed(body)
        relay.finish(.success(()))
    }
}

extension ActionExchange: Exchange {
    package func receive(_ piece: ByteBuffer) {
        guard case .collecting = self.phase else { return }
        guard self.collected.readableBytes + piece.readableBytes <= self.limits.form else {
            self.refuseTooLarge()
            return
        }
        self.collected.writeImmutableBuffer(piece)
    }

    package func receiveEnd() {
        guard case .collecting = self.phase else { return }
        let form = self.collected
        self.collected = ByteBuffer()
        switch self.hooks.admit(form) {
        case .admitted(let values):
            self.values = values.filter { $0.name != CSRFPolicy.fieldName }
            self.ask()
        case .refused(let status):
            self.handOver(.status(status))
        case .outOfDate(let values):
            guard self.request.acceptsHTML, let show = self.hooks.showOutOfDate else {
                self.handOver(.status(403))
                return
            }
            self.phase = .handedOver(nil)
            self.phase = .handedOver(show(values.filter { $0.name != CSRFPolicy.fieldName }))
        }
    }

    package func writabilityChanged(isWritable: Bool) {
        if isWritable, !self.isHeldBack { self.stream?.resume() } else { self.stream?.pause() }
        if case .handedOver(let successor) = self.phase { successor?.writabilityChanged(isWritable: isWritable) }
    }

    package func cancel() {
        self.stop()
        if case .handedOver(let successor) = self.phase { successor?.cancel() }
        self.phase = .handedOver(nil)
    }
}

extension ActionExchange: StreamConsumer {
    package func streamReceived(head: StreamResponseHead) {
        var isSettled = false
        // Once the connection does not hold this exchange, nobody waits for an answer.
        self.hooks.proxy.settle(head) { [weak self] in
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
        switch ActionPolicy.bodyStep(
            status: head.status,
            headers: head.headers,
            acceptsHTML: self.request.acceptsHTML
        )
        {
        case .read: self.phase = .reading(head)
        case .relay:
            self.phase = .relaying(
                AnswerRelay(head, to: self.request, on: self.connection, hooks: self.hooks.proxy)
            )
        case .replace: self.handOver(.status(head.status))
        }
    }

    package func streamReceived(body: ByteBuffer) {
        switch self.phase {
        case .reading:
            if self.collected.readableBytes + body.readableBytes > self.limits.answer {
                self.handOver(.failure(FetchFailure(.tooLarge, "the answer to a form is too large")))
            } else {
                self.collected.writeImmutableBuffer(body)
            }
        case .relaying(let relay): relay.proceed(body)
        case .collecting, .asking, .concluding, .handedOver: break
        }
    }

    package func streamWantsMore() {
        // The form was sent as a whole.
    }

    package func streamFinished(_ result: Result<Void, FetchFailure>) {
        self.stream = nil
        switch (self.phase, result) {
        case (.relaying(let relay), _): relay.finish(result)
        case (.reading(let head), .success): self.conclude(head)
        case (_, .failure(let failure)): self.handOver(.failure(failure))
        case (_, .success): self.handOver(.failure(FetchFailure(.protocolError, "the answer has no head")))
        }
    }
}
