import Synchronization

/// The exchanges of tokens under way in this gateway, one for each session, and those that were in vain lately.
final class RefreshFlights: Sendable {
    typealias Outcome = RefreshStateMachine.Outcome

    private struct State {
        var flights: [SessionKey: Task<Outcome, Never>] = [:]
        var pauses: [SessionKey: ContinuousClock.Instant] = [:]
    }

    let refresher: any TokenRefresher
    let limits: RefreshLimits
    private let state = Mutex(State())

    init(refresher: any TokenRefresher, limits: RefreshLimits) {
        self.refresher = refresher
        self.limits = limits
    }

    /// The exchange of a session's tokens that is under way, or a new one.
    ///
    /// - Parameters:
    ///   - key: the session.
    ///   - body: makes the exchange; not called where one is under way or has just been in vain.
    /// - Returns: the exchange; nil when the provider is left alone for a moment.
    func flight(of key: SessionKey, _ body: @escaping @Sendable () async -> Outcome) -> Task<Outcome, Never>? {
        self.state.withLock { state in
            if let flight = state.flights[key] { return flight }
            if let end = state.pauses[key] {
                guard ContinuousClock.now >= end else { return nil }
                state.pauses[key] = nil
            }
            let flight = Task {
                let outcome = await body()
                self.ended(key, outcome)
                return outcome
            }
            state.flights[key] = flight
            return flight
        }
    }

    private func ended(_ key: SessionKey, _ outcome: Outcome) {
        self.state.withLock { state in
            state.flights[key] = nil
            guard outcome == .unavailable else { return }
            let now = ContinuousClock.now
            state.pauses = state.pauses.filter { $0.value > now }
            state.pauses[key] = now + self.limits.pause
        }
    }
}
