import Curl
import Synchronization

/// Speaks to the admin address of a running gateway, for the command line.
package struct AdminClient: Sendable {
    /// What the gateway answered.
    package struct Answer: Sendable {
        package let status: Int
        package let text: String
    }

    /// Why there is no answer.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String

        package init(description: String) {
            self.description = description
        }
    }

    private let endpoint: Endpoint
    private static let timeout = Duration.seconds(30)
    private static let longestAnswer = 16 << 20

    /// The client for the gateway of a configuration file.
    ///
    /// - Throws: a ``Failure`` when the file cannot be read, or names no admin address.
    package init(configurationPath: String, environment: [String: String]) throws(Failure) {
        let configuration: GatewayConfiguration
        do throws(ConfigurationErrors) {
            configuration = try GatewayConfiguration.load(path: configurationPath, environment: environment)
        } catch {
            throw Failure(description: error.description)
        }
        guard let endpoint = configuration.listen.admin else {
            throw Failure(description: "\(configurationPath) has 'listen.admin: off': there is nobody to ask")
        }
        self.endpoint = endpoint
    }

    /// Sends a request without a body.
    ///
    /// - Parameters:
    ///   - method: its method.
    ///   - target: the path with its query, percent-encoded.
    /// - Returns: the whole answer.
    /// - Throws: a ``Failure`` when there is none.
    package func send(_ method: String, _ target: String) async throws(Failure) -> Answer {
        let driver = CurlDriver()
        // What listens on all addresses is reached on this machine's own.
        let host = ["0.0.0.0", "::", "[::]"].contains(self.endpoint.host) ? "127.0.0.1" : self.endpoint.host
        let request = TransferRequest(
            method: method,
            origin: "http://\(host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host):\(self.endpoint.port)",
            target: target,
            deadline: .now + Self.timeout,
            maximumBodyBytes: Self.longestAnswer
        )
        let result = await withCheckedContinuation { continuation in
            let transfer = Transfer(request, receiver: AnswerCollector(continuation))
            // A driver that has just been made takes transfers.
            _ = driver.start(transfer)
        }
        await driver.shutdown()
        switch result {
        case .success(let answer): return answer
        case .failure(let error):
            throw Failure(
                description:
                    "the gateway does not answer at its admin address \(self.endpoint) (\(error)); is it running?"
            )
        }
    }
}

/// Puts an answer together.
private final class AnswerCollector: TransferReceiver {
    private struct Parts {
        var status = 0
        var bytes: [UInt8] = []
    }

    private let parts = Mutex(Parts())
    private let continuation: CheckedContinuation<Result<AdminClient.Answer, TransferError>, Never>

    init(_ continuation: CheckedContinuation<Result<AdminClient.Answer, TransferError>, Never>) {
        self.continuation = continuation
    }

    func transferReceived(head: TransferHead) { self.parts.withLock { $0.status = head.status } }

    func transferReceived(body: RawSpan) -> BodyStep {
        self.parts.withLock { parts in
            unsafe body.withUnsafeBytes { bytes in unsafe parts.bytes.append(contentsOf: bytes) }
        }
        return .taken
    }

    func transferWantsUpload(limit: Int, sink: (RawSpan) -> Void) -> UploadStep { .finished }

    func transferFinished(_ result: Result<TransferSummary, TransferError>) {
        let parts = self.parts.withLock { $0 }
        self.continuation.resume(
            returning: result.map { _ in
                AdminClient.Answer(status: parts.status, text: String(decoding: parts.bytes, as: UTF8.self))
            }
        )
    }
}
