import FragmentProtocol
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

/// What becomes of requests at `/oauth/authorize`, by the rules of the specifications.
struct AuthorizeEndpointTests {
    private typealias Harness = AuthorizationHarness

    /// S1: nobody is sent to an address that is not, byte for byte, a registered one of a known client.
    @Test(arguments: [
        ("client_id", "nobody"), ("client_id", ""), ("client_id", "Blog"), ("redirect_uri", ""),
        ("redirect_uri", "http://blog.localhost:8080/auth/callback/"),
        ("redirect_uri", "http://blog.localhost:8080/auth/callback?x=1"),
        ("redirect_uri", "http://blog.localhost:8080/auth/callback#x"),
        ("redirect_uri", "http://blog.localhost:8080/auth/Callback"),
        ("redirect_uri", "http://BLOG.localhost:8080/auth/callback"),
        ("redirect_uri", "http://blog.localhost:8080/auth/%63allback"),
        ("redirect_uri", "http://blog.localhost:8080/auth/./callback"),
        ("redirect_uri", "http://blog.localhost/auth/callback"),
        ("redirect_uri", "https://blog.localhost:8080/auth/callback"),
        ("redirect_uri", "http://me@blog.localhost:8080/auth/callback"),
        ("redirect_uri", "http://market.localhost:8080/auth/callback"), ("redirect_uri", "https://evil.example/"),
    ])
    func nothingIsSentToAnAddressThatIsNotRegistered(name: String, value: String) async throws {
        let harness = try Harness()
        let query = Harness.parameters([name: value])
        let response = try await harness.get("/oauth/authorize?" + query, as: harness.robin())
        #expect(response.status == .badRequest)
        #expect(response["Location"] == nil)
        let page = try await harness.get(
            "/oauth/authorize?" + query,
            as: harness.robin(),
            headers: ["Accept": "text/html"]
        )
        #expect(page["Location"]?.hasPrefix("/sign-in/problem?code=") == true)
    }

    /// S2, S3, S5, S8, S11: what the client is told of at its address, with the state and the issuer.
    @Test(arguments: [
        ("scope=openid", "invalid_request"), ("state=other", "invalid_request"), ("nonce=2", "invalid_request"),
        ("response_type=", "invalid_request"), ("response_type=token", "unsupported_response_type"),
        ("response_type=id_token", "unsupported_response_type"),
        ("response_type=code+token", "unsupported_response_type"),
        ("response_mode=fragment", "invalid_request"), ("response_mode=form_post", "invalid_request"),
        ("code_challenge=", "invalid_request"), ("code_challenge_method=", "invalid_request"),
        ("code_challenge_method=plain", "invalid_request"), ("code_challenge=short", "invalid_request"),
        ("scope=profile", "invalid_scope"), ("request=eyJ", "request_not_supported"),
        ("registration=x", "registration_not_supported"), ("prompt=none+login", "invalid_request"),
        ("prompt=dance", "invalid_request"), ("max_age=-1", "invalid_request"), ("max_age=soon", "invalid_request"),
        ("id_token_hint=a.b.c", "invalid_request"),
    ])
    func theClientIsToldWhatIsWrong(change: String, code: String) async throws {
        let harness = try Harness()
        let isDuplicate = ["scope=openid", "state=other", "nonce=2"].contains(change)
        let name = String(change.prefix { $0 != "=" })
        let query = (isDuplicate ? Harness.parameters() : Harness.parameters([name: String?.none])) + "&" + change
        let response = try await harness.get("/oauth/authorize?" + query, as: harness.robin())
        #expect(response.status == .seeOther)
        #expect(response["Location"]?.hasPrefix(Harness.redirectURI + "?error=\(code)&") == true)
        let answer = try harness.location(of: response)
        #expect(answer["state"] == (name == "state" ? nil : "state-1"))
        #expect(answer["iss"] == Harness.issuer)
        #expect(answer["code"] == nil)
    }

    /// S29: what is not known is ignored, and a long nonce is given back.
    @Test func whatIsNotKnownIsIgnored() async throws {
        let harness = try Harness()
        let nonce = String(repeating: "n", count: 1_000)
        let tokens = try await harness.tokens(["scope": "openid unheard-of", "foo": "bar", "nonce": nonce])
        #expect(tokens.scope == "openid")
        let claims = try harness.server.ring.claims(IdentityTokenClaims.self, of: tokens.identityToken, typ: "JWT")
        #expect(claims.nonce == nonce)
    }

    /// S11: what a client that wants nothing to be shown is told.
    @Test(
        arguments: [
            ("blog", "none", false, nil, "login_required"), ("blog", "none", true, nil, nil),
            ("blog", "none", true, "30", "login_required"), ("blog", "none", true, "90", nil),
            ("reader", "none", true, nil, "consent_required"),
        ] as [(String, String, Bool, String?, String?)]
    )
    func silentRequests(
        client: String,
        prompt: String,
        isSignedIn: Bool,
        greatestAge: String?,
        error: String?
    ) async throws {
        let harness = try Harness()
        let query = Harness.parameters(client: client, ["prompt": prompt, "max_age": greatestAge])
        let response = try await harness.get("/oauth/authorize?" + query, as: isSignedIn ? harness.robin() : nil)
        let answer = try harness.location(of: response)
        #expect(response["Location"]?.hasPrefix("http://\(client).localhost:8080/auth/callback?") == true)
        #expect(answer["error"] == error)
        #expect((answer["code"] != nil) == (error == nil))
    }

    /// S11: what is shown to people instead.
    @Test(
        arguments: [
            ("blog", "", false, nil, "/sign-in?"), ("blog", "login", true, nil, "/sign-in?"),
            ("blog", "select_account", true, nil, "/sign-in?"), ("blog", "", true, "30", "/sign-in?"),
            ("blog", "", true, "0", "/sign-in?"), ("blog", "consent", true, nil, "/consent?"),
            ("reader", "", true, nil, "/consent?"),
        ] as [(String, String, Bool, String?, String)]
    )
    func whatIsShown(
        client: String,
        prompt: String,
        isSignedIn: Bool,
        greatestAge: String?,
        page: String
    ) async throws {
        let harness = try Harness()
        let query = Harness.parameters(client: client, ["prompt": prompt, "max_age": greatestAge])
        let response = try await harness.get("/oauth/authorize?" + query, as: isSignedIn ? harness.robin() : nil)
        #expect(response.status == .seeOther)
        #expect(response["Location"]?.hasPrefix(page) == true)
        #expect(try harness.location(of: response)["request"] != nil)
    }

    /// S10: whoever the gateway does not vouch for is nobody.
    @Test func onlyTheGatewaysWordCounts() async throws {
        let harness = try Harness()
        let path = "/oauth/authorize?" + Harness.parameters()
        let forged = try StubHarness.assertion(
            of: harness.robin(),
            for: "federation",
            secret: String(repeating: "x", count: 32)
        )
        let response = try await harness.get(path, headers: [HeaderName.gatewayIdentity: forged])
        #expect(response["Location"]?.hasPrefix("/sign-in?") == true)
        var identity = harness.robin()
        identity.sessionHash = nil
        #expect(try await harness.get(path, as: identity)["Location"]?.hasPrefix("/sign-in?") == true)
        identity = harness.robin()
        identity.authenticatedAt = nil
        #expect(try await harness.get(path, as: identity)["Location"]?.hasPrefix("/sign-in?") == true)
        #expect(try await harness.get(path, as: StubHarness.guest)["Location"]?.hasPrefix("/sign-in?") == true)
    }

    /// A hint names who is meant; somebody else does not do.
    @Test func aHintOfSomebodyElseIsNotAnswered() async throws {
        let harness = try Harness()
        let hint = try await harness.tokens().identityToken
        let edith = Identity(
            subject: "user-2",
            sessionHash: "session-2",
            authenticatedAt: harness.clock.now,
            methods: ["pwd"]
        )
        for (identity, prompt, error) in [(edith, "none", "login_required"), (harness.robin(), "none", nil)] {
            let query = Harness.parameters(["prompt": prompt, "id_token_hint": hint])
            let answer = try harness.location(of: try await harness.get("/oauth/authorize?" + query, as: identity))
            #expect(answer["error"] == error)
        }
        let shown = try await harness.get("/oauth/authorize?" + Harness.parameters(["id_token_hint": hint]), as: edith)
        #expect(shown["Location"]?.hasPrefix("/sign-in?") == true)
    }

    /// S28: no other site's script reaches it, and a question for the head alone uses no code up.
    @Test(arguments: [HTTPRequest.Method.options, .head, .put, .delete])
    func otherMethodsAreRefused(method: HTTPRequest.Method) async throws {
        let harness = try Harness()
        let response = try await harness.run {
            try await $0.execute(uri: "/oauth/authorize?" + Harness.parameters(), method: method)
        }
        #expect(response.status == .methodNotAllowed)
        #expect(response["Access-Control-Allow-Origin"] == nil)
    }
}
