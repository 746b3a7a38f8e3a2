import Foundation
import GRDB
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

/// What tokens are good for: userinfo, introspection and revocation.
struct TokenUseTests {
    private typealias Harness = AuthorizationHarness

    private func userInfo(_ harness: Harness, _ token: String) async throws -> TestResponse {
        try await harness.get("/oauth/userinfo", headers: ["Authorization": "Bearer \(token)"])
    }

    private func introspect(
        _ harness: Harness,
        _ token: String,
        client: String = "blog"
    ) async throws
        -> [String: Any]
    {
        var form = Harness.credentials(client)
        form["token"] = token
        let response = try await harness.post("/oauth/introspect", Harness.encode(form))
        #expect(response.status == .ok)
        return try #require(try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any])
    }

    private func revoke(_ harness: Harness, _ token: String, client: String = "blog") async throws -> TestResponse {
        var form = Harness.credentials(client)
        form["token"] = token
        return try await harness.post("/oauth/revoke", Harness.encode(form))
    }

    /// S14.
    @Test func userInfoTellsOfThePerson() async throws {
        let harness = try Harness()
        let token = try await harness.tokens().accessToken
        for response in [
            try await userInfo(harness, token),
            try await harness.post("/oauth/userinfo", "access_token=" + token),
            try await harness.post("/oauth/userinfo", "", headers: ["Authorization": "Bearer \(token)"]),
        ] {
            let claims = try response.decoded(PersonClaims.self)
            #expect(claims.subject == "user-1")
            #expect(claims.name == "Robin Hale")
            #expect(claims.email == "member@example.org")
            #expect(claims.roles == [])
            #expect(response["Cache-Control"] == "no-store")
        }
    }

    /// S14: each kind of refusal says what it may.
    @Test func userInfoIsRefused() async throws {
        let harness = try Harness()
        let tokens = try await harness.tokens()
        let none = try await harness.get("/oauth/userinfo")
        #expect(none.status == .unauthorized)
        #expect(none["WWW-Authenticate"] == "Bearer realm=\"\(Harness.issuer)\"")
        let query = try await harness.get("/oauth/userinfo?access_token=" + tokens.accessToken)
        #expect(query.status == .unauthorized)
        let both = try await harness.post(
            "/oauth/userinfo",
            "access_token=" + tokens.accessToken,
            headers: ["Authorization": "Bearer \(tokens.accessToken)"]
        )
        #expect(both.status == .badRequest)
        // S15: a token of another kind, or a changed one, is none.
        var parts = tokens.accessToken.split(separator: ".").map(String.init)
        parts[2] = String(parts[2].reversed())
        for token in [tokens.identityToken, tokens.refreshToken, "x", "a.b.c", parts.joined(separator: ".")] {
            let response = try await userInfo(harness, token)
            #expect(response.status == .unauthorized)
            #expect(response["WWW-Authenticate"]?.contains("error=\"invalid_token\"") == true)
        }
        harness.clock.advance(300)
        #expect(try await userInfo(harness, tokens.accessToken).status == .unauthorized)
    }

    /// A client that is not of the site knows what it was granted, and no more.
    @Test(
        arguments: [
            ("openid", nil, nil), ("openid profile", "Robin Hale", nil), ("openid email", nil, "member@example.org"),
        ] as [(String, String?, String?)]
    )
    func scopesDecideWhatIsTold(scope: String, name: String?, email: String?) async throws {
        let harness = try Harness()
        try await harness.environment.database.write { database in
            try Consent(subject: "user-1", client: "reader", scopes: AuthorizationRequest.knownScopes).insert(database)
        }
        let tokens = try await harness.tokens(client: "reader", ["scope": scope])
        let claims = try await userInfo(harness, tokens.accessToken).decoded(PersonClaims.self)
        #expect(claims.name == name)
        #expect(claims.email == email)
        let identity = try harness.server.ring.claims(IdentityTokenClaims.self, of: tokens.identityToken, typ: "JWT")
        #expect(identity.person == claims)
    }

    /// S15.
    @Test func theAccessTokenIsWhatTheProfileSays() async throws {
        let harness = try Harness()
        let token = try await harness.tokens().accessToken
        let claims = try harness.server.ring.claims(AccessTokenClaims.self, of: token, typ: "at+jwt")
        #expect(claims.issuer == Harness.issuer)
        #expect(claims.audience == Harness.issuer)
        #expect(claims.client == "blog")
        #expect(claims.expiresAt == harness.clock.now + 300)
        #expect(claims.session == "session-1")
    }

    /// S16.
    @Test func introspectionTellsAClientOfItsOwnTokensAlone() async throws {
        let harness = try Harness()
        let tokens = try await harness.tokens()
        let access = try await introspect(harness, tokens.accessToken)
        #expect(access["active"] as? Bool == true)
        #expect(access["sub"] as? String == "user-1")
        #expect(access["client_id"] as? String == "blog")
        #expect(access["scope"] as? String == "openid profile email")
        #expect(access["token_type"] as? String == "Bearer")
        let refresh = try await introspect(harness, tokens.refreshToken)
        #expect(refresh["active"] as? Bool == true)
        for (token, client) in [
            (tokens.accessToken, "market"), (tokens.refreshToken, "market"), ("x", "blog"),
            (tokens.identityToken, "blog"),
        ] {
            let answer = try await introspect(harness, token, client: client)
            #expect(answer.keys.sorted() == ["active"])
            #expect(answer["active"] as? Bool == false)
        }
        let unknown = try await harness.post("/oauth/introspect", "token=x")
        #expect(unknown.status == .unauthorized)
    }

    /// S17.
    @Test func revocationEndsTheFamilyOrTheTokenAlone() async throws {
        let harness = try Harness()
        let tokens = try await harness.tokens()
        #expect(try await revoke(harness, "unheard-of").status == .ok)
        #expect(try await revoke(harness, tokens.refreshToken, client: "market").status == .ok)
        #expect(try await userInfo(harness, tokens.accessToken).status == .ok)
        #expect(try await revoke(harness, tokens.accessToken).status == .ok)
        #expect(try await userInfo(harness, tokens.accessToken).status == .unauthorized)
        let next = try await harness.refresh(tokens.refreshToken).decoded(TokenAnswer.self)
        #expect(try await userInfo(harness, next.accessToken).status == .ok)
        #expect(try await revoke(harness, next.refreshToken).status == .ok)
        #expect(try await userInfo(harness, next.accessToken).status == .unauthorized)
        #expect(try await harness.refresh(next.refreshToken).status == .badRequest)
        let unknown = try await harness.post("/oauth/revoke", "token=" + next.refreshToken)
        #expect(unknown.status == .unauthorized)
    }
}
