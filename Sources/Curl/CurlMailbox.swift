import CCurl
import Glibc
import Synchronization

/// What other threads ask of the driver's thread.
enum CurlCommand: Sendable {
    case start(Transfer)
    case cancel(Transfer)
    case resumeReceiving(Transfer)
    case resumeSending(Transfer)
}

/// libcurl's multi handle.
///
/// `@unchecked Sendable`: other threads only call `curl_multi_wakeup` with it, which libcurl documents as callable from any thread,
/// and only under the mailbox's lock while the handle stands there; the driver's thread takes it out under that lock before it frees it.
struct MultiHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
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
        var multi: MultiHandle?
        var isPolling = false
        var thread: pthread_t?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Leaves a command; the first one starts the thread.
    ///
    /// False when the driver is stopped.
    func send(_ command: CurlCommand, startingThreadWith start: () -> pthread_t?) -> Bool {
        state.withLock { state in
            switch state.phase {
            case .idle:
                guard let thread = start() else { return false }
                state.thread = thread
                state.phase = .running
            case .running:
                break
            case .stopping, .stopped:
                return false
            }
            state.commands.append(command)
            wake(&state)
            return true
        }
    }

    /// Asks the thread to end.
    ///
    /// False when there is nothing to wait for; the continuation is then the caller's to resume.
    func stop(_ waiter: CheckedContinuation<Void, Never>?) -> Bool {
        state.withLock { state in
            switch state.phase {
            case .idle:
                state.phase = .stopped
                return false
            case .running, .stopping:
                state.phase = .stopping
                if let waiter { state.waiters.append(waiter) }
                wake(&state)
                return true
            case .stopped:
                return false
            }
        }
    }

    /// The thread, given out once, to be joined or detached.
    func takeThread() -> pthread_t? {
        state.withLock { $0.thread.take() }
    }

    // The rest is called on the driver's thread.

    /// Makes the thread wakeable.
    func open(_ multi: MultiHandle) {
        state.withLock { $0.multi = multi }
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

    /// After this no other thread touches the multi handle.
    func close() {
        state.withLock { state in
            state.multi = nil
            state.isPolling = false
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

    private func wake(_ state: inout State) {
        guard state.isPolling, let multi = state.multi else { return }
        state.isPolling = false
        // Fails only when the handle is not valid or its socket pair is full, which itself wakes.
        _ = curl_multi_wakeup(multi.pointer)
    }
}
