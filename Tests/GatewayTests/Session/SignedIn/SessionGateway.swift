import FoundationEssentials
import FragmentProtocol
import Logging
import NIOCore
import NIOPosix
import TestSupport

@testable import Gateway

/// A whole gateway in the test's process, with two services that a test answers for: `federation`, the provider, and
/// `blog`.
struct SessionGateway: Sendable {
    static let identitySecret = String(repeating: "i", count: 32)
    static let issuer = "http://federation.localhost:8080"

    let port: Int
    let sessions: SignedInSessions

    /// What a test says of a request.
    struct Request {
        var method = "GET"
        var host = "blog.localhost"
        var path = "/"
        var cookie: String?
        var lines: [String] = ["Accept: text/html"]
        var form: String?

        var text: String {
            var lines =
                ["\(self.method) \(self.path) HTTP/1.1", "Host: \(self.host):8080", "Connection: close"] + self.lines
            if let cookie { lines.append("Cookie: \(cookie)") }
            if let form {
                lines += [
                    "Origin: http://\(self.host):8080", "Content-Type: application/x-www-form-urlencoded",
                    "Content-Length: \(form.utf8.count)",
                ]
            }
            return lines.joined(separator: "\r\n") + "\r\n\r\n" + (self.form ?? "")
        }
    }

    struct Answer {
        let text: String

        var status: Int { Int(self.text.split(separator: " ").dropFirst().first ?? "") ?? 0 }
        var body: String { self.text.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n") }

        func values(_ name: String) -> [String] {
            self.text.components(separatedBy: "\r\n\r\n")[0].components(separatedBy: "\r\n").compactMap { line in
                line.hasPrefix("\(name): ") ? String(line.dropFirst(name.count + 2)) : nil
            }
        }

        /// The value of a cookie that is set.
        func cookie(_ name: String) -> String? {
            self.values("Set-Cookie").first { $0.hasPrefix("\(name)=") }
                .map { String($0.dropFirst(name.count + 1).prefix { $0 != ";" }) }
        }
    }

    func get(_ path: String, host: String = "blog.localhost", cookie: String? = nil) async throws -> Answer {
        try await self.send(Request(host: host, path: path, cookie: cookie))
    }

    func send(_ request: Request) async throws -> Answer {
        Answer(text: try await ProxyTestClient.exchange(port: self.port, request.text))
    }

    /// Begins a session of blog's host, and gives the cookie's line.
    func signIn(
        roles: [String] = [],
        host: String = "blog.localhost"
    ) async throws -> (session: Session, cookie: String) {
        let (session, cookie) = try await self.sessions.begin(
            SignedInSamples.signIn(roles: roles),
            host: host,
            replacing: nil,
            browser: "Firefox/140.0 (Linux)"
        )
        return (session, "sid=\(cookie)")
    }

    /// Runs `body` with a gateway over a store.
    static func with(
        _ store: any StateStore,
        templates: KeyValuePairs<String, String>,
        pages: String,
        threads: Int = 1,
        origin handler: OriginHandler = OriginHandler { _ in OriginStep.answer(404) },
        _ body: (SessionGateway) async throws -> Void
    ) async throws {
        try await ScriptedOrigin.with(handler: handler) { origin in
            let configuration = try ConfigurationSamples.load(
                """
                domain: localhost
                public-url: "http://{host}:8080"
                services: { federation: { upstream: "\(origin.url)" }, blog: { upstream: "\(origin.url)" } }
                manifests: off
                identity: { secret: "\(Self.identitySecret)" }
                session: { key: "\(SignedInSamples.serverKey)" }
                sso:
                  issuer: "\(Self.issuer)"
                  provider: federation
                  clients: { "*": { client-id: "{service}", client-secret: "\(SignedInSamples.serverKey)" } }
                pages: [ \(pages) ]
                """
            )
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            let fetcher = SiteLoader.fetcher(configuration, threads: 1, logger: logger)
            let site = Site(
                configuration: configuration,
                templates: try compileTemplates(templates),
                assets: [],
                fetcher: fetcher,
                hasher: FragmentSamples.hasher
            )
            let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
            let sessions = try SignedInSamples.sessions(over: store)
            let fleet = try await LoopFleet.make(
                site: site,
                on: group,
                hasher: FragmentSamples.hasher,
                signedIn: sessions,
                logger: logger
            )
            let channel = try await fleet.listen(on: Endpoint(host: "127.0.0.1", port: 0))
            let result: Result<Void, any Error>
            do {
                try await body(SessionGateway(port: channel.localAddress?.port ?? 0, sessions: sessions))
                result = .success(())
            } catch {
                result = .failure(error)
            }
            try await channel.close()
            await fleet.quiesce(grace: .seconds(5))
            await fetcher.shutdown()
            try await group.shutdownGracefully()
            try result.get()
        }
    }
}

extension OriginRequest {
    /// Who the gateway says that asks; nil when it says nothing.
    func identity(of service: String) throws -> Identity? {
        guard let assertion = self.values("Gateway-Identity").first else { return nil }
        return try IdentityAssertion.verify(
            assertion,
            audience: service,
            issuer: "gateway",
            now: Instant.now().milliseconds / 1000,
            keys: [.shared(secret: SessionGateway.identitySecret)]
        )
    }
}
