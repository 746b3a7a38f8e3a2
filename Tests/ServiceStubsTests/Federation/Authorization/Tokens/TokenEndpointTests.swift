import Foundation
import GRDB
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

/// The token endpoint, by the rules of the specifications.
struct TokenEndpointTests {
    private typealias Harness = AuthorizationHarness

    /// S4, S5: a code is good for what it was asked for, and for nothing else.
    @Test(arguments: [
        ("code_verifier", "another-verifier-that-is-long-enough-for-the-rule"), ("code_verifier", "short"),
        ("code_verifier", ""), ("redirect_uri", "http://blog.localhost:8080/auth/callback/"), ("redirect_uri", ""),
        ("code", "unheard-of"),
    ])
    func aCodeIsBoundToItsRequest(name: String, value: String) async throws {
        let harness = try Harness()
        let code = try await harness.code()
        let refused = try await harness.redeem(code, [name: value])
        #expect(refused.status == .badRequest)
        #expect(try harness.error(of: refused) == "invalid_grant")
        // Whoever has the code and not the proof has spoilt it.
        let again = try await harness.redeem(code)
        #expect(again.status == (name == "code" ? .ok : .badRequest))
    }

    @Test func aCodeIsItsClientsAlone() async throws {
        let harness = try Harness()
        let code = try await harness.code()
        #expect(try harness.error(of: try await harness.redeem(code, client: "market")) == "invalid_grant")
        #expect(try await harness.redeem(code).status == .ok)
    }

    @Test(arguments: [(59, true), (60, false)])
    func aCodeLastsAMinute(seconds: Int64, isGood: Bool) async throws {
        let harness = try Harness()
        let code = try await harness.code()
        harness.clock.advance(seconds)
        #expect((try await harness.redeem(code).status == .ok) == isGood)
    }

    /// S4: a code that comes again ends what followed from it.
    @Test func aCodeThatComesAgainEndsItsTokens() async throws {
        let harness = try Harness()
        let code = try await harness.code()
        let tokens = try await harness.redeem(code).decoded(TokenAnswer.self)
        #expect(try harness.error(of: try await harness.redeem(code)) == "invalid_grant")
        #expect(try await harness.refresh(tokens.refreshToken).status == .badRequest)
        let userInfo = try await harness.get(
            "/oauth/userinfo",
            headers: ["Authorization": "Bearer \(tokens.accessToken)"]
        )
        #expect(userInfo.status == .unauthorized)
    }

    /// S4: of fifty at once exactly one gets tokens.
    @Test func ofManyAtOnceOneGetsTokens() async throws {
        let harness = try Harness()
        let code = try await harness.code()
        let statuses = try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { group in
            for _ in 1...50 { group.addTask { try await harness.redeem(code).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.count { $0 == .ok } == 1)
        #expect(statuses.count { $0 == .badRequest } == 49)
    }

    /// S6, S7, S8.
    @Test(arguments: [
        (["grant_type": "password"], 400, "unsupported_grant_type"), (["grant_type": ""], 400, "invalid_request"),
        (["grant_type": "implicit"], 400, "unsupported_grant_type"), (["code": ""], 400, "invalid_request"),
        (["client_secret": "wrong"], 401, "invalid_client"), (["client_id": "nobody"], 401, "invalid_client"),
        (["client_secret": ""], 401, "invalid_client"),
    ])
    func whatIsRefused(changes: [String: String], status: Int, error: String) async throws {
        let harness = try Harness()
        let response = try await harness.redeem("x", changes.mapValues(Optional.some))
        #expect(response.status.code == status)
        #expect(try harness.error(of: response) == error)
        #expect((response["WWW-Authenticate"]?.hasPrefix("Basic ") == true) == (status == 401))
        #expect(response["Cache-Control"] == "no-store")
        #expect(response["Pragma"] == "no-cache")
    }

    @Test func onlyAFormThatIsPostedIsAnswered() async throws {
        let harness = try Harness()
        #expect(try await harness.get("/oauth/token").status == .methodNotAllowed)
        let json = try await harness.post("/oauth/token", "{}", headers: ["Content-Type": "application/json"])
        #expect(json.status == .badRequest || json.status == .unauthorized)
        let twice = try await harness.post(
            "/oauth/token",
            Harness.encode(Harness.credentials()) + "&grant_type=refresh_token&grant_type=refresh_token"
        )
        #expect(try harness.error(of: twice) == "invalid_request")
    }

    /// S7: a client says who it is in one way.
    @Test func clientsAuthenticateByHeaderOrByForm() async throws {
        let harness = try Harness()
        let encoded = "blog:" + Escape.urlComponent(Harness.secret)
        let header = ["Authorization": "Basic " + Data(encoded.utf8).base64EncodedString()]
        func answer(_ form: [String: String]) async throws -> TestResponse {
            try await harness.post("/oauth/token", Harness.encode(form), headers: header)
        }
        let code = try await harness.code()
        let form = [
            "grant_type": "authorization_code", "code": code, "redirect_uri": Harness.redirectURI,
            "code_verifier": Harness.verifier,
        ]
        let both = try await answer(form.merging(Harness.credentials()) { $1 })
        #expect(try harness.error(of: both) == "invalid_request")
        let other = try await answer(form.merging(["client_id": "market"]) { $1 })
        #expect(try harness.error(of: other) == "invalid_request")
        #expect(try await answer(form).status == .ok)
    }

    /// S19: each refresh token is used once; a lost answer can be fetched again for ten seconds.
    @Test func aLostAnswerIsGivenAgain() async throws {
        let harness = try Harness()
        let tokens = try await harness.tokens()
        let first = try await harness.refresh(tokens.refreshToken).decoded(TokenAnswer.self)
        #expect(first.refreshToken != tokens.refreshToken)
        harness.clock.advance(10)
        #expect(try await harness.refresh(tokens.refreshToken).decoded(TokenAnswer.self) == first)
        #expect(try await harness.refresh(first.refreshToken).status == .ok)
    }

    @Test(arguments: [(11, false), (1, true)])
    func aUsedTokenThatComesAgainEndsTheFamily(seconds: Int64, isSuccessorUsed: Bool) async throws {
        let harness = try Harness()
        let tokens = try await harness.tokens()
        var latest = try await harness.refresh(tokens.refreshToken).decoded(TokenAnswer.self)
        if isSuccessorUsed { latest = try await harness.refresh(latest.refreshToken).decoded(TokenAnswer.self) }
        harness.clock.advance(seconds)
        #expect(try harness.error(of: try await harness.refresh(tokens.refreshToken)) == "invalid_grant")
        #expect(try harness.error(of: try await harness.refresh(latest.refreshToken)) == "invalid_grant")
    }

    /// R1: however many ask at once, there is one successor.
    @Test func ofManyRefreshesAtOnceAllGetTheSame() async throws {
        let harness = try Harness()
        let tokens = try await harness.tokens()
        let answers = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 1...50 {
                group.addTask {
                    try await harness.refresh(tokens.refreshToken).decoded(TokenAnswer.self).refreshToken
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(answers.count == 1)
    }

    /// S20.
    @Test func aRefreshTokenIsItsClientsAlone() async throws {
        let harness = try Harness()
        let tokens = try await harness.tokens()
        #expect(
            try harness.error(of: try await harness.refresh(tokens.refreshToken, client: "market")) == "invalid_grant"
        )
        #expect(try await harness.refresh(tokens.refreshToken).status == .ok)
    }

    /// S20: a scope can only become less, and a refusal uses nothing up.
    @Test func aScopeCanBecomeLess() async throws {
        let harness = try Harness()
        let tokens = try await harness.tokens(["scope": "openid profile"])
        let more = try await harness.refresh(tokens.refreshToken, ["scope": "openid email"])
        #expect(try harness.error(of: more) == "invalid_scope")
        let less = try await harness.refresh(tokens.refreshToken, ["scope": "openid"]).decoded(TokenAnswer.self)
        #expect(less.scope == "openid")
        let whole = try await harness.refresh(less.refreshToken).decoded(TokenAnswer.self)
        #expect(whole.scope == "openid profile")
    }

    @Test func aRefreshTokenThatIsNotUsedIsOver() async throws {
        let harness = try Harness()
        let tokens = try await harness.tokens()
        harness.clock.advance(14 * 86_400)
        #expect(try harness.error(of: try await harness.refresh(tokens.refreshToken)) == "invalid_grant")
    }

    /// Nobody who reads the database has a token.
    @Test func theDatabaseHoldsNoToken() async throws {
        let harness = try Harness()
        let code = try await harness.code()
        let tokens = try await harness.redeem(code).decoded(TokenAnswer.self)
        let next = try await harness.refresh(tokens.refreshToken).decoded(TokenAnswer.self)
        let dump = try await harness.environment.read { database in
            try ["authorizationCode", "refreshToken", "accessToken", "authorizationGrant"].map { table in
                try Row.fetchAll(database, sql: "SELECT * FROM \(table)").description
            }.joined()
        }
        for secret in [code, tokens.accessToken, tokens.refreshToken, tokens.identityToken, next.refreshToken] {
            #expect(!dump.contains(secret))
        }
        #expect(dump.contains("session-1"))
    }
}
