import NIOCore
import Synchronization

/// One service's upstreams and places, shared by all event loops.
final class ServiceGate: Sendable {
    /// An upstream chosen for one attempt.
    struct Choice: Sendable {
        let index: Int
        let upstream: Upstream
        /// Where it is reached without libcurl; nil when it is not.
        let directAddress: DirectAddress?
    }

    private struct State {
        var selection: UpstreamSelectionPolicy
        var fetches: AdmissionQueue<Fetch>
        var streams: AdmissionQueue<StreamHandle>
        /// When those fetches are next sent away that have waited too long; nil while none waits.
        var nextSweep: ContinuousClock.Instant?
        /// Why nobody is admitted any more.
        var closedBy: FetchFailure?
    }

    /// What becomes of a request that asks for a place.
    enum Entry {
        case admitted
        case queued
        case failed(FetchFailure)
    }

    let service: UpstreamService
    /// Of each upstream.
    private let directAddresses: [DirectAddress?]
    private let state: Mutex<State>

    init(_ service: UpstreamService, ejection: UpstreamSelectionPolicy.Settings, connectsDirectly: Bool = true) {
        precondition(!service.upstreams.isEmpty, "service \(service.name) needs an upstream")
        self.service = service
        directAddresses = service.upstreams.map { connectsDirectly ? DirectAddress($0) : nil }
        state = Mutex(
            State(
                selection: UpstreamSelectionPolicy(count: service.upstreams.count, settings: ejection),
                fetches: AdmissionQueue(places: service.concurrency, queueLength: service.queueLength),
                streams: AdmissionQueue(places: service.concurrency, queueLength: service.queueLength)
            )
        )
    }

    /// True when there is another upstream to turn to.
    var hasAlternatives: Bool { service.upstreams.count > 1 }

    func choose(excluding excluded: Int?) -> Choice {
        let now = ContinuousClock.now
        let index = state.withLock { $0.selection.choose(excluding: excluded, now: now) }
        return Choice(index: index, upstream: service.upstreams[index], directAddress: directAddresses[index])
    }

    func finish(_ choice: Choice, _ outcome: UpstreamSelectionPolicy.Outcome) {
        let now = ContinuousClock.now
        state.withLock { $0.selection.finish(choice.index, outcome, now: now) }
    }

    /// A gate for a name that no service has: it admits nobody.
    static func unknown(_ name: String) -> ServiceGate {
        let gate = ServiceGate(
            UpstreamService(name: name, upstreams: [Upstream(.url("http://service.invalid"))]),
            ejection: UpstreamSelectionPolicy.Settings()
        )
        gate.close(FetchFailure(.refused, "there is no service \(name)"))
        return gate
    }

    /// Asks for a place; a fetch that waits past its deadline is turned away.
    func enter(_ fetch: Fetch) -> Entry {
        let (result, isNextToGo): (Entry, Bool) = state.withLock { state in
            if let failure = state.closedBy { return (.failed(failure), false) }
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

    /// How many have a place and how many wait, and the addresses of the ejected upstreams.
    var status: Fetcher.ServiceStatus {
        let now = ContinuousClock.now
        return state.withLock { state in
            Fetcher.ServiceStatus(
                service: service.name,
                fetches: state.fetches.counts.taken,
                waitingFetches: state.fetches.counts.waiting,
                streams: state.streams.counts.taken,
                waitingStreams: state.streams.counts.waiting,
                ejected: state.selection.ejected(now: now).map { service.upstreams[$0].description }
            )
        }
    }
}
