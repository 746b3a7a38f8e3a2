extension RedisNode {
    /// Whether there is a connection, and when the next one is to be tried.
    ///
    /// stopped → connecting → up → waiting → connecting …; `stop` leads to stopped from anywhere. Events of an earlier
    /// connection must not be told: the driver drops them.
    struct StateMachine: ~Copyable {
        enum State: Equatable {
            case stopped
            /// A connection is being made, after so many failures in a row.
            case connecting(failures: Int)
            /// Commands can be sent.
            case up(failures: Int, since: Instant)
            /// The next attempt is being waited for.
            case waiting(failures: Int)
        }

        /// What to do next.
        enum Action: Equatable {
            case nothing
            case connect
            /// Call ``retry()`` after this time.
            case wait(Duration)
            /// Close the connection, or stop waiting for one.
            case close
        }

        private(set) var state = State.stopped
        private let backoff: ClosedRange<Duration>

        /// A connection that has lasted for so long makes up for the failures before it.
        private static let lasting = Duration.seconds(5)

        init(backoff: ClosedRange<Duration>) {
            self.backoff = backoff
        }

        mutating func start() -> Action {
            guard self.state == .stopped else { return .nothing }
            self.state = .connecting(failures: 0)
            return .connect
        }

        /// The connection can be used.
        mutating func connected(at now: Instant) {
            guard case .connecting(let failures) = self.state else { return }
            self.state = .up(failures: failures, since: now)
        }

        /// The connection has ended, or could not be made.
        ///
        /// - Parameters:
        ///   - now: the present moment.
        ///   - jitter: a random number from 0 to 1, so that the gateways do not all come back at once.
        /// - Returns: how long to wait, or nothing to do when it has been stopped.
        mutating func ended(at now: Instant, jitter: Double) -> Action {
            let failures: Int
            switch self.state {
            case .stopped, .waiting: return .nothing
            case .connecting(let before): failures = before
            case .up(let before, let since): failures = now - since >= Self.lasting ? 0 : before
            }
            self.state = .waiting(failures: failures + 1)
            return .wait(RedisBackoff.wait(after: failures, within: self.backoff, jitter: jitter))
        }

        mutating func retry() -> Action {
            guard case .waiting(let failures) = self.state else { return .nothing }
            self.state = .connecting(failures: failures)
            return .connect
        }

        mutating func stop() -> Action {
            guard self.state != .stopped else { return .nothing }
            self.state = .stopped
            return .close
        }
    }
}
