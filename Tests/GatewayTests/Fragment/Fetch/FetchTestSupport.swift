import Curl
import Logging
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Gateway

/// One event loop, so that its own connections are meant.
struct FetchLoop {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()

    func fetch(_ path: String, of fetcher: Fetcher) async -> Result<FetchResponse, FetchFailure> {
        await fetcher.fetch(.patient(path), on: loop)
    }
}

extension Fetcher {
    /// One fetch, awaited.
    func fetch(_ request: FetchRequest) async -> Result<FetchResponse, FetchFailure> {
        await fetch(request, on: MultiThreadedEventLoopGroup.singleton.any())
    }

    /// One fetch on a loop, awaited.
    func fetch(_ request: FetchRequest, on loop: any EventLoop) async -> Result<FetchResponse, FetchFailure> {
        await withCheckedContinuation { continuation in
            fetch(request, on: loop) { result in
                #expect(loop.inEventLoop)
                continuation.resume(returning: result)
            }
        }
    }

    /// Runs `body` with a fetcher of one service, `s` unless it is named, that is shut down afterwards.
    ///
    /// It asks over connections of its own, or over libcurl when that is said.
    static func with(
        directly: Bool = true,
        _ upstreams: [String],
        service: String = "s",
        concurrency: Int = 64,
        queueLength: Int = 256,
        breaker: BreakerSettings? = BreakerSettings(),
        hedgeBudget: Int = 5,
        retryBudget: Int = 20,
        settings: FetcherSettings = .init(),
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        _ body: (Fetcher) async throws -> Void
    ) async throws {
        var settings = settings
        settings.connectsDirectly = directly
        let addresses = try upstreams.map { try #require(Upstream($0)) }
        let fetcher = Fetcher(
            services: [
                UpstreamService(
                    name: service,
                    upstreams: addresses,
                    concurrency: concurrency,
                    queueLength: queueLength,
                    breaker: breaker,
                    hedgeBudget: hedgeBudget,
                    retryBudget: retryBudget
                )
            ],
            settings: settings,
            logger: logger
        )
        do {
            try await body(fetcher)
        } catch {
            await fetcher.shutdown()
            throw error
        }
        await fetcher.shutdown()
    }
}

extension FetchRequest {
    /// A request to the service `s` whose timeout no slow machine reaches.
    static func patient(_ path: String, headers: TransferHeaders = .none, retries: Int = 1) -> FetchRequest {
        FetchRequest(service: "s", path: path, headers: headers, timeout: .seconds(30), retries: retries)
    }
}

extension Result<FetchResponse, FetchFailure> {
    var text: String? {
        if case .success(let response) = self { String(buffer: response.body) } else { nil }
    }

    var status: Int? {
        if case .success(let response) = self { response.status } else { nil }
    }

    var code: FetchFailure.Code? {
        if case .failure(let failure) = self { failure.code } else { nil }
    }
}

/// Waits until a condition that another thread brings about holds; false after ten seconds.
func eventuallyHolds(_ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(60)
    while !condition() {
        // A cancelled sleep is a cancelled test.
        guard .now < end, (try? await Task.sleep(for: .milliseconds(2))) != nil else { return false }
    }
    return true
}
