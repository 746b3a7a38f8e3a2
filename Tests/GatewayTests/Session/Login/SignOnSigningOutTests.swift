import TestSupport
import Testing

@testable import Gateway

/// Sign-outs: by the person, and by the provider.
@Suite(.timeLimit(.minutes(2)))
struct SignOnSigningOutTests {
    private static let deletion = "sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    private static let mark = "sso=0; Path=/; HttpOnly; SameSite=Lax; Max-Age=300"

    @Test func aSignOutEndsAllHostsAndRevokesTheToken() async throws {
        try await SignOnHarness.with(isSiteOwn: true) { harness in
            for host in ["blog", "market", "cart"] { _ = try await harness.logIn(host) }
            let kept = try #require(harness.keeper.kept.first)
            let answer = await harness.signOn.signOut(SignOnVisit(host: harness.host("blog"), session: kept.session))
            #expect(
                answer == .redirect(to: "/auth/logged-out", cookies: [Self.deletion, Self.mark], clearsSite: true)
            )
            #expect(harness.keeper.kept.isEmpty)
            let revoked = try #require(harness.provider.seen("/revoke").first)
            #expect(revoked.form.first(named: "token") == kept.signIn.tokens?.refresh)
            let ended = try #require(harness.provider.seen("/logout").first)
            #expect(ended.method == "POST")
            #expect(ended.form.first(named: "id_token_hint") == kept.signIn.tokens?.identity)
            #expect(ended.form.first(named: "client_id") == "gw-blog")
        }
    }

    @Test func aForeignProviderIsToldByTheBrowser() async throws {
        try await SignOnHarness.with { harness in
            _ = try await harness.logIn()
            let kept = try #require(harness.keeper.kept.first)
            let visit = SignOnVisit(host: harness.host("blog"), session: kept.session)
            let location = await harness.signOn.signOut(visit).location ?? ""
            #expect(location.hasPrefix("\(harness.provider.url)/logout?client_id=gw-blog&post_logout_redirect_uri="))
            let asked = try #require(harness.provider.asked(location))
            #expect(asked.first(named: "post_logout_redirect_uri") == "http://blog.site.invalid:8080/auth/logged-out")
            let state = try #require(asked.first(named: "state"))
            let query = Array("state=\(state)".utf8)
            // Of another host it is nothing, and it counts once.
            await expect(harness.signOn.signedOut(visit, query: query), is: .signedOut(isExpected: true))
            await expect(harness.signOn.signedOut(visit, query: query), is: .signedOut(isExpected: false))
            for query in ["state=other", "state=a&state=b", "state=%ff", "state=\(String(repeating: "s", count: 500))"]
            {
                await expect(
                    harness.signOn.signedOut(visit, query: Array(query.utf8)),
                    is: .signedOut(isExpected: false)
                )
            }
            await expect(harness.signOn.signedOut(visit, query: []), is: .signedOut(isExpected: true))
            // The state of a login is none of a sign-out, and the other way round.
            let begun = try await harness.begin()
            let login = try #require(harness.provider.asked(begun.location)?.first(named: "state"))
            await expect(
                harness.signOn.signedOut(visit, query: Array("state=\(login)".utf8)),
                is: .signedOut(isExpected: false)
            )
        }
    }

    @Test func aProviderThatIsDownKeepsNobodySignedIn() async throws {
        try await SignOnHarness.with(isSiteOwn: true) { harness in
            _ = try await harness.logIn()
            let kept = try #require(harness.keeper.kept.first)
            harness.provider.change {
                $0.answers["/revoke"] = [.close]
                $0.answers["/logout"] = OriginStep.answer(500)
            }
            let visit = SignOnVisit(host: harness.host("blog"), session: kept.session)
            await expect(harness.signOn.signOut(visit).location, is: "/auth/logged-out")
            #expect(harness.keeper.kept.isEmpty)
        }
    }

    @Test func aSharedStateThatIsDownIsSaid() async throws {
        try await SignOnHarness.with { harness in
            _ = try await harness.logIn()
            let kept = try #require(harness.keeper.kept.first)
            harness.keeper.setDown(true)
            let visit = SignOnVisit(host: harness.host("blog"), session: kept.session)
            await expect(harness.signOn.signOut(visit).trouble, is: .unavailable)
            // Whoever is not signed in is signed out at once.
            let nobody = await harness.signOn.signOut(SignOnVisit(host: harness.host("blog")))
            #expect(nobody.location == "/auth/logged-out")
        }
    }

    private func send(_ token: String, to host: String = "blog", _ harness: SignOnHarness) async -> Int {
        let body = ScriptedProvider.query([("logout_token", token)])
        guard
            case .text(let status, _) = await harness.signOn.backChannel(
                host: harness.host(host),
                body: Array(body.utf8)
            )
        else { return 0 }
        return status
    }

    @Test func theProviderEndsItsSessionOnAllHosts() async throws {
        try await SignOnHarness.with { harness in
            for host in SignOnHarness.hosts { _ = try await harness.logIn(host) }
            harness.provider.change { $0.claims = ["sid": "\"o-6\""] }
            for host in SignOnHarness.hosts { _ = try await harness.logIn(host) }
            #expect(harness.keeper.kept.count == 12)
            let token = try harness.provider.logoutToken(client: "gw-market")
            await expect(self.send(token, to: "market", harness), is: 200)
            #expect(harness.keeper.kept.count == 6)
            #expect(harness.keeper.kept.allSatisfy { $0.signIn.providerSession == "o-6" })
            // Once more, the same: refused. For a session that nobody has: done.
            await expect(self.send(token, to: "market", harness), is: 400)
            let again = try harness.provider.logoutToken(client: "gw-cart")
            await expect(self.send(again, to: "cart", harness), is: 200)
            // All of a person's.
            let all = try harness.provider.logoutToken(client: "gw-blog", ["sid": nil, "sub": "\"u7\""])
            await expect(self.send(all, harness), is: 200)
            #expect(harness.keeper.kept.isEmpty)
        }
    }

    @Test func aForgedLogoutTokenEndsNothing() async throws {
        try await SignOnHarness.with { harness in
            _ = try await harness.logIn()
            let changes: [[String: String?]] = [
                ["iss": "\"https://evil.example\""], ["aud": "\"gw-market\""], ["events": "{}"], ["nonce": "\"n\""],
                ["iat": "1"], ["exp": "1"], ["exp": "1e300"], ["jti": nil], ["sid": "1"],
                ["sid": nil],
            ]
            for change in changes {
                let token = try harness.provider.logoutToken(client: "gw-blog", change)
                await expect(self.send(token, harness), is: 400, "\(change)")
            }
            for header in [
                #"{"alg":"none","typ":"logout+jwt"}"#, #"{"alg":"HS256","kid":"k1","typ":"logout+jwt"}"#,
                #"{"alg":"ES256","kid":"k2","typ":"logout+jwt"}"#, #"{"alg":"ES256","kid":"k1","typ":"at+jwt"}"#,
            ] {
                let token = try harness.provider.logoutToken(client: "gw-blog", header: header)
                await expect(self.send(token, harness), is: 400, "\(header)")
            }
            let good = try harness.provider.logoutToken(client: "gw-blog")
            await expect(self.send(String(good.dropLast(4)) + "AAAA", harness), is: 400)
            for body in ["", "logout_token=", "token=\(good)", "logout_token=\(good)&logout_token=\(good)", "%ff"] {
                let answer = await harness.signOn.backChannel(host: harness.host("blog"), body: Array(body.utf8))
                #expect(answer == .text(status: 400, "the token is not accepted"), "\(body)")
            }
            #expect(harness.keeper.kept.count == 1)
            // An identity token is none of a sign-out.
            let identity = try #require(harness.keeper.kept.first?.signIn.tokens?.identity)
            await expect(self.send(identity, harness), is: 400)
            #expect(harness.keeper.kept.count == 1)
            await expect(self.send(good, harness), is: 200)
            #expect(harness.keeper.kept.isEmpty)
        }
    }

    @Test func aTokenThatCouldNotBeActedOnMayComeAgain() async throws {
        try await SignOnHarness.with { harness in
            _ = try await harness.logIn()
            let token = try harness.provider.logoutToken(client: "gw-blog")
            harness.keeper.setDown(true)
            await expect(self.send(token, harness), is: 503)
            harness.keeper.setDown(false)
            await expect(self.send(token, harness), is: 200)
            #expect(harness.keeper.kept.isEmpty)
        }
    }
}
