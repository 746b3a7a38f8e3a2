extension Fetch {
    /// Which of a fetch's requests is meant.
    enum Kind: Sendable {
        /// The one that every fetch makes, or what is made in its place after a connection that broke.
        case first
        /// The one that is made besides it, because it takes long.
        case hedge
    }

    /// Decides what becomes of a fetch when one of its requests ends.
    ///
    /// waiting → running → finished, and waiting → finished. While it is running, one or two requests are under way, or
    /// none for as long as it is thought about a retry.
    struct StateMachine: ~Copyable {
        /// How a request ended.
        enum End {
            /// A whole answer.
            case answer
            /// A whole answer that says that the service has failed: another request may do better.
            case serviceError
            case failure
        }

        /// What to do after a request has ended.
        enum Action: Equatable {
            /// The fetch has ended already.
            case nothing
            /// The other request may bring the answer.
            case wait
            /// This is the answer; the other request, if there is one, is to be cancelled.
            case conclude(cancels: Kind?)
            /// Nothing better will come, unless it is asked again: ``retry()``, or ``giveUp()``.
            case considerRetry
            /// Nothing better will come.
            case fail
        }

        private enum State {
            case waiting
            case running(first: Bool, hedge: Bool)
            case finished
        }

        private var state = State.waiting
        private var retriesLeft: Int
        private var hasHedged = false
        private(set) var isCancelled = false

        init(retries: Int) {
            retriesLeft = retries
        }

        /// Whether it has ended.
        var isFinished: Bool { if case .finished = state { true } else { false } }

        /// The first request is about to begin; false when it must not.
        mutating func begin() -> Bool {
            guard !isCancelled, case .waiting = state else { return false }
            state = .running(first: true, hedge: false)
            return true
        }

        /// The first request is about to be made once more; false when it must not.
        mutating func retry() -> Bool {
            guard !isCancelled, retriesLeft > 0, case .running(false, false) = state else { return false }
            retriesLeft -= 1
            state = .running(first: true, hedge: false)
            return true
        }

        /// A second request is about to begin; false when there is no use for it.
        mutating func hedge() -> Bool {
            guard !isCancelled, !hasHedged, case .running(true, false) = state else { return false }
            hasHedged = true
            state = .running(first: true, hedge: true)
            return true
        }

        /// A request has ended.
        mutating func ended(_ kind: Kind, _ end: End) -> Action {
            guard case .running(let first, let hedge) = state else { return .nothing }
            let isOther = kind == .first ? hedge : first
            if case .answer = end {
                state = .finished
                return .conclude(cancels: isOther ? (kind == .first ? .hedge : .first) : nil)
            }
            state = .running(first: kind != .first && first, hedge: kind != .hedge && hedge)
            if isOther { return .wait }
            if case .failure = end, retriesLeft > 0, !isCancelled { return .considerRetry }
            state = .finished
            return .fail
        }

        /// There is nothing more to be tried; false when it has ended already.
        mutating func giveUp() -> Bool {
            if case .finished = state { return false }
            state = .finished
            return true
        }

        /// Nobody wants the answer any more.
        ///
        /// True when requests are under way, which are to be cancelled.
        mutating func cancel() -> Bool {
            isCancelled = true
            if case .running = state { return true }
            return false
        }
    }
}
