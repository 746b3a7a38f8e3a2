import TestSupport
import Testing

@testable import Gateway

/// The exchange of refresh tokens.
@Suite(.timeLimit(.minutes(2)))
struct ProviderClientRefreshingTests {
    private func signedIn(_ harness: SignOnHarness) async throws -> SignIn {
        _ = try await harness.logIn()
        return try #require(harness.keeper.kept.last).signIn
    }

    @Test func theNewestTokenIsUsedNext() async throws {
        try await SignOnHarness.with { harness in
            let first = try await self.signedIn(harness)
            let host = harness.host("blog")
            harness.provider.change { $0.claims = ["name": "\"Ada L.\"", "roles": "[]"] }
            let second = try await harness.signOn.provider.refresh(first, host: host)
            let third = try await harness.signOn.provider.refresh(second, host: host)
            #expect(second.tokens?.refresh != first.tokens?.refresh)
            #expect(third.tokens?.access != second.tokens?.access)
            let sent = harness.provider.seen("/token").suffix(2).map { $0.form.first(named: "refresh_token") }
            #expect(sent == [first.tokens?.refresh, second.tokens?.refresh])
            #expect(harness.provider.seen("/token").last?.form.first(named: "scope") == nil)
            // What is told of the person holds, also what they may do no more.
            #expect(second.person.name == "Ada L.")
            #expect(second.person.roles.isEmpty)
            #expect(second.person.authenticatedAt == first.person.authenticatedAt)
            #expect(second.providerSession == "o-5")
        }
    }

    @Test func aProviderMayKeepTheTokenAndSendNoIdentity() async throws {
        try await SignOnHarness.with { harness in
            let first = try await self.signedIn(harness)
            harness.provider.change {
                $0.tokenAnswer = ScriptedProvider.json(#"{"access_token":"new","token_type":"Bearer","expires_in":60}"#)
            }
            let second = try await harness.signOn.provider.refresh(first, host: harness.host("blog"))
            #expect(second.tokens?.access == "new")
            #expect(second.tokens?.refresh == first.tokens?.refresh)
            #expect(second.tokens?.identity == first.tokens?.identity)
            #expect(second.person == first.person)
        }
    }

    private static let wrongClaims: [(String, String?)] = [
        ("sub", #""u8""#), ("iss", #""https://evil.example""#), ("aud", #""gw-market""#), ("auth_time", "1700000001"),
        ("nonce", #""stale""#), ("sid", #""o-6""#), ("exp", "1"), ("at_hash", #""AAAA""#),
    ]

    @Test(arguments: wrongClaims.indices)
    func aTokenOfSomebodyElseIsRefused(index: Int) async throws {
        try await SignOnHarness.with { harness in
            let first = try await self.signedIn(harness)
            harness.provider.change { $0.claims = [Self.wrongClaims[index].0: Self.wrongClaims[index].1] }
            do throws(RefreshFailure) {
                _ = try await harness.signOn.provider.refresh(first, host: harness.host("blog"))
                Issue.record("\(Self.wrongClaims[index]) was accepted")
            } catch {
                guard case .invalid = error else {
                    Issue.record("\(Self.wrongClaims[index]): \(error)")
                    return
                }
            }
        }
    }

    private static let failures: [([OriginStep], String)] = [
        (ScriptedProvider.json(#"{"error":"invalid_grant"}"#, status: 400), "refused"),
        (OriginStep.answer(503), "unavailable"), ([.close], "unavailable"), ([.stall], "unavailable"),
        (ScriptedProvider.json(#"{"error":"invalid_client"}"#, status: 401), "unavailable"),
        (ScriptedProvider.json("[]"), "invalid"),
        (OriginStep.answer(200, [("Content-Type", "text/html")], "x"), "invalid"),
    ]

    @Test(arguments: failures.indices)
    func failuresAreToldApart(index: Int) async throws {
        try await SignOnHarness.with(timeout: "500ms") { harness in
            let first = try await self.signedIn(harness)
            harness.provider.change { $0.tokenAnswer = Self.failures[index].0 }
            do throws(RefreshFailure) {
                _ = try await harness.signOn.provider.refresh(first, host: harness.host("blog"))
                Issue.record("\(Self.failures[index].1) was accepted")
            } catch {
                #expect("\(error)".hasPrefix(Self.failures[index].1), "\(error)")
            }
        }
    }

    @Test func withoutATokenThereIsNothingToRefresh() async throws {
        try await SignOnHarness.with { harness in
            var signIn = try await self.signedIn(harness)
            signIn.tokens?.refresh = nil
            await #expect(throws: RefreshFailure.refused) {
                _ = try await harness.signOn.provider.refresh(signIn, host: harness.host("blog"))
            }
        }
    }
}
