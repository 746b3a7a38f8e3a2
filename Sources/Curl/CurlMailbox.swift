import Glibc
import Synchronization

/// What other threads ask of the driver's thread.
enum CurlCommand: Sendable {
    case start(Transfer)
    case cancel(Transfer)
    case resumeReceiving(Transfer)
    case resumeSending(Transfer)
}

/// The door between the driver's thread and all others.
final class CurlMailbox: Sendable {
    /// Valid: idle → running → stopping → stopped, and idle → stopped.
    private enum Phase {
        case idle
        case running
        case stopping
        case stopped
    }

    private struct State {
        var phase = Phase.idle
        var commands: [CurlCommand] = []
        var wakeup: CurlWakeup?
        var isPolling = false
        var thread: pthread_t?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Leaves a command; the first one starts the thread.
    ///
    /// False when the driver is stopped.
    func send(_ command: CurlCommand, startingThreadWith start: () -> pthread_t?) -> Bool {
        let (isSent, wakeup): (Bool, CurlWakeup?) = state.withLock { state in
            switch state.phase {
            case .idle:
                guard let thread = start() else { return (false, nil) }
                state.thread = thread
                state.phase = .running
            case .running:
                break
            case .stopping, .stopped:
                return (false, nil)
            }
            state.commands.append(command)
            return (true, endPolling(&state))
        }
        wakeup?.signal()
        return isSent
    }

    /// Asks the thread to end.
    ///
    /// False when there is nothing to wait for; the continuation is then the caller's to resume.
    func stop(_ waiter: CheckedContinuation<Void, Never>?) -> Bool {
        let (isAwaited, wakeup): (Bool, CurlWakeup?) = state.withLock { state in
            switch state.phase {
            case .idle:
                state.phase = .stopped
                return (false, nil)
            case .running, .stopping:
                state.phase = .stopping
                if let waiter { state.waiters.append(waiter) }
                return (true, endPolling(&state))
            case .stopped:
                return (false, nil)
            }
        }
        wakeup?.signal()
        return isAwaited
    }

    /// The thread, given out once, to be joined or detached.
    func takeThread() -> pthread_t? {
        state.withLock { $0.thread.take() }
    }

    // The rest is called on the driver's thread.

    /// Makes the thread wakeable.
    func open(_ wakeup: CurlWakeup) {
        state.withLock { $0.wakeup = wakeup }
    }

    /// Empties the mailbox into `commands`, which must be empty.
    ///
    /// False when the thread shall end.
    func take(into commands: inout [CurlCommand]) -> Bool {
        state.withLock { state in
            state.isPolling = false
            swap(&state.commands, &commands)
            if case .stopping = state.phase { return false }
            return true
        }
    }

    /// Announces that the thread goes to wait.
    ///
    /// False when something has come in: it must not wait.
    func beginPolling() -> Bool {
        state.withLock { state in
            guard state.commands.isEmpty, case .running = state.phase else { return false }
            state.isPolling = true
            return true
        }
    }

    /// The thread's last act.
    func didStop() {
        let waiters = state.withLock { state in
            state.phase = .stopped
            let waiters = state.waiters
            state.waiters = []
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// What is to be signalled for the thread to come back from its wait: by the first of those who have something for it.
    ///
    /// To be signalled once the lock is given up, for which the thread would have to wait as soon as it runs.
    private func endPolling(_ state: inout State) -> CurlWakeup? {
        guard state.isPolling else { return nil }
        state.isPolling = false
        return state.wakeup
    }
}
