import Curl
package import Logging
package import NIOCore
import Synchronization

/// The bounds that all services share.
package struct FetcherSettings: Sendable {
    /// Threads with connections of their own; each event loop keeps to one of them.
    package var driverCount = 1
    /// Whether fragments of upstreams that speak plain HTTP/1.1 come over connections of the event loops' own; else all
    /// come over libcurl.
    package var connectsDirectly = true
    /// Longest time for name resolution, connection and TLS handshake together.
    package var connectTimeout: Duration = .seconds(2)
    /// Bytes of one stream that wait for its consumer before the upstream is held up; the same for its request body.
    package var streamWindow = 262_144

    package init() {}
}

/// Asks services: whole fragments, and streams for the pass-through.
///
/// Fragments of upstreams that speak plain HTTP/1.1 come over connections of the event loop's own (`Direct/`), everything
/// else over libcurl.
/// Completions and consumers are called on the event loop that is named, and never within the call itself. The loops
/// outlive the fetcher: its connections on them end with its shutdown.
package final class Fetcher: Sendable {
    private let settings: FetcherSettings
    private let gates: [String: ServiceGate]
    private let names: [String]
    private let drivers: [FetchDriver]
    private let directDrivers = DirectDrivers()
    private let logger: Logger
    private let assignment = Mutex<[ObjectIdentifier: Int]>([:])

    /// Makes a fetcher; threads start with the first request.
    ///
    /// The logger is told when a circuit breaker opens and closes; without one nobody is.
    package init(
        services: [UpstreamService],
        settings: FetcherSettings = FetcherSettings(),
        logger: Logger = Logger(label: "fetcher") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.settings = settings
        self.logger = logger
        let gates = services.map { service in
            ServiceGate(service, connectsDirectly: settings.connectsDirectly, logger: logger)
        }
        self.gates = Dictionary(gates.map { ($0.service.name, $0) }) { first, _ in first }
        names = services.map(\.name)
        drivers = (0..<max(1, settings.driverCount)).map { _ in FetchDriver() }
    }

    /// Asks for a whole answer; `completion` is called once, on `loop`.
    ///
    /// Any thread may call.
    @discardableResult
    package func fetch(
        _ request: FetchRequest,
        on loop: any EventLoop,
        completion: @escaping @Sendable (Result<FetchResponse, FetchFailure>) -> Void
    ) -> Fetch {
        let fetch = Fetch(
            request,
            gate: gate(request.service),
            transport: transport(on: loop),
            connectTimeout: settings.connectTimeout,
            completion: completion
        )
        fetch.begin()
        return fetch
    }

    /// Begins a stream; must be called on `loop`.
    ///
    /// The consumer is held until the stream is finished or cancelled.
    package func stream(
        _ request: StreamRequest,
        on loop: any EventLoop,
        consumer: any StreamConsumer
    ) -> StreamHandle {
        loop.preconditionInEventLoop()
        let stream = StreamHandle(
            request,
            gate: gate(request.service),
            transport: transport(on: loop),
            settings: settings,
            consumer: consumer
        )
        stream.begin()
        return stream
    }

    /// Ends everything under way as `cancelled` and joins the threads; later calls fail as `cancelled`.
    package func shutdown() async {
        for gate in gates.values { gate.close(FetchFailure(.cancelled, "the fetcher was shut down")) }
        await directDrivers.shutdown()
        for driver in drivers { await driver.driver.shutdown() }
    }

    /// The load and the health of all services, in the order of the configuration.
    package var status: [ServiceStatus] {
        names.compactMap { gates[$0]?.status }
    }

    private func transport(on loop: any EventLoop) -> FetchTransport {
        FetchTransport(loop: loop, driver: driver(for: loop), directDrivers: directDrivers)
    }

    /// A loop keeps to one driver, so that its connections stay warm.
    private func driver(for loop: any EventLoop) -> FetchDriver {
        guard drivers.count > 1 else { return drivers[0] }
        let index = assignment.withLock { assignment in
            let next = assignment.count % drivers.count
            return assignment[ObjectIdentifier(loop)]
                ?? {
                    assignment[ObjectIdentifier(loop)] = next
                    return next
                }()
        }
        return drivers[index]
    }

    private func gate(_ service: String) -> ServiceGate {
        gates[service] ?? .unknown(service, logger: logger)
    }
}
