internal import Curl
internal import FragmentProtocol
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Sends the requests of a check to a service, as the gateway sends its own.
final class ServiceProber: Sendable {
    private static let name = "service"

    private let fetcher: Fetcher
    private let patience: Duration
    private let count = Mutex(0)

    /// - Parameters:
    ///   - upstream: where the service is.
    ///   - patience: longest wait for an answer, whatever a request says is left.
    init(_ upstream: Upstream, patience: Duration) {
        self.patience = patience
        // Everything is tried, however much of it has failed.
        fetcher = Fetcher(services: [UpstreamService(name: Self.name, upstreams: [upstream], breaker: nil)])
    }

    /// How many requests were sent.
    var requestCount: Int { count.withLock { $0 } }

    func shutdown() async { await fetcher.shutdown() }

    /// The whole answer to a request with `GET`.
    func ask(
        _ probe: Probe,
        signer: ProbeSigner? = nil,
        maximumSize: Int
    ) async -> Result<FetchResponse, FetchFailure> {
        count.withLock { $0 += 1 }
        let request: FetchRequest
        do {
            let identity = try signer?.assertion(for: probe.asker, now: .now())
            request = FetchRequest(
                service: Self.name,
                path: probe.path,
                headers: TransferHeaders(try probe.fields(identity: identity)),
                timeout: patience,
                maximumBodyBytes: maximumSize,
                tellsDeadline: false
            )
        } catch {
            return .failure(FetchFailure(.protocolError, "the request cannot be made: \(error)"))
        }
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        return await withCheckedContinuation { continuation in
            _ = fetcher.fetch(request, on: loop) { continuation.resume(returning: $0) }
        }
    }

    /// The status of the answer to a request with another method, without a body.
    func status(of probe: Probe) async -> Result<Int, FetchFailure> {
        count.withLock { $0 += 1 }
        let request: StreamRequest
        do {
            request = StreamRequest(
                service: Self.name,
                method: probe.method,
                path: probe.path,
                headers: try probe.fields(identity: nil),
                timeout: patience
            )
        } catch {
            return .failure(FetchFailure(.protocolError, "the request cannot be made: \(error)"))
        }
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        return await withCheckedContinuation { continuation in
            loop.execute {
                let consumer = HeadConsumer(continuation)
                consumer.stream = self.fetcher.stream(request, on: loop, consumer: consumer)
            }
        }
    }
}

/// Takes the head of a streamed answer, and lets the rest go.
private final class HeadConsumer: StreamConsumer {
    private var continuation: CheckedContinuation<Result<Int, FetchFailure>, Never>?
    /// The stream, which is cancelled once its head is there.
    var stream: StreamHandle?

    init(_ continuation: CheckedContinuation<Result<Int, FetchFailure>, Never>) {
        self.continuation = continuation
    }

    func streamReceived(head: StreamResponseHead) {
        stream?.cancel()
        finish(.success(head.status))
    }

    func streamReceived(body: ByteBuffer) {}

    func streamWantsMore() {}

    func streamFinished(_ result: Result<Void, FetchFailure>) {
        switch result {
        case .success: finish(.failure(FetchFailure(.protocolError, "the answer has no head")))
        case .failure(let failure): finish(.failure(failure))
        }
    }

    private func finish(_ result: Result<Int, FetchFailure>) {
        continuation?.resume(returning: result)
        continuation = nil
        stream = nil
    }
}
