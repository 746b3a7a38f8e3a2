import Curl
import Foundation
import Logging
import Synchronization

/// Tells clients that a session has ended (OpenID Connect Back-Channel Logout 1.0, section 2.5).
///
/// Each client is told by a task of its own, so that one that hangs holds nobody up, and is told again when it fails.
/// What has not been delivered when the process ends is not delivered at all: the session's tokens have ended here, so
/// such a client finds out when it next needs one.
final class LogoutDelivery: Sendable {
    /// The bounds of telling one client.
    struct Limits: Sendable {
        /// One try.
        var timeout = Duration.seconds(5)
        /// The pauses before further tries.
        var pauses: [Duration] = [.seconds(1), .seconds(5)]
        /// How long whoever ends the session waits for the clients.
        var patience = Duration.seconds(1)
    }

    private let driver = CurlDriver()
    private let limits: Limits

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Sends each client its logout token; comes back when all are told, or when the patience is over.
    ///
    /// The rest goes on by itself.
    ///
    /// - Parameters:
    ///   - messages: The tokens, with the addresses and the clients' names.
    ///   - logger: Where failures are reported.
    func deliver(_ messages: [(client: String, address: String, token: String)], logger: Logger) async {
        guard !messages.isEmpty else { return }
        let gate = Gate(count: messages.count)
        for message in messages {
            Task {
                await send(message, logger: logger)
                gate.countDown()
            }
        }
        let patience = limits.patience
        Task {
            // `try?`: nobody cancels this task, and an early end of the wait does no harm.
            try? await Task.sleep(for: patience)
            gate.open()
        }
        await gate.wait()
    }

    private func send(_ message: (client: String, address: String, token: String), logger: Logger) async {
        var reason = ""
        for pause in [Duration.zero] + limits.pauses {
            // `try?`: nobody cancels the task.
            if pause > .zero { try? await Task.sleep(for: pause) }
            switch await post(message.token, to: message.address) {
            case .success(200..<300): return
            // The client refuses the token: to send it again would change nothing (section 2.8).
            case .success(let status) where status == 400:
                logger.warning("A client refused a logout token", metadata: ["client": "\(message.client)"])
                return
            case .success(let status): reason = "status \(status)"
            case .failure(let error): reason = "\(error)"
            }
        }
        logger.warning(
            "A client could not be told that a session has ended",
            metadata: ["client": "\(message.client)", "reason": "\(reason)"]
        )
    }

    /// Posts a token once.
    ///
    /// - Returns: The status, or why there is none.
    private func post(_ token: String, to address: String) async -> Result<Int, TransferError> {
        guard let url = URLComponents(string: address), let scheme = url.scheme, let host = url.host else {
            return .failure(TransferError(.invalidRequest, "\(address) is no URL"))
        }
        let origin = "\(scheme)://\(host)" + (url.port.map { ":\($0)" } ?? "")
        let target =
            (url.percentEncodedPath.isEmpty ? "/" : url.percentEncodedPath)
            + (url.percentEncodedQuery.map { "?\($0)" } ?? "")
        let request = TransferRequest(
            method: "POST",
            origin: origin,
            target: target,
            headers: TransferHeaders([
                ("Content-Type", "application/x-www-form-urlencoded"), ("User-Agent", "rose-ash-federation"),
            ]),
            body: .bytes(Array("logout_token=\(token)".utf8)),
            deadline: .now + limits.timeout,
            connectTimeout: limits.timeout,
            maximumBodyBytes: 65_536
        )
        return await withCheckedContinuation { continuation in
            let transfer = Transfer(request, receiver: StatusReceiver(continuation))
            // A driver that has stopped would never answer.
            if !driver.start(transfer) {
                transfer.receiver.transferFinished(.failure(TransferError(.cancelled, "the process is ending")))
            }
        }
    }

    /// Waits for a number of events, or until it is opened.
    private final class Gate: Sendable {
        private struct State {
            var count: Int
            var waiter: CheckedContinuation<Void, Never>?
        }

        private let state: Mutex<State>

        init(count: Int) {
            state = Mutex(State(count: count))
        }

        func countDown() { lower { $0 - 1 } }

        func open() { lower { _ in 0 } }

        func wait() async {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    guard state.count > 0 else { return true }
                    state.waiter = continuation
                    return false
                }
                if isOpen { continuation.resume() }
            }
        }

        private func lower(_ next: (Int) -> Int) {
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                state.count = next(state.count)
                guard state.count <= 0 else { return nil }
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }

    /// Wants to know the status of an answer, and nothing else.
    private final class StatusReceiver: TransferReceiver {
        private let status = Mutex<Int?>(nil)
        private let continuation: Mutex<CheckedContinuation<Result<Int, TransferError>, Never>?>

        init(_ continuation: CheckedContinuation<Result<Int, TransferError>, Never>) {
            self.continuation = Mutex(continuation)
        }

        func transferReceived(head: TransferHead) { status.withLock { $0 = head.status } }

        func transferReceived(body: RawSpan) -> BodyStep { .taken }

        func transferWantsUpload(limit: Int, sink: (RawSpan) -> Void) -> UploadStep { .finished }

        func transferFinished(_ result: Result<TransferSummary, TransferError>) {
            let waiter = continuation.withLock { continuation in
                defer { continuation = nil }
                return continuation
            }
            let status = status.withLock { $0 }
            waiter?.resume(
                returning: result.flatMap { _ in
                    status.map(Result.success) ?? .failure(TransferError(.protocolError, "the answer has no head"))
                }
            )
        }
    }
}
