import Foundation
import FragmentProtocol
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

/// What a client goes through, from discovery to a refreshed token.
struct AuthorizationFlowTests {
    @Test(arguments: ["blog", "market"])
    func aClientSignsSomebodyInWithAPushedRequest(client: String) async throws {
        let harness = try AuthorizationHarness()
        let pushed = try await harness.post(
            "/oauth/par",
            AuthorizationHarness.parameters(client: client, ["client_secret": AuthorizationHarness.secret])
        )
        #expect(pushed.status == .created)
        let uri = try #require(try JSONSerialization.jsonObject(with: Data(pushed.text.utf8)) as? [String: Any])
        let requestURI = try #require(uri["request_uri"] as? String)
        let there = "/oauth/authorize?" + AuthorizationHarness.encode(["client_id": client, "request_uri": requestURI])
        let sent = try await harness.get(there, as: harness.robin())
        #expect(sent.status == .seeOther)
        #expect(sent["Location"]?.hasPrefix("http://\(client).localhost:8080/auth/callback?") == true)
        #expect(sent["Cache-Control"] == "no-store")
        #expect(sent["Referrer-Policy"] == "no-referrer")
        let answer = try harness.location(of: sent)
        #expect(answer["state"] == "state-1")
        #expect(answer["iss"] == AuthorizationHarness.issuer)
        let redeemed = try await harness.redeem(try #require(answer["code"]), client: client)
        #expect(redeemed.status == .ok)
        #expect(redeemed["Cache-Control"] == "no-store")
        #expect(redeemed["Pragma"] == "no-cache")
        let tokens = try redeemed.decoded(TokenAnswer.self)
        #expect(tokens.tokenType == "Bearer")
        let ring = harness.server.ring
        let claims = try ring.claims(IdentityTokenClaims.self, of: tokens.identityToken, typ: "JWT")
        #expect(claims.issuer == AuthorizationHarness.issuer)
        #expect(claims.audience == client)
        #expect(claims.subject == "user-1")
        #expect(claims.nonce == "nonce-1")
        #expect(claims.session == "session-1")
        #expect(claims.authenticatedAt == harness.clock.now - 60)
        #expect(claims.methods == ["pwd"])
        #expect(claims.person.name == "Robin Hale")
        #expect(claims.person.email == "member@example.org")
        #expect(claims.accessTokenHash == TokenIssuer.halfHash(of: tokens.accessToken))
        #expect(throws: KeyRing.BadToken.self) {
            try ring.claims(AccessTokenClaims.self, of: tokens.identityToken, typ: "at+jwt")
        }
        let refreshed = try await harness.refresh(tokens.refreshToken, client: client).decoded(TokenAnswer.self)
        let later = try ring.claims(IdentityTokenClaims.self, of: refreshed.identityToken, typ: "JWT")
        #expect(later.nonce == nil)
        #expect(later.authenticatedAt == claims.authenticatedAt)
        #expect(later.subject == claims.subject)
    }
}
