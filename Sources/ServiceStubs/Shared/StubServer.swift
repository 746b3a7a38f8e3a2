import FragmentProtocol
import Hummingbird
import Logging
import ServiceLifecycle

/// One service behind its own port.
enum StubServer {
    /// The router of a service: its fragments, its health, its pictures, its public routes, and faults when wanted.
    ///
    /// - Parameters:
    ///   - service: Which.
    ///   - environment: What it works with.
    ///   - faults: The board of faults to obey, or none to have no such routes.
    /// - Returns: The router.
    /// - Throws: A `ManifestError` when the fragments make no valid manifest.
    static func router(
        for service: any StubService,
        environment: StubEnvironment,
        faults: FaultBoard? = nil
    ) throws -> Router<StubContext> {
        let router = Router(context: StubContext.self)
        let routes = StubRoutes(router: router)
        if let faults {
            FaultRoutes(board: faults).addRoutes(to: routes)
            router.add(middleware: FaultMiddleware(board: faults))
            ByteRoutes().addRoutes(to: routes)
        }
        try FragmentEndpoint(service: service.name, fragments: service.fragments, environment: environment)
            .addRoutes(to: routes)
        routes.answer(
            RouterPath(ServicePath.health),
            [.get: { _, _ in try .json(["status": "ok", "service": service.name.rawValue]) }]
        )
        PictureRoutes().addRoutes(to: routes)
        service.addRoutes(to: routes, environment: environment)
        return router
    }

    /// The service as an application on a port of the loopback address.
    static func application(
        for service: any StubService,
        port: Int,
        environment: StubEnvironment,
        faults: FaultBoard? = nil,
        logger: Logger
    ) throws -> some ApplicationProtocol {
        var logger = logger
        logger[metadataKey: "service"] = "\(service.name.rawValue)"
        let log = logger
        return Application(
            router: try router(for: service, environment: environment, faults: faults),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { _ in log.notice("Ready", metadata: ["address": "127.0.0.1:\(port)"]) },
            logger: logger
        )
    }
}

/// A service that says which one it is when it cannot go on, such as when its port is taken.
struct NamedService<Application: ApplicationProtocol>: Service, CustomStringConvertible {
    /// Why a service ended.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let description: String
    let application: Application

    func run() async throws {
        do {
            try await application.run()
        } catch {
            throw Failure(description: "\(description) cannot go on: \(error)")
        }
    }
}
