import FragmentProtocol
import Logging
import NIOCore

/// Whose a request is, and whether that is enough.
extension PagePipeline {
    /// What the step **session** of a page's way comes to.
    enum SessionStep {
        /// On to the page, with a `Set-Cookie` value, if any.
        case goOn(cookie: String?)
        /// The store is asked of a cookie's value, and then the way begins anew.
        case wait(token: [UInt8], ServiceSettings)
        /// The visitor may not see the page.
        case refuse(PageRequirementPolicy.Verdict)
    }

    /// Opens the session that the browser holds, and begins one where the page needs it.
    func openSession(for request: inout PageRequest, site: Site) -> SessionStep {
        guard let service = self.service(of: request.head, in: request.bytes, site: site) else {
            return .goOn(cookie: nil)
        }
        let policy = self.sessionCookie(of: site)
        let presence = self.presence(request.head, request.bytes, policy, service)
        if case .unasked(let token) = presence { return .wait(token: token, service) }
        request.session = presence.session
        if let requirement = request.page.requirement {
            let verdict = PageRequirementPolicy.verdict(
                requirement,
                presence.visitor,
                isNavigation: PageRequirementPolicy.isNavigation(
                    request.head,
                    in: request.bytes.readableBytesUInt8Span
                )
            )
            if verdict != .admit { return .refuse(verdict) }
        }
        do {
            if let session = request.session {
                guard session.owner == nil, self.sessions.isRenewalDue(session, now: request.now) else {
                    return .goOn(cookie: nil)
                }
                return .goOn(cookie: policy.setting(try self.sessions.renew(session, now: request.now).token))
            }
            // The cookie of somebody who may be signed in stays, whatever the page would like.
            if case .unavailable = presence { return .goOn(cookie: nil) }
            guard request.page.makesSession else {
                if case .ended = presence { return .goOn(cookie: policy.deletion) }
                return .goOn(cookie: nil)
            }
            let (session, token) = try self.sessions.create(host: service.host, now: request.now)
            request.session = session
            return .goOn(cookie: policy.setting(token))
        } catch {
            self.logger.error("no session can be made", metadata: ["error": "\(error)"])
            return .goOn(cookie: nil)
        }
    }

    /// What a request's cookies say of its session.
    func presence(
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ policy: SessionCookie,
        _ service: ServiceSettings
    ) -> SessionPresence {
        guard !head.cookie.isEmpty else { return .absent }
        return policy.read(
            head.cookie,
            in: bytes.readableBytesUInt8Span,
            opener: self.openSessions,
            host: service.host,
            now: self.moment
        )
    }

    func sessionCookie(of site: Site) -> SessionCookie {
        SessionCookie(isSecure: site.isSecure, lifetime: self.sessions.lifetime)
    }

    func service(of head: RequestHead, in bytes: ByteBuffer, site: Site) -> ServiceSettings? {
        site.table.host(head.host, in: bytes.readableBytesUInt8Span).map { site.services[$0] }
    }

    // MARK: Waiting

    /// Shows a page once the store has said whose a cookie's value is.
    ///
    /// Apart, so that the way of a page that waits for nothing stays short.
    @inline(never)
    func showPage(
        _ page: SitePage,
        _ captures: Captures,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection,
        _ status: Int,
        _ form: PageRequest.RejectedForm?,
        once token: [UInt8],
        of service: ServiceSettings
    ) -> any Exchange {
        let kept = bytes.copyOfHead(head)
        return self.wait(for: token, of: service, on: connection) { [unowned self] in
            self.showPage(page, captures, site: site, head, kept, connection, status: status, form: form)
        }
    }

    /// Shows a page once the person's devices are known.
    @inline(never)
    func showPage(
        _ page: SitePage,
        _ captures: Captures,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection,
        _ status: Int,
        _ form: PageRequest.RejectedForm?,
        withDevicesOf session: Session
    ) -> any Exchange {
        let kept = bytes.copyOfHead(head)
        return self.waitForDevices(of: session, on: connection) { [unowned self] devices in
            self.showPage(
                page,
                captures,
                site: site,
                head,
                kept,
                connection,
                status: status,
                form: form,
                devices: devices
            )
        }
    }

    /// Lets a request wait for what the store says of a cookie's value, and then begin anew.
    func wait(
        for token: [UInt8],
        of service: ServiceSettings,
        on connection: Connection,
        then again: @escaping () -> (any Exchange)?
    ) -> any Exchange {
        let wait = SessionWait(on: connection)
        // Nobody else says of a cookie that the store is to be asked.
        guard let signedIn = self.openSessions.signedIn else { return wait }
        signedIn.ask(token, host: service.host, now: self.moment) { [unowned self] in
            self.beginBurst()
            wait.finish(again)
        }
        return wait
    }

    /// Lets a page wait for the list of the person's devices; an empty list where it cannot be had.
    private func waitForDevices(
        of session: Session,
        on connection: Connection,
        then again: @escaping (Value) -> (any Exchange)?
    ) -> any Exchange {
        let wait = SessionWait(on: connection)
        // Without it nobody is signed in, and no page waits.
        guard let sessions = self.openSessions.signedIn?.sessions else { return wait }
        let goOn = NIOLoopBound(
            { [unowned self] (devices: Value) in
                self.beginBurst()
                wait.finish { again(devices) }
            },
            eventLoop: self.eventLoop
        )
        Task { [logger] in
            let value: Value
            do throws(StateStoreFailure) {
                value = .array(try await sessions.devices(of: session).map(\.value))
            } catch {
                logger.warning("devices cannot be listed", metadata: ["reason": "\(error)"])
                value = .array([])
            }
            goOn.eventLoop.execute { goOn.value(value) }
        }
        return wait
    }

    // MARK: Refusals

    /// Answers somebody who may not see a page, or not do what its path does.
    func refuse(
        _ verdict: PageRequirementPolicy.Verdict,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection
    ) -> (any Exchange)? {
        let span = bytes.readableBytesUInt8Span
        switch verdict {
        case .forbidden: return self.showError(403, inPlaceOfPage: true, site: site, head, bytes, connection)
        case .unavailable, .admit:
            return self.showError(503, inPlaceOfPage: true, site: site, head, bytes, connection)
        case .signIn, .unauthorized: break
        }
        let isRead = head.method == .get || head.method == .head
        let path = span.string(at: head.path) + (head.query.isEmpty ? "" : "?" + span.string(at: head.query))
        // Who wanted to change something comes back to the host's first page: the change is not made again unasked.
        let signIn = PageRequirementPolicy.signInPath(returningTo: isRead ? path : "/")
        var answer = ResponseHead(verdict == .signIn ? 303 : 401)
        answer.append(lines: self.dateLine)
        if verdict == .signIn {
            answer.append("Location", signIn)
            answer.append(lines: "Cache-Control: no-store\r\nVary: Cookie\r\nContent-Length: 0\r\n")
        } else {
            answer.append("WWW-Authenticate", "Gateway login=\"\(signIn)\"")
            answer.append(lines: "Cache-Control: no-store\r\nVary: Cookie\r\nContent-Length: 0\r\n")
        }
        answer.appendConnection(closes: connection.closesAfterAnswer, isHTTP10: head.isHTTP10)
        connection.send(answer.finish())
        return nil
    }

    // MARK: Messages

    /// The message for this one page that a request's cookie holds.
    func flashMessage(_ head: RequestHead, _ bytes: ByteBuffer, site: Site) -> String? {
        guard !head.cookie.isEmpty, let flash = self.flash else { return nil }
        let span = bytes.readableBytesUInt8Span
        guard
            let value = CookieReader.value(of: FlashCookie.name(isSecure: site.isSecure), in: span, at: head.cookie),
            let service = self.service(of: head, in: bytes, site: site)
        else { return nil }
        return flash.message(span.extracting(value.range), host: service.host, now: self.moment)
    }

    /// Does what a service's answer to a form asks for beside purging: keeps its message for the next page, and begins the
    /// session of who has just proved who they are.
    func conclude(
        _ answer: ActionAnswer,
        of service: ServiceSettings,
        site: Site,
        replacing former: Session?,
        userAgent: String,
        then proceed: @escaping (Result<[(name: String, value: String)], ProxyError>) -> Void
    ) {
        var fields: [(name: String, value: String)] = []
        if let message = answer.flash, let cookie = self.flashCookie(message, of: service, site: site) {
            fields.append(("Set-Cookie", cookie))
        }
        guard let proven = answer.session else { return proceed(.success(fields)) }
        guard let signOn = site.configuration.signOn, signOn.provider == service.name,
            let sessions = self.openSessions.signedIn?.sessions
        else {
            self.logger.error(
                "a service says who is signed in, and is not the provider of the sign-on: it is not believed",
                metadata: ["service": "\(service.name)", "mend": "sso.provider in gateway.yaml, or the service"]
            )
            return proceed(.success(fields))
        }
        let signIn = SignIn(
            person: Person(proven, issuer: signOn.issuer),
            providerSession: nil,
            tokens: nil
        )
        let policy = self.sessionCookie(of: site)
        let proceed = NIOLoopBound(proceed, eventLoop: self.eventLoop)
        Task { [logger] in
            let result: Result<[(name: String, value: String)], ProxyError>
            do throws(StateStoreFailure) {
                let (_, cookie) = try await sessions.begin(
                    signIn,
                    host: service.host,
                    replacing: former,
                    browser: userAgent
                )
                let line = policy.setting(cookie, lifetime: signOn.session.absolute)
                result = .success(fields + [("Set-Cookie", line)])
            } catch {
                logger.error("nobody can be signed in", metadata: ["reason": "\(error)"])
                result = .failure(.status(503))
            }
            proceed.eventLoop.execute { proceed.value(result) }
        }
    }

    private func flashCookie(_ message: String, of service: ServiceSettings, site: Site) -> String? {
        guard !message.isEmpty, let flash = self.flash else { return nil }
        do {
            let cookie = try flash.setting(
                message,
                host: service.host,
                isSecure: site.isSecure,
                now: self.moment
            )
            if cookie == nil {
                self.logger.warning(
                    "a message for the next page is too long and is not shown",
                    metadata: ["service": "\(service.name)", "longest": "\(FlashCookie.longest) bytes"]
                )
            }
            return cookie
        } catch {
            self.logger.error("a message for the next page cannot be sealed", metadata: ["error": "\(error)"])
            return nil
        }
    }
}

extension SessionPresence {
    /// What is known of the visitor, for a page that is not for everybody.
    var visitor: PageRequirementPolicy.Visitor {
        switch self {
        case .valid(let session): session.owner.map { .signedIn(roles: $0.person.roles) } ?? .anonymous
        case .unavailable, .unasked: .unknown
        case .absent, .invalid, .ended: .anonymous
        }
    }
}

extension Person {
    /// Somebody who has proved who they are to the provider on its own host.
    init(_ proven: ProvenSession, issuer: String) {
        self.init(
            issuer: issuer,
            subject: proven.subject,
            name: proven.name,
            email: proven.email,
            roles: proven.roles,
            authenticatedAt: .distantPast + .seconds(proven.authenticatedAt),
            methods: proven.methods
        )
    }
}

extension Device {
    /// The device as templates see it.
    var value: Value {
        .object([
            "name": .string(self.name), "browser": .string(self.browser),
            "hosts": .array(self.hosts.map { .string($0) }),
            "first": .integer(Int(self.firstSeen.milliseconds / 1000)),
            "last": .integer(Int(self.lastSeen.milliseconds / 1000)), "current": .bool(self.isCurrent),
        ])
    }
}
