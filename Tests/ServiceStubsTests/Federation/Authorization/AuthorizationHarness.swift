import Foundation
import FragmentProtocol
import GRDB
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import Testing

@testable import ServiceStubs

/// A clock that tests set.
final class TestClock: Sendable {
    private let moment: Mutex<Int64>

    init(_ moment: Int64) {
        self.moment = Mutex(moment)
    }

    /// Seconds since 1970.
    var now: Int64 { moment.withLock { $0 } }

    func advance(_ seconds: Int64) {
        moment.withLock { $0 += seconds }
    }
}

/// The authorization server over a fresh database, with four clients, and a browser of Robin's.
struct AuthorizationHarness: Sendable {
    let clock = TestClock(Int64(StubHarness.now.timeIntervalSince1970))
    let environment: StubEnvironment
    let server: AuthorizationServer

    static let secret = "a client's secret of the tests, long enough"
    static let redirectURI = "http://blog.localhost:8080/auth/callback"
    static let verifier = "a-verifier-of-the-tests-that-is-long-enough-43"
    static let issuer = "http://federation.localhost:8080"

    /// The keys take a while to find, so all tests use the same.
    private static let keys: Result<[SigningKey], any Error> = Result {
        try SigningAlgorithm.allCases.map { try SigningKey(generating: $0) }
    }

    init(backChannel: [String: String] = [:], outbox: URL? = nil) throws {
        let clock = clock
        var environment = StubEnvironment(
            database: try ServiceDatabase.open(path: ":memory:", today: Day(StubHarness.now)),
            links: Links(template: "http://{service}.localhost:8080"),
            identityKey: try IdentityKey.shared(secret: StubHarness.secret),
            issuer: "gateway",
            now: { Date(timeIntervalSince1970: TimeInterval(clock.now)) }
        )
        let keys = try Self.keys.get()
        // The password of the seed, with less work than anybody should have who guesses it.
        let cost = PasswordHash.Cost(logRounds: 4, blockSize: 8, parallelism: 1)
        let password = try PasswordHash(of: "rose-ash", cost: cost).description
        try environment.database.write { database in
            try database.execute(literal: "UPDATE credential SET password = \(password)")
            for key in keys {
                try StoredKey(id: key.id, algorithm: key.algorithm, bytes: key.bytes, madeAt: 0).insert(database)
            }
        }
        server = try AuthorizationServer(
            environment: environment,
            clients: try ClientRegistry(json: Data(Self.clients(backChannel).utf8)),
            outbox: try outbox.map { try Outbox(file: $0) }
        )
        environment.authorization = server
        self.environment = environment
    }

    private static func clients(_ backChannel: [String: String]) -> String {
        let entries = [
            ("blog", #""first_party": true"#),
            ("market", #""first_party": true, "id_token_signed_response_alg": "ES256""#),
            ("reader", #""client_name": "The Reader""#), ("pusher", #""require_pushed_authorization_requests": true"#),
        ].map { id, more in
            let address = backChannel[id].map { #", "backchannel_logout_uri": "\#($0)""# } ?? ""
            return """
                {"client_id": "\(id)", "client_secret": "\(secret)", \
                "redirect_uris": ["http://\(id).localhost:8080/auth/callback"], \
                "post_logout_redirect_uris": ["http://\(id).localhost:8080/auth/logged-out"], \(more)\(address)}
                """
        }
        return #"{"clients": [\#(entries.joined(separator: ","))]}"#
    }

    /// Robin, signed in at the provider a minute ago.
    func robin(session: String = "session-1", at moment: Int64? = nil) -> Identity {
        Identity(
            subject: "user-1",
            name: "Robin Hale",
            email: "member@example.org",
            sessionHash: session,
            authenticatedAt: moment ?? clock.now - 60,
            methods: ["pwd"]
        )
    }

    // ---- Requests

    /// Runs a test against the service's routes.
    func run<Value: Sendable>(
        live: Bool = false,
        _ test: @escaping @Sendable (any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try await StubServer.application(
            for: FederationService(),
            port: 0,
            environment: environment,
            logger: logger
        ).test(live ? .live : .router, test)
    }

    func get(_ path: String, as identity: Identity? = nil, headers: [String: String] = [:]) async throws -> TestResponse
    {
        let fields = try fields(identity, headers)
        return try await run { try await $0.execute(uri: path, method: .get, headers: fields) }
    }

    func post(
        _ path: String,
        _ form: String,
        as identity: Identity? = nil,
        headers: [String: String] = [:]
    ) async throws -> TestResponse {
        let fields = try fields(identity, headers.merging(["Content-Type": "application/x-www-form-urlencoded"]) { $1 })
        return try await run {
            try await $0.execute(uri: path, method: .post, headers: fields, body: ByteBuffer(string: form))
        }
    }

    private func fields(_ identity: Identity?, _ headers: [String: String]) throws -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in headers { fields.set(name, value) }
        if let identity {
            fields.set(
                HeaderName.gatewayIdentity,
                try IdentityAssertion.sign(
                    identity,
                    issuer: "gateway",
                    audience: "federation",
                    now: clock.now,
                    id: "0123456789abcdef",
                    lifetime: 60,
                    key: IdentityKey.shared(secret: StubHarness.secret)
                )
            )
        }
        return fields
    }

    // ---- The flow

    /// The parameters of a good request, with changes; nil takes one out.
    static func parameters(client: String = "blog", _ changes: [String: String?] = [:]) -> String {
        var parameters: [String: String] = [
            "response_type": "code", "client_id": client,
            "redirect_uri": "http://\(client).localhost:8080/auth/callback", "scope": "openid profile email",
            "state": "state-1", "nonce": "nonce-1", "code_challenge": ProofKey.challenge(of: verifier),
            "code_challenge_method": "S256",
        ]
        for (name, value) in changes { parameters[name] = value }
        return encode(parameters)
    }

    static func encode(_ parameters: [String: String]) -> String {
        parameters.sorted { $0.key < $1.key }
            .map { Escape.urlComponent($0.key) + "=" + Escape.urlComponent($0.value) }.joined(separator: "&")
    }

    /// The client's own word for itself, in a form.
    static func credentials(_ client: String = "blog") -> [String: String] {
        ["client_id": client, "client_secret": secret]
    }

    /// A code for Robin.
    func code(
        client: String = "blog",
        as identity: Identity? = nil,
        _ changes: [String: String?] = [:]
    ) async throws
        -> String
    {
        let response = try await get(
            "/oauth/authorize?" + Self.parameters(client: client, changes),
            as: identity ?? robin()
        )
        return try #require(try location(of: response)["code"])
    }

    /// The answer of the token endpoint to a code.
    func redeem(
        _ code: String,
        client: String = "blog",
        _ changes: [String: String?] = [:]
    ) async throws
        -> TestResponse
    {
        var form = Self.credentials(client)
        form["grant_type"] = "authorization_code"
        form["code"] = code
        form["redirect_uri"] = "http://\(client).localhost:8080/auth/callback"
        form["code_verifier"] = Self.verifier
        for (name, value) in changes { form[name] = value }
        return try await post("/oauth/token", Self.encode(form))
    }

    /// The answer of the token endpoint to a refresh token.
    func refresh(
        _ token: String,
        client: String = "blog",
        _ changes: [String: String?] = [:]
    ) async throws
        -> TestResponse
    {
        var form = Self.credentials(client)
        form["grant_type"] = "refresh_token"
        form["refresh_token"] = token
        for (name, value) in changes { form[name] = value }
        return try await post("/oauth/token", Self.encode(form))
    }

    /// Tokens for Robin.
    func tokens(
        client: String = "blog",
        as identity: Identity? = nil,
        _ changes: [String: String?] = [:]
    ) async throws
        -> TokenAnswer
    {
        try await redeem(try await code(client: client, as: identity, changes), client: client)
            .decoded(TokenAnswer.self)
    }

    /// The parameters of an address to which a browser is sent.
    func location(of response: TestResponse) throws -> OAuthParameters {
        let location = try #require(response["Location"], "\(response.status) \(response.text)")
        return try OAuthParameters(
            form: location.split(separator: "?", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
        )
    }

    /// The error code of a refusal.
    func error(of response: TestResponse) throws -> String {
        try response.decoded([String: String].self)["error"] ?? ""
    }
}

extension Identity {
    /// The same session of somebody else.
    func with(subject: String) -> Identity {
        var identity = self
        identity.subject = subject
        return identity
    }
}
