import Foundation

/// The built `service-stubs`: the six services on free ports, with a database in memory.
final class StubsProcess: Sendable {
    /// The services in the order of their ports.
    static let names = ["blog", "market", "cart", "events", "federation", "account"]

    /// What services and gateway sign identities with, in tests.
    static let identitySecret = String(repeating: "1d", count: 32)
    /// What the gateway shows to the sign-on provider as every one of its clients, in tests.
    static let signOnSecret = String(repeating: "50", count: 32)

    /// The port of the first service.
    let portBase: Int
    /// The port that the services' links name, on which a gateway is to listen.
    let publicPort: Int
    /// The program.
    let server: ServerProcess
    private let folder: TemporaryFolder

    /// Starts the services, with their switches for faults, and waits until all are ready.
    static func start() async throws -> StubsProcess {
        let folder = try TemporaryFolder()
        let portBase = try FreePorts.row(of: names.count)
        let publicPort = try FreePorts.row()
        try folder.write(clients(publicPort: publicPort), to: "clients.json")
        let server = try ServerProcess(
            "service-stubs",
            arguments: [
                "--port-base", String(portBase), "--database", ":memory:", "--faults",
                "--public", "http://{service}.localhost:\(publicPort)",
                "--clients", "clients.json", "--outbox", "outbox.jsonl",
            ],
            environment: ["IDENTITY_SECRET": identitySecret],
            workingIn: folder.url,
            log: folder.url.appendingPathComponent("services.log")
        )
        let stubs = StubsProcess(portBase: portBase, publicPort: publicPort, server: server, folder: folder)
        for name in names {
            let port = stubs.port(of: name)
            try await server.waitUntilReady {
                // Nobody listens yet, or the service is not ready: both mean to ask again.
                (try? await RawClient.get("/internal/health", host: "127.0.0.1", from: port))?.status == 200
            }
        }
        return stubs
    }

    /// The file of the sign-on's clients: a gateway's hosts, but for the provider's own.
    private static func clients(publicPort: Int) -> String {
        let clients = names.filter { $0 != "federation" }.map { name in
            let host = "http://\(name).localhost:\(publicPort)"
            return """
                {"client_id": "\(name)", "client_secret": "\(signOnSecret)", "first_party": true,
                 "redirect_uris": ["\(host)/auth/callback"], "post_logout_redirect_uris": ["\(host)/auth/logged-out"],
                 "backchannel_logout_uri": "\(host)/auth/backchannel"}
                """
        }
        return "{\"clients\": [\(clients.joined(separator: ", "))]}"
    }

    private init(portBase: Int, publicPort: Int, server: ServerProcess, folder: TemporaryFolder) {
        self.portBase = portBase
        self.publicPort = publicPort
        self.server = server
        self.folder = folder
    }

    /// The port of a service; of the first when there is none of that name.
    func port(of name: String) -> Int {
        portBase + (Self.names.firstIndex(of: name) ?? 0)
    }

    /// The services' ports, by the names that gateway.yaml reads: `BLOG_PORT` and so on.
    var portsByName: [String: String] {
        var ports = ["SERVICES_PORT": String(portBase)]
        for name in Self.names { ports[name.uppercased() + "_PORT"] = String(port(of: name)) }
        return ports
    }

    /// Sets the faults of a service: the JSON members of `POST /internal/faults`.
    func setFaults(_ json: String, of name: String) async throws {
        let request = RawRequest(
            method: "POST",
            target: "/internal/faults",
            host: "127.0.0.1",
            headers: [("Content-Type", "application/json")],
            body: json
        )
        let response = try await RawClient.request(request, to: port(of: name))
        guard (200..<300).contains(response.status) else {
            throw EndToEndError("POST /internal/faults of \(name): \(response.status) \(response.text)")
        }
    }
}

/// Runs the services for the length of a call.
func withStubs<Result: Sendable>(_ use: @Sendable (StubsProcess) async throws -> Result) async throws -> Result {
    let stubs = try await StubsProcess.start()
    do {
        let result = try await use(stubs)
        await stubs.server.stop()
        return result
    } catch {
        await stubs.server.stop()
        throw error
    }
}
