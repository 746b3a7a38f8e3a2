import Logging
import NIOCore
import Synchronization

/// One service's upstreams and places, shared by all event loops.
final class ServiceGate: Sendable {
    /// An upstream chosen for one attempt.
    struct Choice: Sendable {
        let selected: UpstreamSelectionPolicy.Choice
        let upstream: Upstream
        /// Where it is reached without libcurl; nil when it is not.
        let directAddress: DirectAddress?

        var index: Int { selected.index }
    }

    struct State {
        var selection: UpstreamSelectionPolicy
        var fetches: AdmissionQueue<Fetch>
        var streams: AdmissionQueue<StreamHandle>
        /// When those fetches are next sent away that have waited too long; nil while none waits.
        var nextSweep: ContinuousClock.Instant?
        /// Why nobody is admitted any more.
        var closedBy: FetchFailure?
        var tallies: [UpstreamTally]
        /// The time within which 95 % of the answers to fetches have come of late.
        var latencies = LatencyQuantile(percent: 95)
        var hedgeBudget: LoadBudget
        var retryBudget: LoadBudget
        /// Second requests, and requests made once more, since the start.
        var hedges = 0
        var retries = 0
    }

    /// What becomes of a request that asks for a place.
    enum Entry {
        case admitted
        case queued
        case failed(FetchFailure)
    }

    let service: UpstreamService
    /// Of each upstream.
    let directAddresses: [DirectAddress?]
    /// Nil where there is no breaker, or health is not asked for.
    private let healthChecks: HealthChecks?
    private let logger: Logger
    let state: Mutex<State>

    init(_ service: UpstreamService, connectsDirectly: Bool = true, logger: Logger) {
        precondition(!service.upstreams.isEmpty, "service \(service.name) needs an upstream")
        self.service = service
        self.logger = logger
        directAddresses = service.upstreams.map { connectsDirectly ? DirectAddress($0) : nil }
        healthChecks = service.breaker?.healthInterval.map { HealthChecks(every: $0) }
        state = Mutex(
            State(
                selection: UpstreamSelectionPolicy(count: service.upstreams.count, breaker: service.breaker),
                fetches: AdmissionQueue(places: service.concurrency, queueLength: service.queueLength),
                streams: AdmissionQueue(places: service.concurrency, queueLength: service.queueLength),
                tallies: Array(repeating: UpstreamTally(), count: service.upstreams.count),
                // What is slow at first is not known to be slow; what breaks at first is broken.
                hedgeBudget: LoadBudget(percent: service.hedgeBudget, isFull: false),
                retryBudget: LoadBudget(percent: service.retryBudget, isFull: true)
            )
        )
    }

    /// A gate for a name that no service has: it admits nobody.
    static func unknown(_ name: String, logger: Logger) -> ServiceGate {
        let gate = ServiceGate(
            UpstreamService(name: name, upstreams: [Upstream(.url("http://service.invalid"))], breaker: nil),
            logger: logger
        )
        gate.close(FetchFailure(.refused, "there is no service \(name)"))
        return gate
    }

    // MARK: Upstreams

    /// True when there is another upstream to turn to.
    var hasAlternatives: Bool { service.upstreams.count > 1 }

    /// Why a fetch fails when no upstream is chosen.
    var openFailure: FetchFailure {
        FetchFailure(.circuitOpen, "\(service.name): not asked, because its last requests have failed")
    }

    /// Chooses an upstream for one attempt.
    ///
    /// - Parameters:
    ///   - excluded: the one that has just failed.
    ///   - always: whether one is taken in any case.
    /// - Returns: the choice; nil when the breakers of all are open.
    func choose(excluding excluded: Int?, always: Bool = false) -> Choice? {
        let now = ContinuousClock.now
        let chosen = state.withLock { state in
            if excluded == nil {
                state.hedgeBudget.earn()
                state.retryBudget.earn()
            }
            return state.selection.choose(excluding: excluded, always: always, now: now)
        }
        guard let (selected, change) = chosen else { return nil }
        if let change { log(change, of: selected.index) }
        return choice(selected)
    }

    func choice(_ selected: UpstreamSelectionPolicy.Choice) -> Choice {
        Choice(
            selected: selected,
            upstream: service.upstreams[selected.index],
            directAddress: directAddresses[selected.index]
        )
    }

    /// Ends an attempt.
    ///
    /// - Parameters:
    ///   - choice: the upstream.
    ///   - outcome: what the end tells of it.
    ///   - time: how long the answer to a fetch took, or at least took; nil where that is not known.
    ///   - transport: by which its health may be asked for.
    func finish(
        _ choice: Choice,
        _ outcome: CircuitBreakerStateMachine.Outcome,
        answeredIn time: Duration? = nil,
        over transport: FetchTransport
    ) {
        let now = ContinuousClock.now
        let (change, shutOut): (CircuitBreakerStateMachine.Change?, [Fetch]) = state.withLock { state in
            if let time { state.latencies.add(time) }
            if outcome == .failure || outcome == .unreachable { state.tallies[choice.index].failures += 1 }
            guard let change = state.selection.finish(choice.selected, outcome, now: now) else { return (nil, []) }
            guard case .opened = change else { return (change, []) }
            state.tallies[choice.index].openings += 1
            // Nothing will come for those who wait for a place.
            return (change, state.selection.isShut(now) ? state.fetches.removeWaiting() : [])
        }
        guard let change else { return }
        log(change, of: choice.index)
        if asksHealth(choice.index) { healthChecks?.begin(choice.index, of: self, over: transport) }
        for fetch in shutOut { fetch.turnedAway(openFailure) }
    }

    /// Whether a good answer about an upstream's health would change something.
    func asksHealth(_ index: Int) -> Bool {
        state.withLock { $0.closedBy == nil && $0.selection.asksHealth(index) }
    }

    /// The service says that it is well, at one upstream.
    func healthAnswered(_ index: Int) {
        if let change = state.withLock({ $0.selection.healthAnswered(index) }) { log(change, of: index) }
    }

    private func log(_ change: CircuitBreakerStateMachine.Change, of index: Int) {
        var metadata: Logger.Metadata = [
            "service": "\(service.name)", "upstream": "\(service.upstreams[index])",
        ]
        switch change {
        case .opened(let cause, let time):
            metadata["cause"] = "\(cause.rawValue)"
            metadata["for"] = "\(TimeText(duration: time))"
            logger.warning("circuit breaker open", metadata: metadata)
        case .halfOpened: logger.notice("circuit breaker half-open", metadata: metadata)
        case .closed: logger.notice("circuit breaker closed", metadata: metadata)
        }
    }

    // MARK: Places

    /// Asks for a place; a fetch that waits past its deadline is turned away.
    func enter(_ fetch: Fetch) -> Entry {
        let (result, isNextToGo): (Entry, Bool) = state.withLock { state in
            if let failure = state.closedBy { return (.failed(failure), false) }
            if state.selection.isShut(.now) { return (.failed(openFailure), false) }
            let admission = state.fetches.enter(fetch)
            let isNextToGo = admission == .queued && state.nextSweep.map { fetch.deadline < $0 } ?? true
            if isNextToGo { state.nextSweep = fetch.deadline }
            return (entry(admission), isNextToGo)
        }
        if isNextToGo { scheduleSweep(at: fetch.deadline, on: fetch.loop) }
        return result
    }

    /// One timer for all that wait: under load most fetches wait, and hardly any too long.
    private func scheduleSweep(at moment: ContinuousClock.Instant, on loop: any EventLoop) {
        loop.scheduleTask(in: TimeAmount(moment - .now)) { self.sweep(dueAt: moment, on: loop) }
    }

    private func sweep(dueAt moment: ContinuousClock.Instant, on loop: any EventLoop) {
        let now = ContinuousClock.now
        let (late, next): ([Fetch], ContinuousClock.Instant?) = state.withLock { state in
            // An earlier sweep has been asked for since, and has taken this one's place.
            guard state.nextSweep == moment else { return ([], nil) }
            let (late, next) = state.fetches.removeWaiting(until: now) { $0.deadline }
            state.nextSweep = next
            return (late, next)
        }
        for fetch in late {
            fetch.turnedAway(FetchFailure(.timeout, "\(service.name): no place became free"))
        }
        if let next { scheduleSweep(at: next, on: loop) }
    }

    /// Gives a fetch's place back, and begins the one that waited for it.
    func leaveFetch() {
        state.withLock { $0.fetches.leave() }?.admitted()
    }

    func withdraw(_ fetch: Fetch) -> Bool {
        state.withLock { $0.fetches.withdraw(fetch) }
    }

    func enter(_ stream: StreamHandle) -> Entry {
        state.withLock { $0.closedBy.map { .failed($0) } ?? entry($0.streams.enter(stream)) }
    }

    /// Gives a stream's place back, and begins the one that waited for it.
    func leaveStream() {
        state.withLock { $0.streams.leave() }?.admitted()
    }

    func withdraw(_ stream: StreamHandle) -> Bool {
        state.withLock { $0.streams.withdraw(stream) }
    }

    /// Admits nobody any more, for the reason given, and sends those who wait away.
    func close(_ failure: FetchFailure) {
        healthChecks?.close()
        let (fetches, streams) = state.withLock { state in
            state.closedBy = failure
            return (state.fetches.removeWaiting(), state.streams.removeWaiting())
        }
        for fetch in fetches { fetch.turnedAway(failure) }
        for stream in streams { stream.turnedAway(failure) }
    }

    private func entry(_ admission: Admission) -> Entry {
        switch admission {
        case .admitted: .admitted
        case .queued: .queued
        case .refused: .failed(FetchFailure(.refused, "\(service.name): all places and the queue are full"))
        }
    }
}
