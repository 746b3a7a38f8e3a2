import FragmentProtocol
import NIOCore

/// Composes one page whose parts are not all in memory: starts every fetch it can know of, sends what is complete in
/// document order, and gives each part that fails its place on the ladder.
///
/// It belongs to its connection's event loop. The connection holds it until the answer is over; the parts that are on
/// their way hold it until they come, so that a client who leaves costs no more than what was asked already.
final class PageComposition: PageHost, Exchange {
    /// Whether the first bytes wait for the rest.
    private enum Hold {
        case notYet
        case held
        case over
    }

    private let request: PageRequest
    private let connection: Connection
    private let surroundings: PageSurroundings
    private let answer: PageAnswer
    private var machine: PageMachine
    private var parts: [PagePart] = []
    private var positions = KeyPositions()
    /// The positions of uses that have no parameters of this request's own, by their places in the page.
    private var known: [Int?]
    /// What is asked for when the plan is made, and the positions among `parts`.
    private var wants: [FragmentWant] = []
    private var wanted: [Int] = []
    /// Reads of Redis that are under way.
    private var redisReads = 0
    private var primary: Int?
    private var primaryIsAbsent = false
    private var required: [Int] = []
    private var waitsFor: PendingTicket?
    private var isRunning = false
    private var willGoOn = false
    /// Whether more may be known of the rest of the page than when it was gone through last.
    private var planIsOld = true
    private var hold = Hold.notYet
    private var timer: Scheduled<Void>?
    private let deadline: NIODeadline
    /// The time, as of the last event: what is asked together, or comes together, has one time.
    private var clock = NIODeadline.now()

    /// The ticket of the names under `page`, which wait for the primary fragment, whichever part it will be.
    private static let primaryTicket = PendingTicket(rawValue: 0)

    init(request: PageRequest, connection: Connection, surroundings: PageSurroundings) {
        self.request = request
        self.connection = connection
        self.surroundings = surroundings
        self.answer = PageAnswer(to: request, on: connection, surroundings)
        self.machine = PageMachine(request.page.program)
        self.deadline = self.clock + .nanoseconds(request.page.budget.nanoseconds)
        let uses = request.page.uses.count
        self.known = Array(repeating: nil, count: uses)
        self.parts.reserveCapacity(uses)
        self.positions.reserveCapacity(uses)
    }

    /// Whether the whole answer has been sent.
    var isFinished: Bool { self.answer.isOver }

    /// Goes as far as it can; to be called once by the pipeline, and then by itself whenever a part has come.
    func drive() {
        guard !self.answer.isOver, !self.isRunning else { return }
        self.isRunning = true
        self.clock = .now()
        defer { self.isRunning = false }
        var host = self
        while !self.answer.isOver {
            switch self.machine.run(into: &self.answer.output, host: &host) {
            case .finished:
                self.finish()
                return
            case .blocked(let ticket):
                if self.planIsOld {
                    self.planIsOld = false
                    self.machine.plan(host: &host)
                }
                self.askForWanted()
                if self.isSettled(ticket) { continue }
                if ticket == Self.primaryTicket, self.primary == nil, !self.isWaiting {
                    // Nothing that comes can tell of a primary any more: the page has none in this request.
                    self.primaryIsAbsent = true
                    self.planIsOld = true
                    continue
                }
                self.waitsFor = ticket
                self.sendSoFar()
                self.setTimer()
                return
            }
        }
    }

    private var isWaiting: Bool { self.parts.contains { if case .waiting = $0.state { true } else { false } } }

    private func isSettled(_ ticket: PendingTicket) -> Bool {
        if ticket == Self.primaryTicket {
            if self.primaryIsAbsent { return true }
            guard let primary = self.primary else { return false }
            return self.isSettled(part: primary)
        }
        let position = ticket.rawValue - 1
        return self.parts.indices.contains(position) && self.isSettled(part: position)
    }

    private func isSettled(part position: Int) -> Bool {
        if case .waiting = self.parts[position].state { false } else { true }
    }

    // MARK: Parts

    /// The part of a use, asked for now if it was not before.
    private func part(_ use: FragmentUse, _ parameters: FragmentParameters?) -> Int {
        if parameters == nil, let position = self.known[use.index] { return position }
        let position = self.newPart(use, parameters)
        self.note(use, at: position)
        if parameters == nil { self.known[use.index] = position }
        return position
    }

    /// The part of a use that has not been met, which may be another use's as well.
    private func newPart(_ use: FragmentUse, _ parameters: FragmentParameters?) -> Int {
        let bound = self.request.page.uses[use.index]
        let session = self.request.session
        let resolver = self.surroundings.resolver
        let identifier = bound.identifier(
            parameters,
            subject: session?.subject,
            language: self.request.language,
            hasher: resolver.hasher
        )
        if let position = self.positions[identifier.key] { return position }
        let position = self.parts.count
        self.positions.append(identifier.key)
        var part = PagePart(
            bound: bound,
            state: .waiting,
            held: nil,
            started: self.clock,
            deadline: min(self.clock + .nanoseconds(bound.timeout.nanoseconds), self.deadline)
        )
        var held: CacheEntry?
        if self.parts.count >= self.surroundings.site.configuration.limits.pageFragments {
            part.state = .failed(.badAnswer("the page has more fragments than limits.page-fragments"))
        } else if let entry = resolver.lookup(identifier), entry.fragment.kind == StoredFragment.Kind(bound.use) {
            switch entry.fragment.usability(at: self.request.now) {
            case .fresh:
                part.state = .served(entry, .memory)
                if self.request.now >= entry.dueAt {
                    entry.dueAt = entry.fragment.freshUntil
                    resolver.refresh(self.want(bound, identifier, held: entry))
                }
            case .staleWhileRevalidate:
                part.state = .served(entry, .stale)
                if self.request.now >= entry.dueAt {
                    entry.dueAt = EarlyRefreshPolicy.retryAt(entry.fragment, now: self.request.now)
                    resolver.refresh(self.want(bound, identifier, held: entry))
                }
            case .staleIfError:
                held = entry
                part.held = held
            case .expired: held = entry
            }
        }
        self.parts.append(part)
        if case .waiting = part.state {
            self.wants.append(self.want(bound, identifier, held: held))
            self.wanted.append(position)
        }
        return position
    }

    private func want(_ bound: BoundUse, _ identifier: FragmentIdentifier, held: CacheEntry?) -> FragmentWant {
        FragmentWant(
            bound: bound,
            identifier: identifier,
            identity: bound.isPersonal ? self.request.session?.identity : nil,
            language: self.request.language,
            deadline: self.deadline,
            held: held,
            purgePosition: self.surroundings.resolver.purges.position
        )
    }

    private func note(_ use: FragmentUse, at position: Int) {
        if use.isPrimary { self.primary = position }
        if use.isRequired, !self.required.contains(position) { self.required.append(position) }
    }

    private func askForWanted() {
        guard !self.wanted.isEmpty else { return }
        let wanted = self.wanted
        let wants = self.wants
        self.wanted = []
        self.wants = []
        let asksRedis = self.surroundings.resolver.resolve(wants) { index, outcome in
            self.settle(wanted[index], outcome)
        } redisHasAnswered: {
            self.redisReads -= 1
            self.goOnSoon()
        }
        if asksRedis { self.redisReads += 1 }
    }

    /// A part has come, or will not come.
    private func settle(_ position: Int, _ outcome: FragmentOutcome) {
        guard !self.answer.isOver, case .waiting = self.parts[position].state else { return }
        if !self.willGoOn { self.clock = .now() }
        self.parts[position].elapsed = self.clock - self.parts[position].started
        self.noteNews(of: position)
        switch outcome {
        case .served(let entry, let step): self.parts[position].state = .served(entry, step)
        case .failed(let failure): self.fail(position, failure)
        }
        self.goOnSoon()
    }

    /// Data, and what the primary tells of the page, may decide what else is needed; other fragments do not.
    private func noteNews(of position: Int) {
        if position == self.primary || self.parts[position].bound.use.kind == .data { self.planIsOld = true }
    }

    /// Goes on when all that has come together is settled: its parts leave in one write.
    private func goOnSoon() {
        guard !self.willGoOn, let loop = self.connection.eventLoop else { return }
        self.willGoOn = true
        loop.assumeIsolated().execute {
            self.willGoOn = false
            self.goOn()
        }
    }

    /// The next steps of the ladder for a part without an answer: a stale copy, or what the template shows instead.
    private func fail(_ position: Int, _ failure: FragmentFailure) {
        if let held = self.parts[position].held, held.fragment.usability(at: .now()) != .expired {
            self.parts[position].state = .served(held, .staleIfError)
        } else {
            self.parts[position].state = .failed(failure)
        }
    }

    private func goOn() {
        guard !self.answer.isOver, let ticket = self.waitsFor else { return }
        if self.isSettled(ticket) || ticket == Self.primaryTicket {
            self.waitsFor = nil
            self.drive()
        } else {
            self.sendSoFar()
            if self.timer == nil { self.setTimer() }
        }
    }

    // MARK: The machine's questions

    func insert<Output: PageOutput>(
        _ use: FragmentUse,
        parameters: FragmentParameters?,
        into output: inout Output
    ) -> InsertStep {
        let position = self.part(use, parameters)
        switch self.parts[position].state {
        case .waiting: return .pending(PendingTicket(rawValue: position + 1))
        case .served(let entry, let step):
            // What a service says of something that is not there is content in the primary's place alone.
            guard entry.fragment.status < 300 || use.isPrimary else {
                return self.insertFallback(of: position, use, into: &output)
            }
            output.write(entry, entry.nature(hasConstantParameters: parameters == nil))
            self.answer.timing.add(self.parts[position].bound, step, after: self.parts[position].elapsed)
            return .inserted
        case .failed: return self.insertFallback(of: position, use, into: &output)
        }
    }

    /// Shows what the service has named to be shown in a part's place, or leaves it to the template.
    ///
    /// A page whose primary has failed is an error page with its own status, whatever could be shown.
    private func insertFallback<Output: PageOutput>(
        of position: Int,
        _ use: FragmentUse,
        into output: inout Output
    ) -> InsertStep {
        let bound = self.parts[position].bound
        let body = use.isPrimary ? nil : self.surroundings.resolver.fallbacks[use.name]
        guard let body else {
            self.answer.timing.add(bound, .fallback, after: self.parts[position].elapsed)
            return .failed
        }
        output.write(CacheEntry(standingIn: body), .common)
        self.answer.timing.add(bound, .manifestFallback, after: self.parts[position].elapsed)
        return .inserted
    }

    func bind(_ use: FragmentUse, parameters: FragmentParameters?) -> BindStep {
        let position = self.part(use, parameters)
        switch self.parts[position].state {
        case .waiting: return .pending(PendingTicket(rawValue: position + 1))
        case .served(let entry, let step):
            guard entry.fragment.status < 300, let value = self.surroundings.resolver.decoded(entry) else {
                return .failed
            }
            if !self.parts[position].isTimed {
                self.parts[position].isTimed = true
                self.answer.timing.add(self.parts[position].bound, step, after: self.parts[position].elapsed)
            }
            return .value(value)
        case .failed: return .failed
        }
    }

    func prefetch(_ use: FragmentUse, parameters: FragmentParameters?) { _ = self.part(use, parameters) }

    func root(_ name: RootName) -> Value {
        guard name == .page else { return self.request.root(name, of: self.surroundings.site) }
        guard self.request.page.program.primaryUse != nil, !self.primaryIsAbsent else {
            return PageFacts.value(nil, status: self.request.status)
        }
        guard let primary = self.primary else { return .pending(Self.primaryTicket) }
        switch self.parts[primary].state {
        case .waiting: return .pending(Self.primaryTicket)
        case .served(let entry, _): return PageFacts.value(entry.fragment, status: self.request.status)
        case .failed(let failure): return PageFacts.value(nil, status: failure.pageStatus)
        }
    }

    func rootMember(_ name: RootName, _ member: String) -> Value? {
        self.request.member(name, member, of: self.surroundings.site)
    }

    // MARK: The answer

    /// What the page's head waits for, and what it says then.
    private enum Decision {
        case wait
        case status(Int)
        case redirect(status: Int, location: String)
        case failed(FragmentFailure)
    }

    private var decision: Decision {
        for position in self.required {
            if case .failed(let failure) = self.parts[position].state { return .failed(failure) }
            if case .waiting = self.parts[position].state { return .wait }
        }
        guard let primary = self.primary else {
            return self.request.page.program.primaryUse == nil || self.primaryIsAbsent || !self.isWaiting
                ? .status(self.request.status) : .wait
        }
        switch self.parts[primary].state {
        case .waiting: return .wait
        case .failed(let failure):
            return self.parts[primary].bound.hasFallback ? .status(failure.pageStatus) : .failed(failure)
        case .served(let entry, _):
            switch entry.fragment.status {
            case 200..<300: return .status(self.request.status)
            case 404, 410: return .status(entry.fragment.status)
            case 301, 302, 303, 307, 308:
                guard let location = entry.fragment.location, location.isHeaderText else {
                    return .failed(.badAnswer("a redirect without a usable Location"))
                }
                return .redirect(status: entry.fragment.status, location: location)
            case let status: return .failed(status >= 400 ? .refused(status: status) : .badAnswer("status \(status)"))
            }
        }
    }

    /// Sends what is complete, so that the browser can begin with it.
    private func sendSoFar() {
        guard !self.answer.isOver else { return }
        if !self.answer.headIsSent {
            // What Redis has comes at once or not at all (`redis.timeout`): then the head can tell, and a page that is
            // all there leaves whole.
            guard self.redisReads == 0 else { return }
            switch self.decision {
            case .wait: return
            case .redirect(let status, let location):
                self.redirect(status, location)
                return
            case .failed(let failure):
                self.replace(failure)
                return
            case .status(let status):
                // A HEAD request waits for the length, which is all that it has not.
                guard self.request.head.method != .head, !self.holds() else { return }
                self.addWaitingToTiming()
                self.answer.start(status)
            }
        }
        self.answer.sendPiece()
        if self.answer.isOver { self.over() }
    }

    /// Whether the first bytes still wait for the rest: a page whose services answer at once leaves whole.
    private func holds() -> Bool {
        if self.hold == .notYet { self.hold = self.surroundings.hold(self) ? .held : .over }
        return self.hold == .held
    }

    /// The first bytes have waited for long enough.
    func holdIsOver() {
        self.hold = .over
        if self.waitsFor != nil { self.sendSoFar() }
    }

    /// What is still on its way when the head leaves is not in any cache: the head says so.
    private func addWaitingToTiming() {
        for part in self.parts {
            if case .waiting = part.state { self.answer.timing.add(part.bound, .pending) }
        }
    }

    private func finish() {
        if !self.answer.headIsSent {
            switch self.decision {
            case .wait: self.send(self.request.status)
            case .status(let status): self.send(status)
            case .redirect(let status, let location): self.redirect(status, location)
            case .failed(let failure): self.replace(failure)
            }
            return
        }
        self.answer.finish()
        self.over()
    }

    private func redirect(_ status: Int, _ location: String) {
        self.answer.redirect(status, location)
        self.over()
    }

    private func send(_ status: Int) {
        self.answer.send(status)
        self.over()
    }

    private func replace(_ failure: FragmentFailure) {
        self.over()
        self.surroundings.fail(failure)
    }

    private func over() {
        self.answer.end()
        self.timer?.cancel()
        self.timer = nil
    }

    // MARK: Time

    /// Wakes at the earliest moment at which a part that is awaited has had its time.
    private func setTimer() {
        self.timer?.cancel()
        self.timer = nil
        guard !self.answer.isOver else { return }
        let next = self.parts.lazy.filter { if case .waiting = $0.state { true } else { false } }.map(\.deadline).min()
        guard let next, let loop = self.connection.eventLoop else { return }
        // Redis answers before that, or is given up: then there is nothing to wake for.
        if self.redisReads > 0, let redis = self.surroundings.resolver.redis,
            self.clock + .nanoseconds(redis.timeout.nanoseconds) < next
        {
            return
        }
        self.timer = loop.assumeIsolated().scheduleTask(deadline: next) { self.deadlinePassed() }
    }

    private func deadlinePassed() {
        guard !self.answer.isOver else { return }
        let now = NIODeadline.now()
        for position in self.parts.indices where self.parts[position].deadline <= now {
            guard case .waiting = self.parts[position].state else { continue }
            self.fail(position, .timeout)
            self.noteNews(of: position)
        }
        self.goOn()
        if !self.answer.isOver { self.setTimer() }
    }

    // MARK: Exchange

    func receive(_ piece: ByteBuffer) {
        // A GET has no body that means anything (RFC 9110, section 9.3.1); it is read away.
    }

    func receiveEnd() {}

    func writabilityChanged(isWritable: Bool) {
        // A page is bounded by its fragments' sizes, so it is handed to the socket whole.
    }

    func cancel() { self.over() }
}
