import FragmentProtocol
import Logging
import NIOCore

/// Runs the steps of ``PageRequest`` for the requests of one event loop; the only file that knows all of them.
///
/// It belongs to its loop, with a memory tier, a Redis connection and connections of its own, and shares nothing that
/// changes with another but the board of fetches under way.
final class PagePipeline: RequestResponder {
    let eventLoop: any EventLoop
    let resolver: FragmentResolver
    /// The stored answers of services' public hosts.
    let answers: AnswerCache
    let sessions: SessionSealer
    let openSessions: OpenSessions
    let signer: IdentitySigner?
    let compressor: PageCompressor
    let tagger: PageTagger
    let logger: Logger
    /// Ends copies in all gateways; there from before the first request on.
    var purger: Purger?
    private(set) var site: Site
    private var connections: [ObjectIdentifier: Connection] = [:]
    private let connectionLimit: Int
    private var whenEmpty: (() -> Void)?
    /// The output that warm pages are written to; given back by the socket as soon as it is written.
    var output = ByteBuffer()
    var headOutput = ByteBuffer()
    /// Pages whose first bytes wait for the rest, and since when.
    private var held: [(composition: PageComposition, since: NIODeadline)] = []
    private var holdPolicy: HoldPolicy
    var recipeOutput: RecipeOutput
    private(set) var now = NIODeadline.now()
    private(set) var moment = Instant.now()
    private(set) var dateLine = ByteBuffer()
    private var dateSecond: Int64 = 0

    init(
        eventLoop: any EventLoop,
        resolver: FragmentResolver,
        sessions: SessionSealer,
        signer: IdentitySigner?,
        compressor: PageCompressor,
        tagger: PageTagger,
        site: Site,
        connectionLimit: Int,
        logger: Logger
    ) {
        self.eventLoop = eventLoop
        self.resolver = resolver
        self.answers = AnswerCache(
            eventLoop: eventLoop,
            memory: resolver.memory,
            redis: resolver.redis,
            hasher: resolver.hasher
        )
        self.sessions = sessions
        self.openSessions = OpenSessions(
            sealer: sessions,
            limit: site.configuration.memory.sessions,
            hasher: resolver.hasher
        )
        self.signer = signer
        self.compressor = compressor
        self.tagger = tagger
        self.recipeOutput = RecipeOutput(PageRecipe(text: CacheKey(high: 0, low: 0), hasher: resolver.hasher))
        self.site = site
        self.holdPolicy = HoldPolicy(site)
        self.connectionLimit = connectionLimit
        self.logger = logger
        self.beginBurst()
    }

    /// Serves another site from the next request on; those that are under way end with the one they began with.
    func adopt(_ site: Site) {
        self.site = site
        self.holdPolicy = HoldPolicy(site)
        self.resolver.fetcher = site.fetcher
    }

    // MARK: Listen

    func beginBurst() {
        self.now = .now()
        self.moment = .now()
        let second = self.moment.milliseconds / 1000
        guard second != self.dateSecond else { return }
        self.dateSecond = second
        var line = ByteBuffer()
        line.writeStaticString("Date: ")
        line.writeDate(self.moment)
        line.writeStaticString("\r\n")
        self.dateLine = line
    }

    func connectionOpened(_ connection: Connection) {
        self.connections[ObjectIdentifier(connection)] = connection
        if self.connections.count > self.connectionLimit { connection.abort() }
    }

    func connectionClosed(_ connection: Connection) {
        self.connections[ObjectIdentifier(connection)] = nil
        if self.connections.isEmpty {
            self.whenEmpty?()
            self.whenEmpty = nil
        }
    }

    /// Closes what has stood still for too long; called a few times a second, in place of a timer for each request.
    func closeOverdue() {
        self.beginBurst()
        let overdue = self.connections.values.filter { $0.deadline <= self.now }
        for connection in overdue { connection.deadlinePassed() }
    }

    /// Lets every request that is under way end, and closes idle connections now.
    func quiesce(whenEmpty: @escaping () -> Void) {
        guard !self.connections.isEmpty else {
            whenEmpty()
            return
        }
        self.whenEmpty = whenEmpty
        for connection in Array(self.connections.values) { connection.quiesce() }
    }

    /// Closes every connection, whatever is under way on it.
    func closeAll() {
        for connection in Array(self.connections.values) { connection.abort() }
    }

    var connectionCount: Int { self.connections.count }

    func refusal(status: Int, explanation: String) -> ByteBuffer {
        self.beginBurst()
        return self.plainAnswer(status, explanation, closes: true, isHTTP10: false, isHead: false)
    }

    // MARK: Route

    @inline(__always)
    func respond(to head: RequestHead, in bytes: ByteBuffer, on connection: Connection) -> (any Exchange)? {
        let site = self.site
        switch site.table.resolve(head, in: bytes.readableBytesUInt8Span) {
        case .page(let index, let captures):
            return self.showPage(site.pages[index], captures, site: site, head, bytes, connection)
        case .asset(let index):
            connection.send(
                AssetAnswer(site.assets[index]).answer(
                    to: head,
                    in: bytes.readableBytesUInt8Span,
                    dateLine: self.dateLine,
                    closes: connection.closesAfterAnswer
                )
            )
            return nil
        case .passThrough(let service):
            return self.passOn(to: site.services[service], site: site, head, bytes, connection)
        case .reserved: return self.showError(404, site: site, head, bytes, connection)
        case .malformedPath: return self.showError(400, site: site, head, bytes, connection)
        case .unknownHost:
            connection.send(
                self.plainAnswer(
                    421,
                    "no service of this site has the host that was asked",
                    closes: connection.closesAfterAnswer,
                    isHTTP10: head.isHTTP10,
                    isHead: head.method == .head
                )
            )
            return nil
        }
    }

    // MARK: Session, template, fragments, stream

    @inline(__always)
    func showPage(
        _ page: SitePage,
        _ captures: Captures,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection,
        status: Int = 200,
        form: PageRequest.RejectedForm? = nil
    ) -> (any Exchange)? {
        if let diagnostics = site.diagnostics {
            connection.send(self.plainAnswer(500, diagnostics, closes: true, isHTTP10: false, isHead: false))
            return nil
        }
        var request = PageRequest(
            head: head,
            bytes: bytes,
            page: page,
            captures: captures,
            now: self.moment,
            language: page.needsLanguage
                ? LanguagePolicy.choose(
                    head.acceptLanguage,
                    in: bytes.readableBytesUInt8Span,
                    offered: site.languages
                )
                : site.languages[0],
            form: form,
            status: status
        )
        let cookie = page.needsSession ? self.openSession(for: &request, site: site) : nil
        let codings = self.compressor.choice(for: head, in: bytes, dictionary: site.dictionary)
        if self.sendWarm(request, site: site, codings: codings, cookie: cookie, connection) { return nil }
        return self.compose(request, site: site, codings: codings, cookie: cookie, connection)
    }

    /// Opens the session that the browser holds, and begins one where the page needs it; the cookie to set, if any.
    private func openSession(for request: inout PageRequest, site: Site) -> String? {
        guard let service = self.service(of: request.head, in: request.bytes, site: site) else { return nil }
        let policy = self.sessionCookie(of: site)
        if !request.head.cookie.isEmpty {
            request.session =
                policy.read(
                    request.head.cookie,
                    in: request.bytes.readableBytesUInt8Span,
                    opener: self.openSessions,
                    host: service.host,
                    now: request.now
                ).session
        }
        do {
            if let session = request.session {
                guard self.sessions.isRenewalDue(session, now: request.now) else { return nil }
                return policy.setting(try self.sessions.renew(session, now: request.now).token)
            }
            guard request.page.makesSession else { return nil }
            let (session, token) = try self.sessions.create(host: service.host, now: request.now)
            request.session = session
            return policy.setting(token)
        } catch {
            self.logger.error("no session can be made", metadata: ["error": "\(error)"])
            return nil
        }
    }

    func sessionCookie(of site: Site) -> SessionCookie {
        SessionCookie(
            isSecure: site.configuration.publicURL.scheme == "https",
            lifetime: self.sessions.lifetime
        )
    }

    private func service(of head: RequestHead, in bytes: ByteBuffer, site: Site) -> ServiceSettings? {
        site.table.host(head.host, in: bytes.readableBytesUInt8Span).map { site.services[$0] }
    }

    private func compose(
        _ request: PageRequest,
        site: Site,
        codings: PageCompressor.Choice,
        cookie: String?,
        _ connection: Connection
    ) -> (any Exchange)? {
        let kept = request.keepingHead()
        var immediate: (any Exchange)?
        var isStarting = true
        let composition = PageComposition(
            request: kept,
            connection: connection,
            surroundings: PageSurroundings(
                site: site,
                resolver: self.resolver,
                fail: { [unowned self] failure in
                    let successor = self.showFailure(failure, of: kept, site: site, connection)
                    if isStarting { immediate = successor } else { connection.handOver(to: successor) }
                },
                dateLine: { [unowned self] in
                    self.beginBurst()
                    return self.dateLine
                },
                cookie: cookie,
                compressor: self.compressor,
                tagger: self.tagger,
                codings: codings,
                logger: self.logger,
                hold: { [unowned self] in self.hold($0) }
            )
        )
        composition.drive()
        isStarting = false
        return composition.isFinished ? immediate : composition
    }

    /// Lets a composition's first bytes wait: one timer for all that begin within its time.
    private func hold(_ composition: PageComposition) -> Bool {
        guard self.holdPolicy.delay > .zero else { return false }
        let now = NIODeadline.now()
        self.held.append((composition, since: now))
        if self.held.count == 1 { self.setHoldTimer(due: self.holdPolicy.due(since: now)) }
        return true
    }

    private func setHoldTimer(due: NIODeadline) {
        self.eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.releaseHeld(due: due) }
    }

    /// Lets those go whose first bytes have waited for long enough.
    private func releaseHeld(due: NIODeadline) {
        let now = NIODeadline.now()
        let end = self.holdPolicy.timerFired(at: now, due: due)
        var released: [PageComposition] = []
        self.held.removeAll { composition, since in
            if composition.isFinished { return true }
            guard since <= end else { return false }
            released.append(composition)
            return true
        }
        if let oldest = self.held.first { self.setHoldTimer(due: self.holdPolicy.due(since: oldest.since, after: now)) }
        for composition in released { composition.holdIsOver() }
    }

    /// Shows the page for a failure of a page's decisive part.
    private func showFailure(
        _ failure: FragmentFailure,
        of request: PageRequest,
        site: Site,
        _ connection: Connection
    ) -> (any Exchange)? {
        self.logger.warning(
            "page failed",
            metadata: [
                "template": "\(request.page.program.path)", "path": "\(request.text(request.head.path))",
                "reason": "\(failure.description)",
            ]
        )
        return self.showError(
            failure.pageStatus,
            inPlaceOfPage: true,
            site: site,
            request.head,
            request.bytes,
            connection
        )
    }

    /// Shows what went wrong: as a page of the site to a person and in a page's place, as a line of text to a program.
    func showError(
        _ status: Int,
        inPlaceOfPage: Bool = false,
        site: Site,
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection
    ) -> (any Exchange)? {
        if let page = site.errorPage(status), status == 404 || status >= 500,
            inPlaceOfPage || ErrorPagePolicy.acceptsHTML(bytes.readableBytesUInt8Span, at: head.accept)
        {
            return self.showPage(page, Captures(), site: site, head, bytes, connection, status: status)
        }
        connection.send(
            self.plainAnswer(
                status,
                "\(ReasonPhrase.of(status))",
                closes: connection.closesAfterAnswer,
                isHTTP10: head.isHTTP10,
                isHead: head.method == .head
            )
        )
        return nil
    }

    private func plainAnswer(
        _ status: Int,
        _ text: String,
        closes: Bool,
        isHTTP10: Bool,
        isHead: Bool
    ) -> ByteBuffer {
        var head = ResponseHead(status)
        head.append(lines: self.dateLine)
        head.append(lines: "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n")
        head.append(lines: "X-Content-Type-Options: nosniff\r\n")
        if status == 503 { head.append(lines: "Retry-After: 5\r\n") }
        head.append(contentLength: text.utf8.count + 1)
        head.appendConnection(closes: closes, isHTTP10: isHTTP10)
        var answer = head.finish()
        if !isHead { answer.writeString("\(text)\n") }
        return answer
    }
}

extension PageRequest {
    /// The same with bytes of its own.
    fileprivate func keepingHead() -> PageRequest {
        PageRequest(
            head: self.head,
            bytes: self.bytes.copyOfHead(self.head),
            page: self.page,
            captures: self.captures,
            now: self.now,
            language: self.language,
            session: self.session,
            form: self.form,
            status: self.status
        )
    }
}

extension Session {
    /// Who asks, as the services are told.
    var identity: Identity { Identity(subject: self.subject, sessionHash: self.sessionHash) }
}
