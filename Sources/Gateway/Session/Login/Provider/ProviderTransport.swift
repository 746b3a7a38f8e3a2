import Curl
import FragmentProtocol
import Synchronization

/// Carries the gateway's own requests to the provider.
///
/// What is of the issuer's origin goes directly to the service's upstreams when the provider is one of the site's; the rest
/// goes where its address says. Redirects are never followed, so that an answer is always the asked endpoint's own.
final class ProviderTransport: Sendable {
    /// One request; its answer is taken whole.
    struct Request: Sendable {
        var method = "GET"
        var address: ProviderAddress
        var headers: [HeaderField] = []
        /// A form; nil for a request without a body.
        var form: [UInt8]?
        var maximumBodyBytes = ProviderTransport.longestAnswer
    }

    /// One answer.
    struct Answer: Sendable, Equatable {
        var status = 0
        var contentType: String?
        /// `Date`, as it came.
        var date: String?
        var body: [UInt8] = []
    }

    /// Bytes of the longest answer.
    static let longestAnswer = 256 << 10
    private static let connectTimeout = Duration.seconds(3)

    private let driver: CurlDriver
    private let timeout: Duration
    /// The origin whose requests go to the upstreams, and those; nil when the provider is none of the site's services.
    private let direct: (origin: String, upstreams: [Upstream])?

    /// - Parameters:
    ///   - issuer: the provider's issuer.
    ///   - upstreams: the addresses of the service that is the provider; empty when none is.
    ///   - timeout: how long a request may take.
    ///   - settings: the driver's bounds.
    init(
        issuer: String,
        upstreams: [Upstream] = [],
        timeout: Duration,
        settings: CurlDriverSettings = CurlDriverSettings()
    ) {
        self.driver = CurlDriver(settings: settings)
        self.timeout = timeout
        if let origin = ProviderAddress(issuer)?.origin, !upstreams.isEmpty {
            self.direct = (origin, upstreams)
        } else {
            self.direct = nil
        }
    }

    /// Ends what is under way, and the connections.
    func shutdown() async { await self.driver.shutdown() }

    /// Sends a request and takes its answer, whatever its status.
    ///
    /// - Throws: ``ProviderFailure/unavailable(_:)`` when there is none, ``ProviderFailure/invalid(_:)`` when it is too large.
    func send(_ request: Request) async throws(ProviderFailure) -> Answer {
        let deadline = ContinuousClock.now + self.timeout
        var failure = ProviderFailure.unavailable("there is no address")
        for attempt in self.attempts(request) {
            var attempt = attempt
            attempt.deadline = deadline
            attempt.connectTimeout = min(Self.connectTimeout, self.timeout)
            attempt.maximumBodyBytes = request.maximumBodyBytes
            if let form = request.form { attempt.body = .bytes(form) }
            var result = await self.run(attempt)
            if case .failure(let error) = result, error.brokeKeptConnection {
                // The provider had closed an idle connection; on a new one it is asked as if for the first time.
                attempt.usesFreshConnection = true
                result = await self.run(attempt)
            }
            switch result {
            case .success(let answer): return answer
            case .failure(let error):
                let place = "\(request.address.authority)\(request.address.target.prefix { $0 != "?" })"
                failure =
                    error.code == .tooLarge
                    ? .invalid("\(place): the answer is larger than \(request.maximumBodyBytes) bytes")
                    : .unavailable("\(place): \(error)")
                // Another upstream may be asked only where this one has seen nothing of the request.
                guard error.progress == .unconnected, error.code != .cancelled else { throw failure }
            }
        }
        throw failure
    }

    private func attempts(_ request: Request) -> [TransferRequest] {
        let address = request.address
        var headers = request.headers
        if request.form != nil { headers.append(("Content-Type", "application/x-www-form-urlencoded")) }
        headers.append(("User-Agent", "rose-ash-gateway"))
        guard let direct = self.direct, direct.origin == address.origin else {
            return [
                TransferRequest(
                    method: request.method,
                    origin: address.origin,
                    target: address.target,
                    headers: TransferHeaders(headers)
                )
            ]
        }
        headers.append(("Host", address.authority))
        headers.append(("X-Forwarded-Proto", address.scheme))
        let fields = TransferHeaders(headers)
        return direct.upstreams.map {
            TransferRequest(to: $0, method: request.method, path: address.target, headers: fields)
        }
    }

    private func run(_ request: TransferRequest) async -> Result<Answer, TransferError> {
        let running = Mutex<Transfer?>(nil)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let collector = ProviderAnswerCollector(continuation)
                let transfer = Transfer(request, receiver: collector)
                running.withLock { $0 = transfer }
                guard self.driver.start(transfer) else {
                    collector.transferFinished(.failure(TransferError(.cancelled, "the gateway is stopping")))
                    return
                }
                if Task.isCancelled { self.driver.cancel(transfer) }
            }
        } onCancel: {
            if let transfer = running.withLock({ $0 }) { self.driver.cancel(transfer) }
        }
    }
}

/// Puts an answer of the provider together.
private final class ProviderAnswerCollector: TransferReceiver {
    private let answer = Mutex(ProviderTransport.Answer())
    private let continuation: CheckedContinuation<Result<ProviderTransport.Answer, TransferError>, Never>

    init(_ continuation: CheckedContinuation<Result<ProviderTransport.Answer, TransferError>, Never>) {
        self.continuation = continuation
    }

    func transferReceived(head: TransferHead) {
        func value(_ name: String) -> String? { head.headers.first { HeaderName.isSame($0.name, name) }?.value }
        self.answer.withLock { answer in
            answer.status = head.status
            answer.contentType = value("Content-Type")
            answer.date = value("Date")
        }
    }

    func transferReceived(body: RawSpan) -> BodyStep {
        self.answer.withLock { answer in
            unsafe body.withUnsafeBytes { bytes in unsafe answer.body.append(contentsOf: bytes) }
        }
        return .taken
    }

    func transferWantsUpload(limit: Int, sink: (RawSpan) -> Void) -> UploadStep { .finished }

    func transferFinished(_ result: Result<TransferSummary, TransferError>) {
        let answer = self.answer.withLock { $0 }
        self.continuation.resume(returning: result.map { _ in answer })
    }
}
