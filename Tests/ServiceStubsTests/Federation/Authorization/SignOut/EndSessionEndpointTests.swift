import Foundation
import FragmentProtocol
import GRDB
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

/// S23: sign-outs that clients begin.
struct EndSessionEndpointTests {
    private typealias Harness = AuthorizationHarness

    private static let back = "http://blog.localhost:8080/auth/logged-out"

    private func logout(
        _ harness: Harness,
        _ parameters: [String: String],
        as identity: Identity?
    ) async throws
        -> TestResponse
    {
        try await harness.get("/oauth/logout?" + Harness.encode(parameters), as: identity)
    }

    private func isOver(_ harness: Harness, session: String = "session-1") async throws -> Bool {
        try await harness.environment.read { try EndedSession.fetchOne($0, key: session) != nil }
    }

    @Test(arguments: [true, false])
    func aGoodHintSignsOutAtOnceAlsoWhenItHasExpired(isSignedIn: Bool) async throws {
        let harness = try Harness()
        let tokens = try await harness.tokens()
        harness.clock.advance(3_000)
        let response = try await logout(
            harness,
            ["id_token_hint": tokens.identityToken, "post_logout_redirect_uri": Self.back, "state": "s 1"],
            as: isSignedIn ? harness.robin() : nil
        )
        #expect(response.status == .seeOther)
        #expect(response["Location"] == Self.back + "?state=s%201")
        #expect(try await isOver(harness))
        #expect(try await harness.refresh(tokens.refreshToken).status == .badRequest)
        let silent = try await harness.get(
            "/oauth/authorize?" + Harness.parameters(["prompt": "none"]),
            as: harness.robin()
        )
        #expect(try harness.location(of: silent)["error"] == "login_required")
    }

    @Test func theFormIsAnsweredToo() async throws {
        let harness = try Harness()
        let token = try await harness.tokens().identityToken
        let form = Harness.encode(["id_token_hint": token, "post_logout_redirect_uri": Self.back])
        #expect(try await harness.post("/oauth/logout", form)["Location"] == Self.back)
    }

    /// Without a hint, or with one of somebody else or nobody, the person is asked.
    @Test(arguments: ["", "a.b.c", "of somebody else"])
    func otherwiseThePersonIsAsked(hint: String) async throws {
        let harness = try Harness()
        let edith = Identity(
            subject: "user-2",
            sessionHash: "session-2",
            authenticatedAt: harness.clock.now,
            methods: ["pwd"]
        )
        let token = try await harness.tokens(as: edith).identityToken
        let parameters = [
            "id_token_hint": hint == "of somebody else" ? token : hint, "client_id": "blog",
            "post_logout_redirect_uri": Self.back, "state": "s",
        ]
        let response = try await logout(harness, parameters, as: harness.robin())
        #expect(response["Location"]?.hasPrefix("/sign-out?request=") == true)
        #expect(try await !isOver(harness))
        let request = try #require(try harness.location(of: response)["request"])
        // Nothing happens before the person has said so.
        let early = try await harness.get("/oauth/logout/complete?request=" + request)
        #expect(early["Location"] == "/sign-out?done=yes")
        let confirmed = try await harness.post("/sign-out", "request=" + request, as: harness.robin())
        #expect(
            try ActionAnswer.decode(from: confirmed.body.readableBytesView).redirect
                == "/sign-out?done=yes&request=" + request
        )
        #expect(try await isOver(harness))
        let next = "/oauth/logout/complete?request=" + request
        #expect(try await harness.get(next)["Location"] == Self.back + "?state=s")
        #expect(try await harness.get(next)["Location"] == "/sign-out?done=yes")
    }

    /// An address that is not registered is not gone to, and the sign-out happens all the same.
    @Test(arguments: [
        "https://evil.example/", back + "/", back + "?x=1", "http://market.localhost:8080/auth/logged-out",
    ])
    func anAddressThatIsNotRegisteredIsNotGoneTo(address: String) async throws {
        let harness = try Harness()
        let token = try await harness.tokens().identityToken
        let response = try await logout(
            harness,
            ["id_token_hint": token, "post_logout_redirect_uri": address],
            as: harness.robin()
        )
        #expect(response["Location"] == "/sign-out?done=yes")
        #expect(try await isOver(harness))
    }

    @Test(arguments: ["market", "nobody"])
    func theClientMustBeThatOfTheHint(client: String) async throws {
        let harness = try Harness()
        let token = try await harness.tokens().identityToken
        let response = try await logout(harness, ["id_token_hint": token, "client_id": client], as: harness.robin())
        #expect(response.status == .badRequest)
        #expect(try await !isOver(harness))
    }

    /// Whoever is signed out already goes back at once.
    @Test func whoIsNotSignedInGoesBack() async throws {
        let harness = try Harness()
        let parameters = ["client_id": "blog", "post_logout_redirect_uri": Self.back]
        #expect(try await logout(harness, parameters, as: nil)["Location"] == Self.back)
        #expect(try await logout(harness, [:], as: nil)["Location"] == "/sign-out?done=yes")
    }

    @Test func nothingStandsTwice() async throws {
        let harness = try Harness()
        let response = try await harness.get("/oauth/logout?state=a&state=b", as: harness.robin())
        #expect(response.status == .badRequest)
    }

    /// S25: what was granted for when nobody is there outlives the session, for clients that are not of the site.
    @Test(arguments: [("openid", false), ("openid offline_access", true)])
    func refreshTokensEndWithTheSession(scope: String, lives: Bool) async throws {
        let harness = try Harness()
        try await harness.environment.database.write { database in
            try Consent(subject: "user-1", client: "reader", scopes: AuthorizationRequest.knownScopes).insert(database)
        }
        let own = try await harness.tokens(["scope": scope])
        let other = try await harness.tokens(client: "reader", ["scope": scope])
        _ = try await logout(harness, ["id_token_hint": own.identityToken], as: harness.robin())
        #expect(try await harness.refresh(own.refreshToken).status == .badRequest)
        #expect((try await harness.refresh(other.refreshToken, client: "reader").status == .ok) == lives)
    }
}
