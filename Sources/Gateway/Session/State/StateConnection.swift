import NIOCore
import Synchronization

/// The one connection to whoever answers for the shared state; it is made when it is needed, once for all who wait.
///
/// After a failure the next attempt waits a moment, and until then everybody hears of the failure at once, so that a
/// Redis that is away costs a request nothing.
final class StateConnection: Sendable {
    /// How things stand.
    private enum State {
        case idle
        case connecting(Task<Result<RedisClient, RedisFailure>, Never>)
        case open(RedisClient)
        /// Nobody tries again before the moment.
        case failed(RedisFailure, until: ContinuousClock.Instant)
    }

    /// How long a failure is remembered.
    private static let pause = Duration.milliseconds(250)

    private let directory: RedisDirectory
    private let key: String
    private let state = Mutex(State.idle)

    /// - Parameters:
    ///   - directory: finds the server and connects to it.
    ///   - key: what the server must answer for.
    init(directory: RedisDirectory, key: String) {
        self.directory = directory
        self.key = key
    }

    /// The connection.
    ///
    /// - Throws: a ``RedisFailure`` when there is none to be had.
    func client() async throws(RedisFailure) -> RedisClient {
        let attempt: Task<Result<RedisClient, RedisFailure>, Never>? = try self.state.withLock {
            state throws(RedisFailure) in
            switch state {
            case .open(let client) where client.isOpen: return nil
            case .connecting(let task): return task
            case .failed(let failure, let until) where ContinuousClock.now < until: throw failure
            case .idle, .open, .failed:
                let task = Task { await self.connect() }
                state = .connecting(task)
                return task
            }
        }
        if let attempt { return try await attempt.value.get() }
        return try self.state.withLock { state throws(RedisFailure) in
            guard case .open(let client) = state else {
                throw RedisFailure(code: .closed, message: "the connection has just ended")
            }
            return client
        }
    }

    /// Gives a connection up that is of no use any more; nil for whatever there is.
    func drop(_ client: RedisClient?) {
        self.state.withLock { state in
            guard case .open(let current) = state, client.map({ current.isSame(as: $0) }) ?? true else { return }
            current.close()
            state = .idle
        }
    }

    private func connect() async -> Result<RedisClient, RedisFailure> {
        let result: Result<RedisClient, RedisFailure>
        do throws(RedisFailure) {
            result = .success(try await self.directory.connect(to: try await self.directory.owner(of: self.key)))
        } catch {
            result = .failure(error)
        }
        self.state.withLock { state in
            switch result {
            case .success(let client): state = .open(client)
            case .failure(let failure): state = .failed(failure, until: .now + Self.pause)
            }
        }
        return result
    }
}
