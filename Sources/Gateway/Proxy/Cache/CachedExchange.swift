import NIOCore

/// A request whose answer may be stored: answered from what is stored, or by the service, whose answer is streamed to the
/// client while it is collected.
///
/// What is decided, ``AnswerUsePolicy`` decides.
final class CachedExchange {
    /// Valid: idle → lookingUp → waiting → lookingUp …, asking → relaying → finished; to finished from each.
    private enum Phase {
        /// Nothing has begun.
        case idle
        /// Redis is asked.
        case lookingUp
        /// Another asks the service for the same.
        case waiting(AnswerFlights.Waiter)
        /// The service is asked.
        case asking(AnswerFill, CacheStatus.Forward)
        /// The service's answer goes to the client as it comes.
        case relaying(AnswerFill, AnswerRelay)
        /// The answer is sent, or another sends it.
        case finished
    }

    private let request: ProxyRequest
    private let query: AnswerRequest
    private let address: AnswerAddress
    private let connection: Connection
    private let fetcher: Fetcher
    private let cache: AnswerCache
    private let limits: AnswerLimits
    private let hooks: ProxyHooks
    private var phase = Phase.idle
    private var stream: StreamHandle?
    /// Answers in place of the service.
    private var successor: (any Exchange)?
    private var isCollapsed = false

    /// Makes an exchange, which does nothing before ``begin()``.
    ///
    /// - Parameters:
    ///   - request: what is asked of the service.
    ///   - query: what it says to caches.
    ///   - address: what its answers are known by.
    ///   - connection: the client's.
    ///   - fetcher: streams to services.
    ///   - cache: the answers that are stored.
    ///   - limits: the bounds.
    ///   - hooks: the pipeline's part.
    init(
        _ request: ProxyRequest,
        query: AnswerRequest,
        address: AnswerAddress,
        on connection: Connection,
        fetcher: Fetcher,
        cache: AnswerCache,
        limits: AnswerLimits,
        hooks: ProxyHooks
    ) {
        self.request = request
        self.query = query
        self.address = address
        self.connection = connection
        self.fetcher = fetcher
        self.cache = cache
        self.limits = limits
        self.hooks = hooks
    }

    /// Begins; called once, on the connection's loop.
    ///
    /// - Returns: whether it is to hear of the client from now on; not when the answer has been sent within the call.
    func begin() -> Bool {
        switch AnswerUsePolicy.admission(of: self.query) {
        case .pass(let reason):
            self.ask(reason, found: AnswerCache.Found())
        case .refuse: self.refuse()
        case .lookUp: self.lookUp(mayWait: true)
        }
        if case .finished = self.phase { return self.successor != nil }
        return true
    }

    // MARK: What is stored

    private func lookUp(mayWait: Bool) {
        let found = self.cache.inMemory(self.address, for: self.query.fields)
        let now = self.hooks.now()
        let decision = self.decision(found, at: now)
        guard case .ask = decision, self.cache.usableRedis != nil else {
            self.act(on: decision, found, mayWait: mayWait, at: now)
            return
        }
        self.phase = .lookingUp
        self.cache.inRedis(self.address, for: self.query.fields) { [weak self] other in
            guard let self, case .lookingUp = self.phase else { return }
            let now = self.hooks.now()
            let best = Self.newer(found, other)
            self.act(on: self.decision(best, at: now), best, mayWait: mayWait, at: now)
        }
    }

    private static func newer(_ memory: AnswerCache.Found, _ redis: AnswerCache.Found) -> AnswerCache.Found {
        guard let held = memory.answer else { return redis.answer == nil && redis.variants == nil ? memory : redis }
        guard let other = redis.answer, other.fragment.storedAt > held.fragment.storedAt else { return memory }
        return redis
    }

    private func decision(_ found: AnswerCache.Found, at now: Instant) -> AnswerUsePolicy.Decision {
        AnswerUsePolicy.decision(for: self.query, stored: found.answer, isVaryMiss: found.isVaryMiss, at: now)
    }

    private func act(
        on decision: AnswerUsePolicy.Decision,
        _ found: AnswerCache.Found,
        mayWait: Bool,
        at now: Instant
    ) {
        switch decision {
        case .refuse: self.refuse()
        case .ask(let reason): self.askOrWait(reason, found, mayWait: mayWait, at: now)
        case .serve, .serveAndRefresh:
            guard let answer = found.answer else {
                self.ask(.uriMiss, found: found)
                return
            }
            var status = CacheStatus(isHit: true, timeToLive: answer.timeToLive(at: now), isCollapsed: self.isCollapsed)
            if decision == .serveAndRefresh {
                status.detail = .staleWhileRevalidate
                self.refresh(found)
            }
            self.serve(answer, status, at: now)
        }
    }

    /// Sends a stored answer, or an error page where a person would get a bare error.
    private func serve(_ answer: StoredAnswer, _ status: CacheStatus, at now: Instant) {
        let code = answer.fragment.status
        if self.request.isNavigation, code == 404 || code == 410,
            ErrorPagePolicy.replacesPassThrough(status: code, headers: answer.head.fields)
        {
            self.handOver(.status(code))
            return
        }
        self.phase = .finished
        StoredAnswerRelay.send(
            answer,
            to: self.query,
            isHTTP10: self.request.isHTTP10,
            status: status,
            on: self.connection,
            at: now
        )
    }

    private func refresh(_ found: AnswerCache.Found) {
        let fill = AnswerFill(
            self.query.forAll,
            at: self.address,
            found: found,
            cache: self.cache,
            largest: self.limits.size
        )
        guard fill.lead() else { return }
        AnswerRefresh(fill, of: self.request, fetcher: self.fetcher, idleTimeout: self.limits.idleTimeout).begin()
    }

    // MARK: The service

    private func askOrWait(_ reason: CacheStatus.Forward, _ found: AnswerCache.Found, mayWait: Bool, at now: Instant) {
        guard mayWait, self.query.method == .get, self.cache.isShared(self.address, at: now) else {
            self.ask(reason, found: found)
            return
        }
        let fill = self.fill(found)
        // Who asks in a way of its own does not make others wait for its answer.
        guard self.cache.flights.contains(fill.flightText) else {
            if self.query.asksForAll { _ = fill.lead() }
            self.ask(reason, fill)
            return
        }
        let waiter = AnswerFlights.Waiter(patience: self.limits.idleTimeout, on: self.cache.eventLoop) {
            [weak self] landing in
            self?.landed(landing, reason, found)
        }
        self.phase = .waiting(waiter)
        self.cache.flights.join(fill.flightText, waiter)
    }

    private func landed(_ landing: AnswerFlights.Landing, _ reason: CacheStatus.Forward, _ found: AnswerCache.Found) {
        guard case .waiting = self.phase else { return }
        switch landing {
        case .stored:
            self.isCollapsed = true
            self.lookUp(mayWait: false)
        case .abandoned: self.lookUp(mayWait: true)
        case .unshared: self.ask(reason, found: found)
        case .failed(let failure): self.fail(.failure(failure), found.answer, reason)
        }
    }

    private func fill(_ found: AnswerCache.Found) -> AnswerFill {
        AnswerFill(self.query, at: self.address, found: found, cache: self.cache, largest: self.limits.size)
    }

    private func ask(_ reason: CacheStatus.Forward, found: AnswerCache.Found) {
        self.ask(reason, self.fill(found))
    }

    private func ask(_ reason: CacheStatus.Forward, _ fill: AnswerFill) {
        guard let loop = self.connection.eventLoop else {
            fill.abandon()
            return
        }
        let stream = self.fetcher.stream(
            StreamRequest(
                service: self.request.service,
                method: self.request.method,
                path: self.request.target,
                headers: fill.begin(at: self.hooks.now()),
                body: self.request.streamBody,
                idleTimeout: self.limits.idleTimeout
            ),
            on: loop,
            consumer: self
        )
        self.phase = .asking(fill, reason)
        self.stream = stream
        if !self.connection.isWritable { stream.pause() }
    }

    /// The service's part is over without an answer for the client.
    private func fail(_ error: ProxyError, _ stored: StoredAnswer?, _ reason: CacheStatus.Forward) {
        self.dropStream()
        let now = self.hooks.now()
        // It may have been purged while the service was asked.
        guard let stored, !self.cache.hasEnded(stored, at: self.address) else {
            self.handOver(error)
            return
        }
        if AnswerUsePolicy.servesOnError(self.query, stored, at: now) {
            var status = CacheStatus(forward: reason, timeToLive: stored.timeToLive(at: now), detail: .staleIfError)
            if case .status(let code) = error { status.forwardStatus = code }
            self.serve(stored, status, at: now)
        } else if case .failure = error, stored.head.forbidsStale {
            // RFC 9111, section 5.2.2.2.
            self.handOver(.status(504))
        } else {
            self.handOver(error)
        }
    }

    private func refuse() {
        self.phase = .finished
        var head = ResponseHead(504)
        head.append(date: self.hooks.now())
        head.append("Cache-Status" as StaticString, CacheStatus(detail: .onlyIfCached).description)
        head.append(lines: "Cache-Control: no-store\r\n")
        head.append(contentLength: 0)
        head.appendConnection(closes: self.connection.closesAfterAnswer, isHTTP10: self.request.isHTTP10)
        self.connection.send(head.finish())
    }

    private func handOver(_ error: ProxyError) {
        self.phase = .finished
        self.dropStream()
        self.successor = self.hooks.showError(error)
    }

    private func dropStream() {
        self.stream?.cancel()
        self.stream = nil
    }
}

extension CachedExchange: Exchange {
    func receive(_ piece: ByteBuffer) {
        guard let stream = self.stream else { return }
        if !stream.send(piece) { self.connection.pauseReading() }
    }

    func receiveEnd() {
        self.stream?.finishRequest()
    }

    func writabilityChanged(isWritable: Bool) {
        if isWritable { self.stream?.resume() } else { self.stream?.pause() }
        self.successor?.writabilityChanged(isWritable: isWritable)
    }

    func cancel() {
        switch self.phase {
        case .waiting(let waiter): waiter.leave()
        case .asking(let fill, _), .relaying(let fill, _): fill.abandon()
        case .idle, .lookingUp, .finished: break
        }
        self.phase = .finished
        self.dropStream()
        self.successor?.cancel()
        self.successor = nil
    }
}

extension CachedExchange: StreamConsumer {
    func streamReceived(head: StreamResponseHead) {
        guard case .asking(let fill, let reason) = self.phase else { return }
        let now = self.hooks.now()
        let stored = fill.found.answer
        let step = fill.receive(head, at: now)
        if AnswerUsePolicy.isError(status: head.status), let stored,
            !self.cache.hasEnded(stored, at: self.address), AnswerUsePolicy.servesOnError(self.query, stored, at: now)
        {
            fill.abandon()
            self.fail(.status(head.status), stored, reason)
            return
        }
        switch step {
        case .confirmed(let answer, let isStored):
            let status = CacheStatus(
                forward: reason,
                forwardStatus: 304,
                timeToLive: answer.timeToLive(at: now),
                isStored: isStored
            )
            // The stream ends by itself: there is no content, and its connection is kept.
            self.stream = nil
            self.serve(answer, status, at: now)
        case .askAgain:
            self.dropStream()
            self.ask(reason, fill)
        case .answer(let isStored):
            self.relay(head, fill, CacheStatus(forward: reason, isStored: isStored))
        }
    }

    private func relay(_ head: StreamResponseHead, _ fill: AnswerFill, _ status: CacheStatus) {
        let replaces =
            self.request.isNavigation
            && ErrorPagePolicy.replacesPassThrough(status: head.status, headers: head.headers)
        if replaces {
            fill.abandon(.unshared)
            self.handOver(.status(head.status))
            return
        }
        let relay = AnswerRelay(
            head.withoutWarning,
            to: self.request,
            on: self.connection,
            adding: [("Cache-Status", status.description)],
            hooks: self.hooks
        )
        self.phase = .relaying(fill, relay)
    }

    func streamReceived(body: ByteBuffer) {
        guard case .relaying(let fill, let relay) = self.phase else { return }
        fill.receive(body)
        relay.proceed(body)
    }

    func streamWantsMore() {
        self.connection.resumeReading()
    }

    func streamFinished(_ result: Result<Void, FetchFailure>) {
        self.stream = nil
        switch self.phase {
        case .relaying(let fill, let relay):
            self.phase = .finished
            fill.finish(result)
            relay.finish(result)
        case .asking(let fill, let reason):
            let failure =
                switch result {
                case .success: FetchFailure(.protocolError, "the answer has no head")
                case .failure(let failure): failure
                }
            fill.finish(.failure(failure))
            self.fail(.failure(failure), fill.found.answer, reason)
        case .idle, .lookingUp, .waiting, .finished: break
        }
    }
}

extension StreamResponseHead {
    /// The same without `Warning`, which says nothing any more (RFC 9111, section 5.5).
    fileprivate var withoutWarning: StreamResponseHead {
        StreamResponseHead(
            status: self.status,
            headers: self.headers.filter { $0.name.lowercased() != "warning" },
            contentLength: self.contentLength
        )
    }
}
