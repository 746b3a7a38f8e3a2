import Curl
import FragmentProtocol
import NIOCore
import Synchronization

/// Asks for the health of upstreams whose circuit breaker is open, so that one that is well again is used at once.
///
/// Each upstream is asked again and again, one request at a time, for as long as its answer would change something.
final class HealthChecks: Sendable {
    private struct State {
        var isClosed = false
        /// The upstreams that are being looked after, and the wait for the next request.
        var waits: [Int: Scheduled<Void>?] = [:]
    }

    private let interval: Duration
    private let state = Mutex(State())

    /// The most bytes of an answer that are read; what it says does not matter.
    private static let maximumBodyBytes = 65_536
    /// A healthy service is quick to say so.
    private static let longestTimeout = Duration.seconds(5)

    init(every interval: Duration) {
        self.interval = interval
    }

    /// Looks after an upstream, unless that is done already.
    func begin(_ index: Int, of gate: ServiceGate, over transport: FetchTransport) {
        let isNew = state.withLock { state in
            guard !state.isClosed, state.waits[index] == nil else { return false }
            state.waits[index] = .some(nil)
            return true
        }
        if isNew { wait(index, of: gate, over: transport) }
    }

    /// Asks no more.
    func close() {
        let waits = state.withLock { state in
            defer { state.waits = [:] }
            state.isClosed = true
            return Array(state.waits.values)
        }
        for wait in waits { wait?.cancel() }
    }

    private func wait(_ index: Int, of gate: ServiceGate, over transport: FetchTransport) {
        // Gateways that lost a service at the same moment do not all ask it at the same moment.
        let time = interval * Double.random(in: 0.5...1.5)
        let wait = transport.loop.scheduleTask(in: TimeAmount(time)) { self.ask(index, of: gate, over: transport) }
        let isClosed = state.withLock { state in
            if !state.isClosed { state.waits[index] = wait }
            return state.isClosed
        }
        if isClosed { wait.cancel() }
    }

    private func ask(_ index: Int, of gate: ServiceGate, over transport: FetchTransport) {
        guard gate.asksHealth(index) else { return end(index, of: gate, over: transport) }
        let upstream = gate.service.upstreams[index]
        var request = TransferRequest(to: upstream, method: "GET", path: ServicePath.health, headers: .none)
        let timeout = min(interval, Self.longestTimeout)
        request.deadline = .now + timeout
        request.connectTimeout = timeout
        request.maximumBodyBytes = Self.maximumBodyBytes
        request.usesFreshConnection = true
        let check = HealthCheck { isWell in
            if isWell { gate.healthAnswered(index) }
            if gate.asksHealth(index) {
                self.wait(index, of: gate, over: transport)
            } else {
                self.end(index, of: gate, over: transport)
            }
        }
        // False: the fetcher has been shut down.
        _ = transport.start(Transfer(request, receiver: check), at: gate.directAddresses[index])
    }

    private func end(_ index: Int, of gate: ServiceGate, over transport: FetchTransport) {
        state.withLock { _ = $0.waits.removeValue(forKey: index) }
        // It may have opened again in between, when it still seemed to be looked after.
        if gate.asksHealth(index) { begin(index, of: gate, over: transport) }
    }
}

/// One request for an upstream's health.
private final class HealthCheck: TransferReceiver {
    private let status = Mutex(0)
    private let ended: @Sendable (Bool) -> Void

    init(ended: @escaping @Sendable (Bool) -> Void) {
        self.ended = ended
    }

    func transferReceived(head: TransferHead) { status.withLock { $0 = head.status } }

    func transferReceived(body: RawSpan) -> BodyStep { .taken }

    func transferWantsUpload(limit: Int, sink: (RawSpan) -> Void) -> UploadStep { .finished }

    func transferFinished(_ result: Result<TransferSummary, TransferError>) {
        guard case .success = result else { return ended(false) }
        ended((200..<300).contains(status.withLock { $0 }))
    }
}
