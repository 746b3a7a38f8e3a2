/// Decides whether one upstream is asked, so that one that fails costs pages no waiting.
///
/// closed → open → half-open → closed, and half-open → open. It opens after failures in a row, or when too many of the
/// last requests failed; it is half-open once its time is up, and then one request at a time tries the upstream. A
/// health check that succeeds closes it *on probation*: the first request that fails opens it again.
///
/// Each request carries a ``Pass``. Passes are of one *term*, which ends with every change of state: what was on its way
/// before tells nothing of the state that holds now, and is ignored.
package struct CircuitBreakerStateMachine: Sendable {
    /// What the end of a request tells of the upstream.
    package enum Outcome: Sendable, Equatable {
        /// A whole answer that is no error of the service.
        case success
        /// It was reached, whatever it answered: all that can be said of a request that is not for a fragment.
        case reachable
        /// An error of the service, no whole answer in time, or none that is HTTP.
        case failure
        /// No connection, or one that broke before an answer.
        case unreachable
        /// Nothing: cancelled, or cut short by the asker.
        case neutral
    }

    /// Why it opened.
    package enum Cause: String, Sendable {
        case unreachable
        case failures
        case failureRate = "failure-rate"
    }

    package enum State: Sendable, Equatable {
        case closed
        case open(until: ContinuousClock.Instant, Cause)
        case halfOpen(Cause)

        /// As logs and metrics name it.
        package var name: String {
            switch self {
            case .closed: "closed"
            case .open: "open"
            case .halfOpen: "half-open"
            }
        }
    }

    /// What a request is admitted with, and told the end of.
    package struct Pass: Sendable, Equatable {
        fileprivate let term: Int
    }

    /// A change of state.
    package enum Change: Sendable, Equatable {
        case opened(Cause, for: Duration)
        case halfOpened
        case closed
    }

    private let settings: BreakerSettings
    package private(set) var state = State.closed
    private var term = 0
    /// Failures in a row while it is closed, of the two kinds: what is reachable again may still fail.
    private var failures = 0
    private var unreachables = 0
    private var recent: RecentOutcomes
    /// How often it has opened since the last success.
    private var openings = 0
    private var isOnProbation = false
    /// A request failed after the health was said to be good.
    private var isHealthDoubted = false
    private var isTrying = false

    /// A closed breaker.
    package init(_ settings: BreakerSettings) {
        self.settings = settings
        recent = RecentOutcomes(window: settings.window)
    }

    /// Whether a request that begins now would be admitted.
    package func admits(at now: ContinuousClock.Instant) -> Bool {
        switch state {
        case .closed: true
        case .open(let until, _): now >= until
        case .halfOpen: !isTrying
        }
    }

    /// Whether a health check that succeeded would close it.
    package var asksHealth: Bool {
        if case .open(_, let cause) = state { isHealthBelieved(cause) } else { false }
    }

    /// When it is tried again; `now` when it can be asked already.
    package func due(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        if case .open(let until, _) = state { max(until, now) } else { now }
    }

    /// Admits a request; to be asked first whether it does, unless the request has nowhere else to go.
    package mutating func enter(at now: ContinuousClock.Instant) -> (pass: Pass, change: Change?) {
        guard case .open(let until, let cause) = state, now >= until else {
            if case .halfOpen = state { isTrying = true }
            return (Pass(term: term), nil)
        }
        move(to: .halfOpen(cause))
        isTrying = true
        return (Pass(term: term), .halfOpened)
    }

    /// Hears how a request ended that was admitted.
    package mutating func leave(_ pass: Pass, _ outcome: Outcome, at now: ContinuousClock.Instant) -> Change? {
        guard pass.term == term else { return nil }
        switch state {
        case .closed: return leaveClosed(outcome, at: now)
        case .open(_, let cause):
            // One that had nowhere else to go.
            return outcome == .success || outcome == .reachable && cause == .unreachable ? close() : nil
        case .halfOpen(let cause):
            isTrying = false
            switch outcome {
            case .success: return close()
            case .reachable: return cause == .unreachable ? close() : nil
            case .failure: return open(.failures, at: now)
            case .unreachable: return open(.unreachable, at: now)
            case .neutral: return nil
            }
        }
    }

    /// A health check succeeded.
    package mutating func healthAnswered() -> Change? {
        guard asksHealth else { return nil }
        move(to: .closed)
        clearCounts()
        isOnProbation = true
        return .closed
    }

    private mutating func leaveClosed(_ outcome: Outcome, at now: ContinuousClock.Instant) -> Change? {
        switch outcome {
        case .neutral: return nil
        case .reachable:
            unreachables = 0
            return nil
        case .success:
            recent.add(isFailure: false, at: now)
            (failures, unreachables) = (0, 0)
            settle()
            return nil
        case .failure: failures += 1
        case .unreachable: unreachables += 1
        }
        recent.add(isFailure: true, at: now)
        if isOnProbation || failures + unreachables >= settings.failures {
            return open(outcome == .unreachable ? .unreachable : .failures, at: now)
        }
        let isOften = recent.hasFailed(percent: settings.failureRate, ofAtLeast: settings.minimumRequests)
        return isOften ? open(.failureRate, at: now) : nil
    }

    private mutating func open(_ cause: Cause, at now: ContinuousClock.Instant) -> Change {
        isHealthDoubted = isHealthDoubted || isOnProbation
        isOnProbation = false
        // 2^16 times anything sensible is more than the longest.
        let time = min(settings.open * (1 << min(openings, 16)), settings.maximumOpen)
        openings += 1
        move(to: .open(until: now + time, cause))
        return .opened(cause, for: time)
    }

    private mutating func close() -> Change {
        move(to: .closed)
        clearCounts()
        settle()
        return .closed
    }

    /// A request succeeded: whatever was before is forgiven.
    private mutating func settle() {
        openings = 0
        isOnProbation = false
        isHealthDoubted = false
    }

    private mutating func clearCounts() {
        (failures, unreachables) = (0, 0)
        recent.clear()
    }

    private mutating func move(to next: State) {
        state = next
        term += 1
        isTrying = false
    }

    /// A service that says that it is well and then fails is believed again only about being reachable.
    private func isHealthBelieved(_ cause: Cause) -> Bool { cause == .unreachable || !isHealthDoubted }
}
