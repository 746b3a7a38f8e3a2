import Logging
import Synchronization
import Testing

@testable import Gateway

/// The sign-on of a small site, with a provider on a socket and everything else in memory.
struct SignOnHarness: Sendable {
    static let secret = "s3cret:%+\u{fc} of the client"
    static let hosts = ["blog", "market", "cart", "events", "federation", "account"]

    let provider: ScriptedProvider
    let configuration: GatewayConfiguration
    let signOn: SignOn
    let store: MemoryStateStore
    let keeper: MemorySessionKeeper
    let log: RecordedLog

    /// Runs a body with a provider that keeps to a script.
    ///
    /// - Parameters:
    ///   - script: what the provider does.
    ///   - isSiteOwn: whether the provider is the site's own service, and reached by its upstream alone.
    ///   - timeout: how long one request to the provider may take.
    ///   - concurrency: how many requests of the sign-on may be under way.
    ///   - body: the test.
    /// - Throws: what the test throws.
    static func with(
        _ script: ScriptedProvider.Script = ScriptedProvider.Script(),
        isSiteOwn: Bool = false,
        timeout: String = "5s",
        concurrency: Int = 256,
        _ body: (SignOnHarness) async throws -> Void
    ) async throws {
        var script = script
        if isSiteOwn { script.issuer = "http://federation.site.invalid:8080" }
        try await ScriptedProvider.with(script) { provider in
            let services = Self.hosts.map { name in
                "\(name): { upstream: \"\(name == "federation" ? provider.url : "http://127.0.0.1:1")\" }"
            }
            let text = """
                domain: site.invalid
                public-url: "http://{host}:8080"
                identity: { secret: 0123456789abcdef0123456789abcdef }
                session: { key: 0123456789abcdef0123456789abcdef }
                services: { \(services.joined(separator: ", ")) }
                sso:
                  issuer: "\(provider.issuer)"
                  \(isSiteOwn ? "provider: federation" : "")
                  timeout: \(timeout)
                  concurrency: \(concurrency)
                  clients: { "*": { client-id: "gw-{service}", client-secret: "\(Self.secret)" } }
                """
            let configuration = try ConfigurationSamples.load(text)
            let log = RecordedLog()
            let logger = log.logger
            let client = ProviderClient(
                configuration: configuration,
                settings: try #require(configuration.signOn),
                logger: logger
            )
            let (store, keeper) = (MemoryStateStore(), MemorySessionKeeper())
            let harness = SignOnHarness(
                provider: provider,
                configuration: configuration,
                signOn: try SignOn(
                    configuration: configuration,
                    provider: client,
                    store: store,
                    keeper: keeper,
                    logger: logger
                ),
                store: store,
                keeper: keeper,
                log: log
            )
            do {
                try await body(harness)
            } catch {
                await client.shutdown()
                throw error
            }
            await client.shutdown()
        }
    }

    /// A login that waits for the provider.
    struct Begun: Sendable {
        let location: String
        let browser: String
    }

    func host(_ name: String) -> String { "\(name).site.invalid" }

    /// Begins a login.
    func begin(
        _ name: String = "blog",
        returnTo: String = "/write",
        browser: String? = nil,
        isSilent: Bool = false
    ) async throws -> Begun {
        let visit = SignOnVisit(host: self.host(name), browsers: browser.map { [$0] } ?? [])
        let answer = await self.signOn.begin(visit, returnTo: ReturnTo(returnTo), isSilent: isSilent)
        guard case .redirect(let location, let cookies, false) = answer, cookies.count == 1 else {
            throw Unexpected(answer)
        }
        let value = try #require(cookies[0].split(separator: ";").first?.dropFirst("bid=".count))
        #expect(cookies[0] == "bid=\(value); Path=/; HttpOnly; SameSite=Lax; Max-Age=3600")
        return Begun(location: location, browser: String(value))
    }

    /// The answer to a browser that comes back.
    func callBack(
        _ query: String,
        _ name: String = "blog",
        browser: String?,
        session: Session? = nil
    ) async -> SignOnAnswer {
        await self.signOn.callBack(
            SignOnVisit(
                host: self.host(name),
                browsers: browser.map { [$0] } ?? [],
                session: session,
                browserName: "Test/1"
            ),
            query: Array(query.utf8)
        )
    }

    /// A whole login.
    func logIn(
        _ name: String = "blog",
        returnTo: String = "/write",
        session: Session? = nil
    ) async throws -> SignOnAnswer {
        let begun = try await self.begin(name, returnTo: returnTo)
        let (_, query) = try #require(self.provider.signIn(begun.location))
        return await self.callBack(query, name, browser: begun.browser, session: session)
    }

    /// What a test did not expect to be answered.
    struct Unexpected: Error, CustomStringConvertible {
        let answer: SignOnAnswer

        init(_ answer: SignOnAnswer) { self.answer = answer }

        var description: String { "\(self.answer)" }
    }
}

/// Expects a value that had to be waited for.
func expect<Value: Equatable>(
    _ found: Value,
    is expected: Value,
    _ comment: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(found == expected, "\(comment)", sourceLocation: sourceLocation)
}

extension SignOnAnswer {
    /// What keeps somebody from being signed in; nil when something else is answered.
    var trouble: SignOnTrouble? {
        guard case .trouble(let trouble, _) = self else { return nil }
        return trouble
    }

    /// Where the browser goes.
    var location: String? {
        guard case .redirect(let location, _, _) = self else { return nil }
        return location
    }

    /// The cookies that are set.
    var cookies: [String] {
        guard case .redirect(_, let cookies, _) = self else { return [] }
        return cookies
    }
}

/// Everything that is written to a log, of every level.
final class RecordedLog: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { self.lines.withLock { $0.joined(separator: "\n") } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            self.log.lines.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
        }
    }
}
