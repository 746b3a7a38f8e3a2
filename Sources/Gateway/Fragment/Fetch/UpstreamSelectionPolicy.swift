/// Chooses among a service's upstreams: least in flight, leaving out those whose circuit breaker is open.
package struct UpstreamSelectionPolicy: Sendable {
    /// An upstream that was chosen, with what its breaker wants to hear again.
    package struct Choice: Sendable, Equatable {
        package let index: Int
        fileprivate let pass: CircuitBreakerStateMachine.Pass?
    }

    private struct Entry {
        var inFlight = 0
        /// Nil where there is none: then it is always asked.
        var breaker: CircuitBreakerStateMachine?

        func admits(_ now: ContinuousClock.Instant) -> Bool { breaker?.admits(at: now) ?? true }

        /// When it can be asked again; `now` when it can.
        func due(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant { breaker?.due(now) ?? now }
    }

    private var entries: [Entry]
    /// Where the search begins, so that equals take turns.
    private var next = 0
    /// How many breakers are not closed.
    private var openCount = 0

    /// Makes a policy for a number of upstreams, at least 1, all in use; without breakers where there are no settings.
    package init(count: Int, breaker: BreakerSettings? = BreakerSettings()) {
        precondition(count > 0, "a service needs an upstream")
        entries = Array(repeating: Entry(breaker: breaker.map(CircuitBreakerStateMachine.init)), count: count)
    }

    /// Whether no upstream can be asked now.
    package func isShut(_ now: @autoclosure () -> ContinuousClock.Instant) -> Bool {
        guard openCount == entries.count else { return false }
        let now = now()
        return !entries.contains { $0.admits(now) }
    }

    /// Chooses an upstream for a request that begins now; `finish` must follow.
    ///
    /// - Parameters:
    ///   - excluded: the one that has just failed the same request, or has it already; it is taken only when there is no other.
    ///   - always: whether the one that is due first is taken when all breakers are open.
    ///   - now: the present moment.
    /// - Returns: the choice, nil when all breakers are open; and what it changed.
    package mutating func choose(
        excluding excluded: Int? = nil,
        always: Bool = false,
        now: ContinuousClock.Instant
    ) -> (choice: Choice, change: CircuitBreakerStateMachine.Change?)? {
        var leastBusy: Int?
        var firstDue: Int?
        for step in entries.indices {
            let index = (next + step) % entries.count
            if index == excluded, entries.count > 1 { continue }
            let entry = entries[index]
            if entry.admits(now), leastBusy.map({ entry.inFlight < entries[$0].inFlight }) ?? true { leastBusy = index }
            if firstDue.map({ entry.due(now) < entries[$0].due(now) }) ?? true { firstDue = index }
        }
        // The one that has just failed may still be the only one that is asked at all.
        if leastBusy == nil, let excluded, entries[excluded].admits(now) { leastBusy = excluded }
        guard let chosen = leastBusy ?? (always ? firstDue : nil) else { return nil }
        next = (chosen + 1) % entries.count
        entries[chosen].inFlight += 1
        let entered = entries[chosen].breaker?.enter(at: now)
        return (Choice(index: chosen, pass: entered?.pass), entered?.change)
    }

    /// Chooses an upstream for a request that could be left out as well: one that is in use, and another than the one
    /// given where there is one; nil when there is none.
    mutating func chooseInUse(besides other: Int, now: ContinuousClock.Instant) -> Choice? {
        let inUse = entries.indices.filter { entries[$0].breaker.map { $0.state == .closed } ?? true }
        let others = inUse.filter { $0 != other }
        guard let chosen = (others.isEmpty ? inUse : others).min(by: { entries[$0].inFlight < entries[$1].inFlight })
        else { return nil }
        entries[chosen].inFlight += 1
        return Choice(index: chosen, pass: entries[chosen].breaker?.enter(at: now).pass)
    }

    /// Ends what `choose` began.
    package mutating func finish(
        _ choice: Choice,
        _ outcome: CircuitBreakerStateMachine.Outcome,
        now: ContinuousClock.Instant
    ) -> CircuitBreakerStateMachine.Change? {
        entries[choice.index].inFlight -= 1
        guard let pass = choice.pass else { return nil }
        return count(entries[choice.index].breaker?.leave(pass, outcome, at: now))
    }

    /// The service says that it is well, at this upstream.
    package mutating func healthAnswered(_ index: Int) -> CircuitBreakerStateMachine.Change? {
        count(entries[index].breaker?.healthAnswered())
    }

    /// Whether its health is worth asking for.
    package func asksHealth(_ index: Int) -> Bool { entries[index].breaker?.asksHealth ?? false }

    /// The state of an upstream's breaker, and how many requests it has at the moment.
    package func state(_ index: Int) -> (breaker: CircuitBreakerStateMachine.State?, inFlight: Int) {
        (entries[index].breaker?.state, entries[index].inFlight)
    }

    private mutating func count(
        _ change: CircuitBreakerStateMachine.Change?
    ) -> CircuitBreakerStateMachine.Change? {
        if change != nil {
            openCount = entries.count { entry in entry.breaker.map { $0.state != .closed } ?? false }
        }
        return change
    }
}
