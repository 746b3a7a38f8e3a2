import ArgumentParser
import Foundation
import FragmentProtocol
import GRDB
import Hummingbird
import Logging
import ServiceLifecycle
import UnixSignals

/// The command `service-stubs`: the six services of the cooperative, each on its own port.
@main
struct ServiceStubsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service-stubs",
        abstract: "Runs the services of the Rose Ash cooperative, for development, demonstrations and tests.",
        discussion: """
            Services listen on 127.0.0.1: blog on the base port, then market, cart, events, federation and account. \
            A service keeps its port when others are left out with --only.
            """
    )

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Run these services alone.", valueName: "service")
    )
    var only: [ServiceName] = []

    @Option(help: "The port of the blog; the others follow.")
    var portBase = 5_001

    @Option(help: "The SQLite file, or :memory: for data that is gone with the process.")
    var database = ":memory:"

    @Option(
        name: .customLong("public"),
        help: "The public address of a service, with {service} for its name (environment: PUBLIC_URL)."
    )
    var publicAddress: String?

    @Option(
        help: "The secret of at least 32 bytes with which the gateway signs identities (environment: IDENTITY_SECRET)."
    )
    var identitySecret: String?

    @Option(help: "What the gateway calls itself in identities (environment: IDENTITY_ISSUER).")
    var identityIssuer: String?

    @Option(
        help: ArgumentHelp(
            "The JSON file of the clients of the sign-on; without it there is none (environment: CLIENTS_FILE).",
            valueName: "file"
        )
    )
    var clients: String?

    @Option(
        help: ArgumentHelp(
            "The file for messages to members; without it nobody signs in by a link (environment: OUTBOX_FILE).",
            valueName: "file"
        )
    )
    var outbox: String?

    @Flag(help: "Let callers on this machine set latency, errors and outages at /internal/faults.")
    var faults = false

    func validate() throws {
        guard (1...(65_536 - ServiceName.allCases.count)).contains(portBase) else {
            throw ValidationError("--port-base must leave room for six ports up to 65535, and \(portBase) does not.")
        }
        guard links.template.contains("{service}") else {
            throw ValidationError("--public must hold {service} where the name of a service stands.")
        }
    }

    func run() async throws {
        var logger = Logger(label: "service-stubs")
        logger.logLevel = setting(nil, "LOG_LEVEL").flatMap { Logger.Level(rawValue: $0) } ?? .notice
        var environment = StubEnvironment(
            database: try openDatabase(),
            links: links,
            identityKey: try identityKey(),
            issuer: setting(identityIssuer, "IDENTITY_ISSUER") ?? "gateway"
        )
        if environment.identityKey == nil {
            logger.warning("No identity secret is set: everybody is anonymous")
        }
        environment.authorization = try authorization(in: environment)
        let running = environment
        let wanted = only.isEmpty ? ServiceName.allCases : only
        let services = try ServiceName.allCases.enumerated().compactMap { index, name -> (any Service)? in
            guard wanted.contains(name) else { return nil }
            let application = try StubServer.application(
                for: name.service,
                port: portBase + index,
                environment: running,
                faults: faults ? FaultBoard() : nil,
                logger: logger
            )
            return NamedService(
                description: "The service \(name.rawValue) on 127.0.0.1:\(portBase + index)",
                application: application
            )
        }
        var configuration = ServiceGroupConfiguration(
            services: services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        // A fault may hold an answer back for minutes; nobody should have to wait for that to stop the process.
        configuration.maximumGracefulShutdownDuration = .seconds(3)
        try await ServiceGroup(configuration: configuration).run()
    }

    private func openDatabase() throws -> any DatabaseWriter {
        do {
            return try ServiceDatabase.open(path: database, today: Day(Date()))
        } catch {
            throw ValidationError("The database \(database) cannot be opened: \(error)")
        }
    }

    private var links: Links {
        Links(template: setting(publicAddress, "PUBLIC_URL") ?? "http://{service}.localhost:8080")
    }

    /// The sign-on, when there are clients for it.
    private func authorization(in environment: StubEnvironment) throws -> AuthorizationServer? {
        guard let path = setting(clients, "CLIENTS_FILE") else { return nil }
        guard environment.identityKey != nil else {
            throw ValidationError(
                "--clients needs --identity-secret too: without it nobody can be known to be signed in."
            )
        }
        let json: Data
        do {
            json = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ValidationError("The clients' file \(path) cannot be read: \(error.localizedDescription)")
        }
        do {
            return try AuthorizationServer(
                environment: environment,
                clients: try ClientRegistry(json: json),
                outbox: try setting(outbox, "OUTBOX_FILE").map(openOutbox)
            )
        } catch let failure as ClientRegistry.Failure {
            throw ValidationError("The clients' file \(path) cannot be used:\n\(failure)")
        }
    }

    private func openOutbox(path: String) throws -> Outbox {
        do {
            return try Outbox(file: URL(fileURLWithPath: path))
        } catch {
            throw ValidationError("The outbox \(path) cannot be written: \(error.localizedDescription)")
        }
    }

    private func identityKey() throws -> IdentityKey? {
        guard let secret = setting(identitySecret, "IDENTITY_SECRET") else { return nil }
        do {
            return try IdentityKey.shared(secret: secret)
        } catch {
            throw ValidationError("The identity secret cannot be used: \(error)")
        }
    }

    /// An option's value, or that of an environment variable that is set and not empty.
    private func setting(_ option: String?, _ variable: String) -> String? {
        option ?? ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }
}
