import Logging
import NIOCore

/// The paths of the sign-on, and visitors who may be signed in without a click.
extension PagePipeline {
    /// Answers a request below `/auth`.
    func signOn(
        at host: Int,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection
    ) -> (any Exchange)? {
        let path = SignOnPath(head.path, in: bytes.readableBytesUInt8Span)
        // A gateway that keeps no sessions offers no login.
        guard let signOn = self.signOn, !path.methods.isEmpty else {
            return self.showError(404, site: site, head, bytes, connection)
        }
        guard path.methods.contains(head.method) else { return self.refuse(head, allowing: path.methods, connection) }
        let service = site.services[host]
        let presence = self.presence(head, bytes, signOn.sessionCookie, service)
        let kept = bytes.copyOfHead(head)
        if path != .backChannel, case .unasked(let token) = presence {
            return self.wait(for: token, of: service, on: connection) { [unowned self] in
                self.signOn(at: host, site: site, head, kept, connection)
            }
        }
        if path.needsSession, case .unavailable = presence {
            return self.showError(503, inPlaceOfPage: true, site: site, head, bytes, connection)
        }
        if path == .logout, head.method == .get {
            return self.showSignOnPage(.signOut, status: 200, values: [], site: site, head, bytes, connection)
        }
        let fields = SignOnFields(head, in: bytes.readableBytesUInt8Span)
        let visit = self.visit(head, bytes, service, fields, presence.session, signOn)
        var refusal: ([UInt8]) -> Int? = { _ in nil }
        let answer: @Sendable ([UInt8]) async -> SignOnAnswer
        let query = Array(bytes.readableBytesUInt8Span.string(at: head.query).utf8)
        switch path {
        case .login:
            guard fields.isNavigation else { return self.showError(403, site: site, head, bytes, connection) }
            guard
                let returnTo = LoginQueryPolicy.returnTo(
                    query,
                    issuer: signOn.settings.issuer,
                    page: fields.page(of: site.configuration.publicOrigin(of: service))
                )
            else { return self.showError(400, site: site, head, bytes, connection) }
            answer = { _ in
                await signOn.limited(.trouble(.unavailable, returnTo: returnTo)) {
                    await signOn.begin(visit, returnTo: returnTo)
                }
            }
        case .callback:
            answer = { _ in
                await signOn.limited(.trouble(.unavailable, returnTo: .home)) {
                    await signOn.callBack(visit, query: query)
                }
            }
        case .loggedOut: answer = { _ in await signOn.signedOut(visit, query: query) }
        case .logout, .devices:
            let verdict = OwnOriginPolicy.verdict(
                of: head,
                in: bytes.readableBytesUInt8Span,
                ownOrigin: site.configuration.publicOrigin(of: service)
            )
            guard verdict == .proven else {
                self.logger.info("sign-out refused", metadata: ["reason": "\(verdict)"])
                return self.showError(403, site: site, head, bytes, connection)
            }
            let token = bytes.readableBytesUInt8Span.string(at: head.csrfToken)
            refusal = { [logger] body in
                // Whoever is signed out already has no token that could be right.
                guard let session = visit.session else { return nil }
                guard let reason = SignOutToken.refusal(header: token, body: body, session: session) else { return nil }
                logger.info("sign-out refused", metadata: ["reason": "\(reason.rawValue)"])
                return 403
            }
            if path == .logout {
                answer = { _ in await signOn.signOut(visit) }
            } else {
                let page = ReturnTo(fields.page(of: site.configuration.publicOrigin(of: service)) ?? "/")
                answer = { [sessions = self.openSessions.signedIn?.sessions] form in
                    await signOn.endDevices(form, visit, sessions: sessions, returnTo: page)
                }
            }
        case .backChannel:
            guard FormBody.isForm(head.contentType, in: bytes.readableBytesUInt8Span) else {
                return self.showError(415, site: site, head, bytes, connection)
            }
            let name = service.host
            answer = { body in
                await signOn.limited(.text(status: 503, "there are too many of these for now")) {
                    await signOn.backChannel(host: name, body: body)
                }
            }
        case .unknown: return self.showError(404, site: site, head, bytes, connection)
        }
        return SignOnExchange(
            on: connection,
            hooks: SignOnExchange.Hooks(
                answer: answer,
                refusal: refusal,
                send: { [unowned self] in self.send($0, site: site, head, kept, connection) },
                showError: { [unowned self] in self.showError($0, site: site, head, kept, connection) }
            )
        )
    }

    /// Sends a visitor who comes from another host of the site to the provider and back, where that may sign them in; nil when the
    /// page is shown as it is.
    func signInSilently(
        for page: SitePage,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection
    ) -> (any Exchange)? {
        guard let signOn = self.signOn, signOn.settings.signsInSilently, page.needsSession else { return nil }
        // Nearly every page ends here, and needs nothing else looked up.
        let fetchSite = OwnOriginPolicy.fetchSite(head.fetchSite, in: bytes.readableBytesUInt8Span)
        guard fetchSite == .sameSite || fetchSite == .crossSite,
            let host = site.table.host(head.host, in: bytes.readableBytesUInt8Span)
        else { return nil }
        let service = site.services[host]
        guard service.host != signOn.providerHost else { return nil }
        let session: Session?
        switch self.presence(head, bytes, signOn.sessionCookie, service) {
        case .absent, .invalid: session = nil
        case .valid(let visitor) where !visitor.isOfSomebody: session = visitor
        // Whoever is signed in, or may be, needs no second session.
        default: return nil
        }
        let fields = SignOnFields(head, in: bytes.readableBytesUInt8Span)
        // To a browser, hosts of a domain that is a public suffix, such as those of `localhost`, are sites of their own.
        guard fetchSite == .sameSite || fields.comes(fromAnyOf: site.services.map(site.configuration.publicOrigin(of:)))
        else { return nil }
        let visit = self.visit(head, bytes, service, fields, session, signOn)
        let span = bytes.readableBytesUInt8Span
        let query = span.string(at: head.query)
        guard
            SilentSignInPolicy.attempts(
                SilentSignInPolicy.Request(
                    isGet: head.method == .get,
                    site: .sameSite,
                    mode: fields.mode,
                    destination: fields.destination,
                    purpose: fields.purpose,
                    userAgent: fields.userAgent,
                    isSignedIn: false,
                    isMarked: signOn.cookies.isMarked(head.cookie, in: span),
                    wasTried: query.split(separator: "&").contains { $0.hasPrefix("\(SilentSignInPolicy.triedField)=") }
                )
            )
        else { return nil }
        let path = span.string(at: head.path)
        // An address that a login could not come back to is shown at once.
        guard let returnTo = ReturnTo.accepted(Array((query.isEmpty ? path : "\(path)?\(query)").utf8)) else {
            return nil
        }
        let kept = bytes.copyOfHead(head)
        return SignOnExchange(
            on: connection,
            hooks: SignOnExchange.Hooks(
                answer: { _ in
                    await signOn.limited(.redirect(to: returnTo.markedAsTried, cookies: [signOn.cookies.settingMark])) {
                        await signOn.begin(visit, returnTo: returnTo, isSilent: true)
                    }
                },
                refusal: { _ in nil },
                send: { [unowned self] in self.send($0, site: site, head, kept, connection) },
                showError: { [unowned self] in self.showError($0, site: site, head, kept, connection) }
            )
        )
    }

    /// Refuses a method, and names those that are served (RFC 9110, section 15.5.6).
    private func refuse(
        _ head: RequestHead,
        allowing methods: [RequestMethod],
        _ connection: Connection
    ) -> (any Exchange)? {
        var answer = ResponseHead(405)
        answer.append(lines: self.dateLine)
        answer.append("Allow", methods.map { $0 == .post ? "POST" : "GET" }.joined(separator: ", "))
        answer.append(lines: "Cache-Control: no-store\r\n")
        answer.append(contentLength: 0)
        answer.appendConnection(closes: connection.closesAfterAnswer, isHTTP10: head.isHTTP10)
        connection.send(answer.finish())
        return nil
    }

    private func visit(
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ service: ServiceSettings,
        _ fields: SignOnFields,
        _ session: Session?,
        _ signOn: SignOn
    ) -> SignOnVisit {
        let span = bytes.readableBytesUInt8Span
        return SignOnVisit(
            host: service.host,
            browsers: head.cookie.isEmpty ? [] : signOn.cookies.browsers(head.cookie, in: span),
            session: session,
            browserName: fields.userAgent
        )
    }

    /// Sends an answer; nothing of the sign-on is kept by a cache or told to the next host.
    private func send(
        _ answer: SignOnAnswer,
        site: Site,
        _ request: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection
    ) -> (any Exchange)? {
        self.beginBurst()
        switch answer {
        case .redirect(let location, let cookies, let clearsSite):
            var head = ResponseHead(303)
            head.append(lines: self.dateLine)
            head.append("Location", location)
            for cookie in cookies { head.append("Set-Cookie", cookie) }
            if clearsSite { head.append(lines: "Clear-Site-Data: \"cache\", \"storage\"\r\n") }
            head.append(lines: "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n")
            head.append(contentLength: 0)
            head.appendConnection(closes: connection.closesAfterAnswer, isHTTP10: request.isHTTP10)
            connection.send(head.finish())
            return nil
        case .trouble(let trouble, let returnTo):
            let again = FormBody([FormField(name: "return_to", value: returnTo.text)]).encoded()
            return self.showSignOnPage(
                .signIn,
                status: trouble.status,
                values: [
                    ("trouble", .string(trouble.rawValue)),
                    ("again", .string("/auth/login?" + String(decoding: again, as: UTF8.self))),
                    ("path", .string(returnTo.text)),
                ],
                site: site,
                request,
                bytes,
                connection
            )
        case .signedOut(let isExpected):
            return self.showSignOnPage(
                .loggedOut,
                status: isExpected ? 200 : 400,
                values: [("expected", .bool(isExpected))],
                site: site,
                request,
                bytes,
                connection
            )
        case .text(let status, let text):
            var head = ResponseHead(status)
            head.append(lines: self.dateLine)
            head.append(lines: "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n")
            head.append(contentLength: text.utf8.count + 1)
            head.appendConnection(closes: connection.closesAfterAnswer, isHTTP10: request.isHTTP10)
            var answer = head.finish()
            answer.writeString("\(text)\n")
            connection.send(answer)
            return nil
        }
    }

    private func showSignOnPage(
        _ kind: SignOnPage,
        status: Int,
        values: [(String, Value)],
        site: Site,
        _ request: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection
    ) -> (any Exchange)? {
        guard let page = site.signOnPages[kind] else {
            return self.showError(status == 200 ? 404 : status, site: site, request, bytes, connection)
        }
        return self.showPage(
            page,
            Captures(),
            site: site,
            request,
            bytes,
            connection,
            status: status,
            form: PageRequest.RejectedForm(errors: .none, values: .object(ValueObject(values)))
        )
    }
}
