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
    /// Carries messages to the next page.
    let flash: FlashCookie?
    let signer: IdentitySigner?
    let compressor: PageCompressor
    let tagger: PageTagger
    let logger: Logger
    /// Ends copies in all gateways; there from before the first request on.
    var purger: Purger?
    /// Signs people in and out; nil where nobody can.
    let signOn: SignOn?
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
        signedIn: SignedInSessions? = nil,
        flash: FlashCookie? = nil,
        signer: IdentitySigner?,
        compressor: PageCompressor,
        tagger: PageTagger,
        site: Site,
        connectionLimit: Int,
        signOn: SignOn? = nil,
        logger: Logger
    ) {
        self.eventLoop = eventLoop
        self.signOn = signOn
        self.resolver = resolver
        self.answers = AnswerCache(
            eventLoop: eventLoop,
            memory: resolver.memory,
            redis: resolver.redis,
            hasher: resolver.hasher
        )
        self.sessions = sessions
        self.flash = flash
        self.openSessions = OpenSessions(
            sealer: sessions,
            signedIn: signedIn.map {
                OpenSignedInSessions(
                    sessions: $0,
                    eventLoop: eventLoop,
                    limit: site.configuration.memory.sessions,
                    hasher: resolver.hasher
                )
            },
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
            if self.signOn != nil,
                let exchange = self.signInSilently(for: site.pages[index], site: site, head, bytes, connection)
            {
                return exchange
            }
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
        case .signOn(let service): return self.signOn(at: service, site: site, head, bytes, connection)
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
        form: PageRequest.RejectedForm? = nil,
        devices: Value? = nil
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
        var cookie: String?
        if page.needsSession {
            switch self.openSession(for: &request, site: site) {
            case .goOn(let line): cookie = line
            case .wait(let token, let service):
                return self.showPage(
                    page,
                    captures,
                    site: site,
                    head,
                    bytes,
                    connection,
                    status,
                    form,
                    once: token,
                    of: service
                )
            case .refuse(let verdict): return self.refuse(verdict, site: site, head, bytes, connection)
            }
            if page.needsDevices, devices == nil, let session = request.session, session.owner != nil {
                return self.showPage(
                    page,
                    captures,
                    site: site,
                    head,
                    bytes,
                    connection,
                    status,
                    form,
                    withDevicesOf: session
                )
            }
        }
        let message = page.needsFlash ? self.flashMessage(head, bytes, site: site) : nil
        if message != nil || devices != nil {
            request.extras = PageRequest.PageExtras(flash: message, devices: devices)
        }
        if message != nil {
            let deletion = FlashCookie.deletion(isSecure: site.isSecure)
            cookie = cookie.map { "\($0)\r\nSet-Cookie: \(deletion)" } ?? deletion
        }
        let codings = self.compressor.choice(for: head, in: bytes, dictionary: site.dictionary)
        if self.sendWarm(request, site: site, codings: codings, cookie: cookie, connection) { return nil }
        return self.compose(request, site: site, codings: codings, cookie: cookie, connection)
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
        let isShown = status == 404 || status >= 500 || (inPlaceOfPage && site.errorPages[status] != nil)
        if isShown, let page = site.errorPage(status),
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
            extras: self.extras,
            status: self.status
        )
    }
}
