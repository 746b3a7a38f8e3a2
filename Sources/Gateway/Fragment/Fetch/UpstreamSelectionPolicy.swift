/// Chooses among a service's upstreams: least in flight, leaving out for a time those that keep failing to connect.
///
/// Each upstream is *in use*, or *ejected* until a moment; after that moment one request at a time probes it, and an answer brings
/// it back. When all are ejected the one that is due first is tried all the same: an address that may work beats none.
package struct UpstreamSelectionPolicy: Sendable {
    /// When an upstream is left out, and for how long.
    package struct Settings: Sendable {
        /// Consecutive connection failures that end in ejection.
        package var failuresToEject = 3
        /// The first ejection's length; each further one without an answer between is twice as long.
        package var ejectionTime: Duration = .seconds(2)
        package var longestEjectionTime: Duration = .seconds(60)

        package init() {}
    }

    /// How a request to an upstream ended.
    package enum Outcome: Sendable {
        /// It answered, whatever the status.
        case answered
        /// No connection, or one that broke before an answer.
        case connectionFailed
        /// Neither tells of the upstream's health: cancelled, or too slow after the connection stood.
        case other
    }

    private struct Entry {
        var inFlight = 0
        var consecutiveFailures = 0
        var ejections = 0
        var ejectedUntil: ContinuousClock.Instant?

        /// When it is in use again; `now` when it is.
        func returns(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant { ejectedUntil ?? now }
    }

    private let settings: Settings
    private var entries: [Entry]
    /// Where the search begins, so that equals take turns.
    private var next = 0

    /// Makes a policy for a number of upstreams, at least 1, all in use.
    package init(count: Int, settings: Settings = Settings()) {
        precondition(count > 0, "a service needs an upstream")
        self.settings = settings
        entries = Array(repeating: Entry(), count: count)
    }

    /// Chooses an upstream for a request that begins now; `finish` must follow.
    ///
    /// The excluded one, which has just failed the same request, is taken only when there is no other.
    package mutating func choose(excluding excluded: Int? = nil, now: ContinuousClock.Instant) -> Int {
        var leastBusy: Int?
        var firstDue: Int?
        for step in entries.indices {
            let index = (next + step) % entries.count
            if index == excluded, entries.count > 1 { continue }
            let entry = entries[index]
            if isUsable(entry, now: now), leastBusy.map({ entry.inFlight < entries[$0].inFlight }) ?? true {
                leastBusy = index
            }
            if firstDue.map({ entry.returns(now) < entries[$0].returns(now) }) ?? true { firstDue = index }
        }
        let chosen = leastBusy ?? firstDue ?? 0
        next = (chosen + 1) % entries.count
        entries[chosen].inFlight += 1
        return chosen
    }

    /// Ends what `choose` began.
    package mutating func finish(_ index: Int, _ outcome: Outcome, now: ContinuousClock.Instant) {
        entries[index].inFlight -= 1
        switch outcome {
        case .answered:
            entries[index].consecutiveFailures = 0
            entries[index].ejections = 0
            entries[index].ejectedUntil = nil
        case .connectionFailed:
            entries[index].consecutiveFailures += 1
            let isProbe = entries[index].ejectedUntil.map { $0 <= now } ?? false
            // Failures of requests that were on their way at the ejection do not make it longer.
            let isFull =
                entries[index].ejectedUntil == nil && entries[index].consecutiveFailures >= settings.failuresToEject
            if isProbe || isFull { eject(index, now: now) }
        case .other:
            break
        }
    }

    /// The upstreams that are left out at the moment.
    package func ejected(now: ContinuousClock.Instant) -> [Int] {
        entries.indices.filter { index in entries[index].ejectedUntil.map { $0 > now } ?? false }
    }

    private func isUsable(_ entry: Entry, now: ContinuousClock.Instant) -> Bool {
        guard let until = entry.ejectedUntil else { return true }
        return until <= now && entry.inFlight == 0
    }

    private mutating func eject(_ index: Int, now: ContinuousClock.Instant) {
        let time = settings.ejectionTime * (1 << min(entries[index].ejections, 16))
        entries[index].ejections += 1
        entries[index].ejectedUntil = now + min(time, settings.longestEjectionTime)
    }
}
