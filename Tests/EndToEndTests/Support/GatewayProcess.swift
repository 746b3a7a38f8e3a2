import Foundation

/// What a gateway of a test serves: the interesting lines of its gateway.yaml, and its templates.
struct GatewaySettings: Sendable {
    /// The services, by name; the host of each is `NAME.localhost`.
    var services: [(name: String, port: Int)]
    /// The pages, by path, all on the host of `pagesOn`.
    var pages: [(path: String, template: String)] = []
    /// The service whose host has the pages; the first unless it is said.
    var pagesOn: String?
    /// The templates, by path; what a page of a test is made of.
    var templates: [String: String] = [:]
    /// What more is said of each service, as in `, cache: rfc`.
    var ofEachService = ""
    /// Lines of `fragments:`, as they stand in the file.
    var fragments: [String] = []
    /// The port of a Redis; none means `redis: off`.
    var redis: Int?
    /// How long the gateway waits for Redis, where the default will not do.
    var redisTimeout: String?
    /// What `redis:` is where it is more than one server.
    var redisSection: String?
    /// Lines of `limits:`, as they stand in the file.
    var limits: [String] = []
    /// How manifests are read; the services of most tests have none.
    var manifests = "off"
    /// Sections of their own, as they stand in the file.
    var sections: [String] = []
    /// Whether changed templates are taken up.
    var watch = false

    /// A gateway with one service, whose host's `/` is the one page.
    static func page(
        _ template: String,
        from port: Int,
        fragments: [String] = [],
        redis: Int? = nil,
        limits: [String] = []
    ) -> GatewaySettings {
        GatewaySettings(
            services: [("app", port)],
            pages: [("/", "page.html")],
            templates: ["page.html": template],
            fragments: fragments,
            redis: redis,
            limits: limits
        )
    }

    /// The text of gateway.yaml.
    func yaml(port: Int, adminPort: Int) -> String {
        let timeout = redisTimeout.map { ", timeout: \($0)" } ?? ""
        var lines = [
            #"listen: { http: "127.0.0.1:\#(port)", admin: "127.0.0.1:\#(adminPort)" }"#,
            "domain: localhost",
            redisSection.map { "redis: { \($0)\(timeout) }" }
                ?? redis.map { #"redis: { url: "redis://127.0.0.1:\#($0)/0"\#(timeout) }"# } ?? "redis: off",
            "services:",
        ]
        lines += services.map { name, port in
            #"  \#(name): { host: \#(name), upstream: "http://127.0.0.1:\#(port)"\#(ofEachService) }"#
        }
        if !fragments.isEmpty { lines += ["fragments:"] + fragments.map { "  " + $0 } }
        if !pages.isEmpty {
            let host = pagesOn ?? services[0].name
            lines +=
                ["pages:"] + pages.map { #"  - { host: \#(host), path: "\#($0.path)", template: \#($0.template) }"# }
        }
        if !limits.isEmpty { lines += ["limits:"] + limits.map { "  " + $0 } }
        lines += ["manifests: \(manifests)"] + sections
        return lines.joined(separator: "\n") + "\n"
    }
}

/// The built `gateway`, running on free ports with a configuration and templates of its own.
final class GatewayProcess: Sendable {
    /// Where browsers come in.
    let port: Int
    /// Where operators come in.
    let adminPort: Int
    /// The program.
    let server: ServerProcess
    private let folder: TemporaryFolder

    /// Starts a gateway and waits until it says that it is ready.
    static func start(_ settings: GatewaySettings) async throws -> GatewayProcess {
        let gateway = try launch(settings, on: try FreePorts.row())
        try await gateway.waitUntilReady()
        return gateway
    }

    /// Starts a gateway that is to refuse to run, on a port; returns its exit status and what it said.
    static func startExpectingRefusal(
        _ settings: GatewaySettings,
        on port: Int? = nil
    ) async throws -> (status: Int32, output: String) {
        let gateway = try launch(settings, on: try port ?? FreePorts.row())
        let status = await gateway.server.waitForExit(orStopAfter: .seconds(10))
        return (status, gateway.server.output)
    }

    /// Starts a gateway with the project's own gateway.yaml and templates, as `make run` does.
    static func startSite(services: StubsProcess, redis: Int) async throws -> GatewayProcess {
        let folder = try TemporaryFolder()
        let project = try TemporaryFolder.project()
        let adminPort = try FreePorts.row()
        var environment = services.portsByName
        environment["PORT"] = String(services.publicPort)
        environment["ADMIN_PORT"] = String(adminPort)
        environment["REDIS_PORT"] = String(redis)
        environment["IDENTITY_SECRET"] = StubsProcess.identitySecret
        environment["SESSION_KEY"] = String(repeating: "5e", count: 32)
        environment["SSO_SECRET"] = StubsProcess.signOnSecret
        let server = try ServerProcess(
            "gateway",
            arguments: ["serve", "--config", "gateway.yaml"],
            environment: environment,
            workingIn: project,
            log: folder.url.appendingPathComponent("gateway.log")
        )
        let gateway = GatewayProcess(
            port: services.publicPort,
            adminPort: adminPort,
            server: server,
            folder: folder
        )
        try await gateway.waitUntilReady()
        return gateway
    }

    private static func launch(_ settings: GatewaySettings, on port: Int) throws -> GatewayProcess {
        let folder = try TemporaryFolder()
        for (path, text) in settings.templates { try folder.write(text, to: "Templates/" + path) }
        let adminPort = try FreePorts.row()
        try folder.write(settings.yaml(port: port, adminPort: adminPort), to: "gateway.yaml")
        let server = try ServerProcess(
            "gateway",
            arguments: ["serve", "--config", "gateway.yaml"] + (settings.watch ? ["--watch"] : []),
            workingIn: folder.url,
            log: folder.url.appendingPathComponent("gateway.log")
        )
        return GatewayProcess(port: port, adminPort: adminPort, server: server, folder: folder)
    }

    private func waitUntilReady() async throws {
        try await server.waitUntilReady {
            // Nobody listens yet, or the answer is not ready: both mean to ask again.
            (try? await RawClient.get("/ready", host: "localhost", from: self.adminPort))?.status == 200
        }
    }

    /// Where its gateway.yaml is, when it has one of its own.
    var configurationPath: String { folder.url.appendingPathComponent("gateway.yaml").path }

    /// Replaces a template of the running gateway.
    func write(_ text: String, toTemplate path: String) throws {
        try folder.write(text, to: "Templates/" + path)
    }

    private init(port: Int, adminPort: Int, server: ServerProcess, folder: TemporaryFolder) {
        self.port = port
        self.adminPort = adminPort
        self.server = server
        self.folder = folder
    }

    /// `GET path` on a connection of its own.
    func get(
        _ path: String = "/",
        host: String = "app.localhost",
        headers: [(String, String)] = []
    ) async throws -> RawResponse {
        try await RawClient.get(path, host: host, headers: headers, from: port)
    }
}

/// Runs a gateway for the length of a call, and stops it whatever happens.
///
/// A failure that is thrown carries what the gateway had to say.
func withGateway<Result: Sendable>(
    _ settings: GatewaySettings,
    _ use: @Sendable (GatewayProcess) async throws -> Result
) async throws -> Result {
    try await withStarted(try await GatewayProcess.start(settings), use)
}

/// Runs the project's own site for the length of a call.
func withSite<Result: Sendable>(
    services: StubsProcess,
    redis: Int,
    _ use: @Sendable (GatewayProcess) async throws -> Result
) async throws -> Result {
    try await withStarted(try await GatewayProcess.startSite(services: services, redis: redis), use)
}

private func withStarted<Result: Sendable>(
    _ gateway: GatewayProcess,
    _ use: @Sendable (GatewayProcess) async throws -> Result
) async throws -> Result {
    do {
        let result = try await use(gateway)
        await gateway.server.stop()
        return result
    } catch {
        await gateway.server.stop()
        throw EndToEndError("\(error)\nThe gateway said:\n\(gateway.server.output)")
    }
}
