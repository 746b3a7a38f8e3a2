import FragmentProtocol
import Logging
import NIOCore

/// What is not a page: requests that a service answers itself, and the forms of pages.
extension PagePipeline {
    /// Passes a request on to the service of its host, after the checks that an unsafe method needs.
    func passOn(
        to service: ServiceSettings,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection
    ) -> (any Exchange)? {
        let span = bytes.readableBytesUInt8Span
        let origin = site.configuration.publicOrigin(of: service)
        let presence = self.presence(head, bytes, self.sessionCookie(of: site), service)
        let ownOrigin = OwnOriginPolicy.verdict(of: head, in: span, ownOrigin: origin)
        let isForm = FormBody.isForm(head.contentType, in: span)
        let admission = CSRFPolicy.admission(
            method: head.method,
            origin: ownOrigin,
            isCookiePresent: presence.isCookiePresent
        )
        if case .refused(let refusal) = admission { return self.refuse(refusal, site: site, head, bytes, connection) }
        // Whose it is matters to what changes something, and to the provider, for whom this is its own session.
        let isProvider = site.configuration.signOn.map { $0.provider == service.name } ?? false
        if isProvider || !head.method.isSafe {
            if case .unasked(let token) = presence {
                let kept = bytes.copyOfHead(head)
                return self.wait(for: token, of: service, on: connection) { [unowned self] in
                    self.passOn(to: service, site: site, head, kept, connection)
                }
            }
            if case .unavailable = presence { return self.showError(503, site: site, head, bytes, connection) }
        }
        if !head.method.isSafe, let (page, _) = site.table.page(at: head, in: span),
            let requirement = site.pages[page].requirement
        {
            let verdict = PageRequirementPolicy.verdict(requirement, presence.visitor, isNavigation: false)
            if verdict != .admit { return self.refuse(verdict, site: site, head, bytes, connection) }
        }
        switch admission {
        case .withoutIdentity where isForm && ownOrigin == .proven:
            // A page's form always comes with the session that its token was made for; this one's has ended.
            return self.refuse(.sessionEnded, site: site, head, bytes, connection)
        case .safe, .withoutIdentity:
            return self.stream(
                to: service,
                site: site,
                head,
                bytes,
                connection,
                identity: isProvider && head.method.isSafe ? presence.session : nil
            )
        case .refused(let refusal):
            return self.refuse(refusal, site: site, head, bytes, connection)
        case .tokenNeeded:
            if head.csrfToken.isEmpty, isForm {
                return self.act(on: service, site: site, head, bytes, connection, session: presence.session)
            }
            if let refusal = CSRFPolicy.refusal(of: span.extracting(head.csrfToken.range), session: presence.session) {
                return self.refuse(refusal, site: site, head, bytes, connection)
            }
            return self.stream(to: service, site: site, head, bytes, connection, identity: presence.session)
        }
    }

    private func refuse(
        _ refusal: CSRFRefusal,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection
    ) -> (any Exchange)? {
        self.logger.info("request refused", metadata: ["reason": "\(refusal.rawValue)"])
        return self.showError(403, site: site, head, bytes, connection)
    }

    private func stream(
        to service: ServiceSettings,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection,
        identity session: Session?
    ) -> (any Exchange)? {
        var added: [(name: String, value: String)] = []
        if let assertion = self.assertion(for: session, to: service) {
            added.append((HeaderName.gatewayIdentity, assertion))
        }
        let request = ProxyRequest(
            head,
            in: bytes,
            service: service.name,
            client: self.client(head, bytes, site, connection),
            adding: added
        )
        let hooks = self.hooks(of: service, site: site, head, bytes, connection)
        // What a person gets is that person's, whatever the answer says of itself.
        if service.cache == .rfc, session == nil, head.method.isSafe {
            return self.answer(request, of: service, site: site, head, bytes, connection, hooks: hooks)
        }
        let exchange = PassThroughExchange(
            request,
            on: connection,
            fetcher: site.fetcher,
            idleTimeout: site.configuration.limits.passThroughTimeout,
            adding: service.cache == .rfc ? [("Cache-Status", CacheStatus(forward: .method).description)] : [],
            hooks: hooks
        )
        exchange.begin()
        return exchange
    }

    /// Answers a request that asks for no change from what is stored, or by the service.
    private func answer(
        _ request: ProxyRequest,
        of service: ServiceSettings,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection,
        hooks: ProxyHooks
    ) -> (any Exchange)? {
        let exchange = CachedExchange(
            request,
            query: AnswerRequest(
                method: head.method,
                hasBody: head.body != .none,
                hasAuthorization: bytes.readableBytesUInt8Span.hasAuthorization(head),
                forwarded: request.fields
            ),
            address: AnswerAddress(
                service: service.name,
                url: self.url(of: request.target, site: site, head, bytes)
            ),
            on: connection,
            fetcher: site.fetcher,
            cache: self.answers,
            limits: AnswerLimits(
                size: service.largestCachedAnswer,
                idleTimeout: site.configuration.limits.passThroughTimeout
            ),
            hooks: hooks
        )
        return exchange.begin() ? exchange : nil
    }

    private func url(
        of target: String,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer
    ) -> AnswerURL {
        AnswerURL(
            scheme: site.configuration.publicURL.scheme,
            authority: bytes.readableBytesUInt8Span.string(at: head.host),
            target: target
        )
    }

    /// Takes a form of a page: its session and token are checked once it is here whole.
    private func act(
        on service: ServiceSettings,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection,
        session: Session?
    ) -> any Exchange {
        let kept = bytes.copyOfHead(head)
        let hooks = ActionHooks(
            proxy: self.hooks(of: service, site: site, head, bytes, connection),
            admit: { [unowned self] body in
                do throws(FormBodyError) {
                    let form = try FormBody(parsing: body.readableBytesUInt8Span)
                    guard
                        let refusal = CSRFPolicy.refusal(
                            of: form.first(named: CSRFPolicy.fieldName) ?? "",
                            session: session
                        )
                    else { return .admitted(values: form.fields.map { ($0.name, $0.value) }) }
                    self.logger.info("form refused", metadata: ["reason": "\(refusal.rawValue)"])
                    return refusal == .wrongToken || refusal == .sessionEnded
                        ? .outOfDate(values: form.fields.map { ($0.name, $0.value) }) : .refused(status: 403)
                } catch {
                    return .refused(status: error.status)
                }
            },
            identity: { [unowned self] in self.assertion(for: session, to: service) },
            accepted: { [unowned self] answer, proceed in
                self.purge(answer.purge, of: service) { [unowned self] in
                    self.conclude(
                        answer,
                        of: service,
                        site: site,
                        replacing: session,
                        userAgent: kept.readableBytesUInt8Span.value(of: "user-agent", in: head),
                        then: proceed
                    )
                }
            },
            showInvalid: { [unowned self] errors, sent in
                self.showForm(errors, sent, status: 422, of: service, site: site, head, kept, connection)
            },
            showOutOfDate: { [unowned self] sent in
                self.showForm(
                    ["form": "This page was open while you signed in or out. Please send it once more."],
                    sent,
                    status: 403,
                    of: service,
                    site: site,
                    head,
                    kept,
                    connection
                )
            }
        )
        let exchange = ActionExchange(
            ProxyRequest(
                head,
                in: bytes,
                service: service.name,
                client: self.client(head, bytes, site, connection)
            ),
            on: connection,
            fetcher: site.fetcher,
            redirects: site.redirects,
            limits: ActionLimits(idleTimeout: site.configuration.limits.passThroughTimeout),
            hooks: hooks
        )
        exchange.begin()
        return exchange
    }

    /// Ends the copies of a fragment that turned out to depend on who asks.
    func endSharing(_ name: FragmentName) {
        self.logger.error(
            "a fragment that everybody shares depends on who asks, and is not shared any more",
            metadata: ["fragment": "\(name)", "mend": "vary: [user] at its rule in gateway.yaml, or the service"]
        )
        guard let purger = self.purger else { return }
        let patience = self.site.configuration.purges.confirm
        Task { [logger] in
            do throws(PurgeFailure) {
                _ = try await purger.purge([PurgeRecord(.fragment(name))], patience: patience)
            } catch {
                logger.error("its copies are not purged", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// Ends what a service's answer to a form names, and then goes on.
    private func purge(_ tags: [String], of service: ServiceSettings, then proceed: @escaping () -> Void) {
        let records = tags.compactMap { PurgeTarget("tag:\($0)").map { PurgeRecord($0) } }
        if records.count < tags.count {
            self.logger.warning(
                "a service names tags to purge that are none",
                metadata: ["service": "\(service.name)", "tags": "\(tags)"]
            )
        }
        self.purge(records, then: proceed)
    }

    /// Ends what a change has made old, so that the next page is not older than what has just been done; then goes on.
    ///
    /// Where it cannot be ended everywhere, the change was made all the same: the log tells.
    private func purge(_ records: [PurgeRecord], then proceed: @escaping () -> Void) {
        guard !records.isEmpty, let purger = self.purger else {
            proceed()
            return
        }
        let proceed = NIOLoopBound(proceed, eventLoop: self.eventLoop)
        let patience = self.site.configuration.purges.confirm
        Task { [logger] in
            do throws(PurgeFailure) {
                let receipt = try await purger.purgeChange(records, patience: patience)
                if !receipt.isComplete {
                    logger.warning("gateways have not taken a purge in yet", metadata: ["gateways": "\(receipt.late)"])
                }
            } catch {
                logger.error(
                    "what a service has changed is purged in this gateway alone for now",
                    metadata: ["targets": "\(records.map(\.target.description))", "reason": "\(error)"]
                )
            }
            proceed.eventLoop.execute { proceed.value() }
        }
    }

    /// Shows a form again that the service did not accept: on the page of its own path, or else on the page of this
    /// host that it was sent from.
    private func showForm(
        _ errors: [String: String],
        _ sent: [(name: String, value: String)],
        status: Int,
        of service: ServiceSettings,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection
    ) -> (any Exchange)? {
        let span = bytes.readableBytesUInt8Span
        var shown = head
        shown.method = .get
        if site.table.page(at: shown, in: span) == nil,
            let (path, query) = RefererPolicy.pathAndQuery(
                of: head,
                in: span,
                ownOrigin: site.configuration.publicOrigin(of: service)
            )
        {
            shown.path = path
            shown.query = query
        }
        guard let (page, captures) = site.table.page(at: shown, in: span) else {
            return self.showError(status, site: site, head, bytes, connection)
        }
        let form = PageRequest.RejectedForm(
            errors: .object(ValueObject(errors.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            values: .object(ValueObject(sent.map { ($0.name, .string($0.value)) }))
        )
        return self.showPage(
            site.pages[page],
            captures,
            site: site,
            shown,
            bytes,
            connection,
            status: status,
            form: form
        )
    }

    private func hooks(
        of service: ServiceSettings,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection
    ) -> ProxyHooks {
        let kept = bytes.copyOfHead(head)
        return ProxyHooks(
            showError: { [unowned self] error in
                if case .failure(let failure) = error {
                    self.logger.warning("service failed", metadata: ["reason": "\(failure)"])
                }
                self.beginBurst()
                return self.showError(error.status, site: site, head, kept, connection)
            },
            droppedCookies: { [unowned self] count in self.resolver.countDroppedCookies(count) },
            now: { [unowned self] in
                self.beginBurst()
                return self.moment
            },
            settle: head.method.isSafe
                ? { _, proceed in proceed() }
                : { [unowned self] answer, proceed in
                    self.purge(self.ended(by: answer, of: service, site: site, head, kept), then: proceed)
                }
        )
    }

    /// What the answer to a change ends: stored answers, where the service's are stored, and the groups that it names.
    private func ended(
        by answer: StreamResponseHead,
        of service: ServiceSettings,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer
    ) -> [PurgeRecord] {
        let span = bytes.readableBytesUInt8Span
        let path = span.string(at: head.path)
        let target = head.query.isEmpty ? path : "\(path)?\(span.string(at: head.query))"
        return InvalidationPolicy.records(
            endedBy: head.method,
            at: service.cache == .rfc ? self.url(of: target, site: site, head, bytes) : nil,
            status: answer.status,
            headers: answer.headers
        )
    }

    private func client(
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ site: Site,
        _ connection: Connection
    ) -> ForwardedClient {
        ForwardedClient(
            address: connection.clientAddress,
            scheme: site.configuration.publicURL.scheme,
            host: bytes.readableBytesUInt8Span.string(at: head.host)
        )
    }

    private func assertion(for session: Session?, to service: ServiceSettings) -> String? {
        guard let session, let signer = self.signer else { return nil }
        do {
            return try signer.assertion(for: session.identity, audience: service.name, now: self.moment)
        } catch {
            self.logger.error("no identity can be signed", metadata: ["error": "\(error)"])
            return nil
        }
    }
}

/// Finds the page of this host that a form was sent from.
enum RefererPolicy {
    /// The path and query of `Referer`, as places in the request's bytes; nil when it is another origin's.
    static func pathAndQuery(
        of head: RequestHead,
        in bytes: Span<UInt8>,
        ownOrigin: String
    ) -> (path: ByteRange, query: ByteRange)? {
        var fields = HeaderFields(of: head)
        while let (name, value) = fields.next(in: bytes) {
            guard bytes.matchesIgnoringCase("referer", at: name) else { continue }
            let prefix = ownOrigin.utf8.count
            guard Int(value.length) > prefix,
                bytes.string(at: ByteRange(offset: value.range.lowerBound, length: prefix)) == ownOrigin,
                bytes[value.range.lowerBound + prefix] == .slash
            else { return nil }
            let start = value.range.lowerBound + prefix
            var end = start
            while end < value.range.upperBound, bytes[end] != 0x3f, bytes[end] != 0x23 { end += 1 }
            let path = ByteRange(offset: start, length: end - start)
            guard end < value.range.upperBound, bytes[end] == 0x3f else { return (path, .none) }
            return (path, ByteRange(offset: end + 1, length: value.range.upperBound - end - 1))
        }
        return nil
    }
}

extension Span<UInt8> {
    /// Whether a head has `Authorization`.
    fileprivate func hasAuthorization(_ head: RequestHead) -> Bool {
        var fields = HeaderFields(of: head)
        while let (name, _) = fields.next(in: self) {
            if self.matchesIgnoringCase("authorization", at: name) { return true }
        }
        return false
    }
}

extension ByteBuffer {
    /// A copy of a head alone: a slice would pin the connection's read buffer.
    func copyOfHead(_ head: RequestHead) -> ByteBuffer {
        var copy = ByteBuffer()
        // The head lies within what was received, and its bytes are plain.
        unsafe copy.writeBytes(self.readableBytesUInt8Span.extracting(first: head.length).bytes)
        return copy
    }
}

extension Span<UInt8> {
    /// The value of the first field of a name, which is in small letters; empty when there is none.
    fileprivate func value(of name: StaticString, in head: RequestHead) -> String {
        var fields = HeaderFields(of: head)
        while let (field, value) = fields.next(in: self) {
            if self.matchesIgnoringCase(name, at: field) { return self.string(at: value) }
        }
        return ""
    }
}
