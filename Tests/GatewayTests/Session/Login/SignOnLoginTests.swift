import TestSupport
import Testing

@testable import Gateway

/// Logins from the first redirect to the session, with a provider that does as it should and browsers that may not.
@Suite(.timeLimit(.minutes(2)))
struct SignOnLoginTests {
    @Test func aLoginEndsWhereItBeganWithANewSession() async throws {
        try await SignOnHarness.with { harness in
            let begun = try await harness.begin(returnTo: "/write?draft=3")
            // The address tells nothing but the names.
            #expect(begun.location.hasPrefix("\(harness.provider.url)/authorize?client_id=gw-blog&request_uri=urn%3A"))
            let asked = try #require(harness.provider.asked(begun.location))
            #expect(asked.first(named: "redirect_uri") == "http://blog.site.invalid:8080/auth/callback")
            #expect(asked.first(named: "scope") == "openid profile email offline_access")
            #expect(asked.first(named: "response_type") == "code")
            #expect(asked.first(named: "code_challenge_method") == "S256")
            #expect(asked.first(named: "code_challenge")?.utf8.count == 43)
            #expect(asked.first(named: "prompt") == nil)
            let (address, query) = try #require(harness.provider.signIn(begun.location))
            #expect(address == "http://blog.site.invalid:8080/auth/callback")
            let answer = await harness.callBack(query, browser: begun.browser)
            #expect(answer.location == "/write?draft=3")
            #expect(
                answer.cookies == [
                    "sid=session-1; Path=/; HttpOnly; SameSite=Lax; Max-Age=7776000",
                    "sso=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0",
                ]
            )
            let kept = try #require(harness.keeper.kept.first)
            #expect(kept.signIn.person.subject == "u7")
            #expect(kept.signIn.person.issuer == harness.provider.url)
            #expect(kept.signIn.person.name == "Ada")
            #expect(kept.signIn.person.roles == ["member"])
            #expect(kept.signIn.providerSession == "o-5")
            #expect(kept.browser == "Test/1")
            let tokens = try #require(kept.signIn.tokens)
            #expect(tokens.access.hasPrefix("access-") && tokens.refresh?.hasPrefix("refresh-") ?? false)
            // The client proves itself by HTTP's own means, id and secret encoded as in a form.
            for seen in harness.provider.seen("/par") + harness.provider.seen("/token") {
                let expected =
                    "Basic " + base64("gw-blog:s3cret%3A%25%2B%C3%BC+of+the+client")
                #expect(seen.authorization == expected)
                #expect(seen.form.first(named: "client_secret") == nil)
                #expect(seen.method == "POST")
            }
            // Nothing of the login is left but the mark that its code was used.
            #expect(harness.store.keys.allSatisfy { $0.hasPrefix("code:") })
            #expect(harness.provider.seen("/userinfo").isEmpty)
        }
    }

    private func base64(_ text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        var bits = 0
        var count = 0
        for byte in text.utf8 {
            bits = bits << 8 | Int(byte)
            count += 8
            while count >= 6 {
                count -= 6
                result.append(alphabet[bits >> count & 63])
            }
        }
        if count > 0 { result.append(alphabet[bits << (6 - count) & 63]) }
        while result.count % 4 != 0 { result.append(UInt8(ascii: "=")) }
        return String(decoding: result, as: UTF8.self)
    }

    @Test func aProviderWithoutPushedRequestsIsAskedInTheAddress() async throws {
        var script = ScriptedProvider.Script()
        script.takesPushedRequests = false
        script.discovery["token_endpoint_auth_methods_supported"] = #"["client_secret_post"]"#
        try await SignOnHarness.with(script) { harness in
            let begun = try await harness.begin()
            #expect(begun.location.contains("redirect_uri=http%3A%2F%2Fblog.site.invalid%3A8080%2Fauth%2Fcallback"))
            #expect(!begun.location.contains("s3cret"))
            let (_, query) = try #require(harness.provider.signIn(begun.location))
            await expect(harness.callBack(query, browser: begun.browser).location, is: "/write")
            let seen = try #require(harness.provider.seen("/token").first)
            #expect(seen.authorization == nil)
            #expect(seen.form.first(named: "client_secret") == SignOnHarness.secret)
            #expect(seen.form.first(named: "client_id") == "gw-blog")
        }
    }

    @Test func whatTheTokenDoesNotTellUserinfoDoes() async throws {
        var script = ScriptedProvider.Script()
        script.claims = ["name": nil, "email": nil, "roles": nil]
        try await SignOnHarness.with(script) { harness in
            try await expect(harness.logIn().location, is: "/write")
            let person = try #require(harness.keeper.kept.first).signIn.person
            #expect(person.name == "Ada of userinfo")
            #expect(person.roles == ["editor"])
            let seen = try #require(harness.provider.seen("/userinfo").first)
            #expect(seen.authorization?.hasPrefix("Bearer access-") ?? false)
            // Somebody else's profile.
            harness.provider.change { $0.answers["/userinfo"] = ScriptedProvider.json(#"{"sub":"u8","name":"Eve"}"#) }
            try await expect(harness.logIn().trouble, is: .failed)
            #expect(harness.keeper.kept.count == 1)
            // None at all keeps nobody out.
            harness.provider.change { $0.answers["/userinfo"] = OriginStep.answer(503) }
            try await expect(harness.logIn().location, is: "/write")
        }
    }

    @Test func theSitesOwnProviderIsAskedAtItsUpstream() async throws {
        try await SignOnHarness.with(isSiteOwn: true) { harness in
            // The name of the issuer leads nowhere; only the upstream can have answered.
            try await expect(harness.logIn("market").location, is: "/write")
            #expect(harness.provider.seen.allSatisfy { $0.host == "federation.site.invalid:8080" })
            #expect(harness.keeper.kept.first?.signIn.person.issuer == "http://federation.site.invalid:8080")
            // On its own host the provider's page is the login.
            let visit = SignOnVisit(host: harness.host("federation"))
            let answer = await harness.signOn.begin(visit, returnTo: ReturnTo("/a?b=c"))
            #expect(answer == .redirect(to: "/sign-in?return_to=%2Fa%3Fb%3Dc"))
        }
    }

    @Test func manyTabsOnAllHostsSignInAtOnce() async throws {
        try await SignOnHarness.with(timeout: "30s") { harness in
            let answers = try await withThrowingTaskGroup(of: (String, String, SignOnAnswer).self) { tasks in
                for host in SignOnHarness.hosts {
                    for tab in 0..<200 {
                        tasks.addTask {
                            // All tabs of a host are of one browser.
                            let browser = SessionTokenText.encode([UInt8](repeating: UInt8(host.utf8.count), count: 16))
                            let begun = try await harness.begin(host, returnTo: "/tab/\(tab)", browser: browser)
                            #expect(begun.browser == browser)
                            let asked = try #require(harness.provider.asked(begun.location))
                            #expect(
                                asked.first(named: "redirect_uri") == "http://\(host).site.invalid:8080/auth/callback"
                            )
                            #expect(asked.first(named: "client_id") == "gw-\(host)")
                            let (_, query) = try #require(harness.provider.signIn(begun.location))
                            return (host, "/tab/\(tab)", await harness.callBack(query, host, browser: browser))
                        }
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 1200)
            for (_, place, answer) in answers { #expect(answer.location == place) }
            for seen in harness.provider.seen("/token") {
                let client = try #require(seen.authorization)
                let host = try #require(seen.form.first(named: "redirect_uri"))
                #expect(
                    SignOnHarness.hosts.contains {
                        host == "http://\($0).site.invalid:8080/auth/callback"
                            && client == "Basic " + base64("gw-\($0):s3cret%3A%25%2B%C3%BC+of+the+client")
                    }
                )
            }
            let pushed = harness.provider.seen("/par").map(\.form)
            for name in ["state", "nonce", "code_challenge"] {
                #expect(Set(pushed.compactMap { $0.first(named: name) }).count == 1200, "\(name)")
            }
            #expect(harness.keeper.begun == 1200)
            // The documents were fetched once for all.
            #expect(harness.provider.seen("/jwks").count == 1)
            #expect(harness.provider.seen("/.well-known/openid-configuration").count == 1)
        }
    }

    @Test func aSessionBeforeTheLoginIsReplaced() async throws {
        try await SignOnHarness.with { harness in
            let sealer = try SessionSealer(settings: harness.configuration.session)
            let (former, _) = try sealer.create(host: harness.host("blog"), now: .now())
            _ = try await harness.logIn(session: former)
            let kept = try #require(harness.keeper.kept.first)
            #expect(kept.former == former)
            #expect(kept.session.id != former.id)
            // Whoever is signed in goes straight on.
            let visit = SignOnVisit(host: harness.host("blog"), session: kept.session)
            await expect(harness.signOn.begin(visit, returnTo: ReturnTo("/x")), is: .redirect(to: "/x"))
        }
    }

    @Test func aCallbackCountsOnceAndOnlyInItsBrowserAndHost() async throws {
        try await SignOnHarness.with { harness in
            func fresh() async throws -> (begun: SignOnHarness.Begun, query: String) {
                let begun = try await harness.begin()
                return (begun, try #require(harness.provider.signIn(begun.location)?.query))
            }
            // Replayed.
            let first = try await fresh()
            await expect(harness.callBack(first.query, browser: first.begun.browser).location, is: "/write")
            await expect(harness.callBack(first.query, browser: first.begun.browser).trouble, is: .stale)
            // Another browser's, or none.
            let other = SessionTokenText.encode([UInt8](repeating: 7, count: 16))
            try await expect(harness.callBack(fresh().query, browser: other).trouble, is: .stale)
            let blocked = try await harness.callBack(fresh().query, browser: nil)
            #expect(blocked == .trouble(.cookies, returnTo: ReturnTo("/write")))
            // Another host's.
            let third = try await fresh()
            await expect(harness.callBack(third.query, "market", browser: third.begun.browser).trouble, is: .stale)
            // Too late.
            let fourth = try await fresh()
            harness.store.advance(by: .seconds(601))
            await expect(harness.callBack(fourth.query, browser: fourth.begun.browser).trouble, is: .stale)
            // A code of another login in one's own.
            let (fifth, sixth) = (try await fresh(), try await fresh())
            let state = try #require(harness.provider.asked(fifth.begun.location)?.first(named: "state"))
            let code = try #require(sixth.query.split(separator: "&").first)
            let mixed = "\(code)&state=\(state)&iss=\(harness.provider.url)"
            await expect(harness.callBack(mixed, browser: fifth.begun.browser).trouble, is: .stale)
            #expect(harness.keeper.begun == 1)
            // Many at once: one session.
            let seventh = try await fresh()
            let landed = await withTaskGroup(of: Bool.self) { tasks in
                for _ in 0..<50 {
                    tasks.addTask {
                        await harness.callBack(seventh.query, browser: seventh.begun.browser).location == "/write"
                    }
                }
                return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(landed == 1)
            #expect(harness.keeper.begun == 2)
        }
    }

    @Test(arguments: [
        "", "code=x", "state=x", "code=a&code=b&state=x", "code=a&state=x&state=x", "code=a&state[]=x",
        "code=%ff&state=x",
        "code=a&state=\(String(repeating: "s", count: 8000))", "code=a&state=unknown",
    ])
    func aCallbackThatIsNoneShowsAPage(query: String) async throws {
        try await SignOnHarness.with { harness in
            let answer = await harness.callBack(query, browser: nil)
            #expect(answer == .trouble(.stale, returnTo: .home))
            #expect(SignOnTrouble.stale.status == 400)
            #expect(harness.provider.seen.isEmpty)
        }
    }

    @Test func anotherIssuersAnswerIsRefusedBeforeItsCodeIsUsed() async throws {
        try await SignOnHarness.with { harness in
            for issuer in ["", "\(harness.provider.url)/", "https://evil.example", harness.provider.url.uppercased()] {
                let begun = try await harness.begin()
                let state = try #require(harness.provider.asked(begun.location)?.first(named: "state"))
                let query = ScriptedProvider.query([("code", "c"), ("state", state), ("iss", issuer)])
                await expect(harness.callBack(query, browser: begun.browser).trouble, is: .failed, "\(issuer)")
            }
            let begun = try await harness.begin()
            let state = try #require(harness.provider.asked(begun.location)?.first(named: "state"))
            // Missing, though the provider says that it always names itself; on errors too.
            await expect(harness.callBack("code=c&state=\(state)", browser: begun.browser).trouble, is: .failed)
            #expect(harness.provider.seen("/token").isEmpty)
        }
    }

    @Test(arguments: [
        ("access_denied", SignOnTrouble.denied), ("login_required", .denied), ("temporarily_unavailable", .unavailable),
        ("server_error", .unavailable), ("invalid_request", .failed), ("invalid_scope", .failed),
    ])
    func aProviderThatSaysNoIsToldAsAPage(code: String, expected: SignOnTrouble) async throws {
        try await SignOnHarness.with { harness in
            let begun = try await harness.begin(returnTo: "/a")
            let query = try #require(harness.provider.refuse(begun.location, code))
            await expect(
                harness.callBack(query, browser: begun.browser),
                is: .trouble(expected, returnTo: ReturnTo("/a"))
            )
            #expect(!harness.log.text.contains("<script>"))
        }
    }

    @Test func aSilentAttemptShowsNothing() async throws {
        try await SignOnHarness.with { harness in
            let mark = "sso=0; Path=/; HttpOnly; SameSite=Lax; Max-Age=300"
            let begun = try await harness.begin("market", returnTo: "/products?page=2", isSilent: true)
            #expect(harness.provider.asked(begun.location)?.values(named: "prompt") == ["none"])
            // The provider knows them.
            let (_, known) = try #require(harness.provider.signIn(begun.location))
            await expect(harness.callBack(known, "market", browser: begun.browser).location, is: "/products?page=2")
            #expect(harness.keeper.begun == 1)
            // It does not, or is in trouble.
            for error in [
                "login_required", "consent_required", "interaction_required", "access_denied", "server_error",
            ] {
                let begun = try await harness.begin("market", returnTo: "/products", isSilent: true)
                let query = try #require(harness.provider.refuse(begun.location, error))
                let answer = await harness.callBack(query, "market", browser: begun.browser)
                #expect(answer == .redirect(to: "/products", cookies: [mark]), "\(error)")
            }
            // The browser keeps no cookies.
            let blocked = try await harness.begin("market", returnTo: "/products?page=2", isSilent: true)
            let query = try #require(harness.provider.refuse(blocked.location, "login_required"))
            let answer = await harness.callBack(query, "market", browser: nil)
            #expect(answer == .redirect(to: "/products?page=2&__gw=1"))
            // The field goes again with the next login.
            let again = try await harness.begin("market", returnTo: "/products?__gw=1&page=2")
            let (_, last) = try #require(harness.provider.signIn(again.location))
            await expect(harness.callBack(last, "market", browser: again.browser).location, is: "/products?page=2")
            // The provider cannot be asked.
            harness.provider.change { $0.answers["/par"] = OriginStep.answer(503) }
            let visit = SignOnVisit(host: harness.host("market"))
            let down = await harness.signOn.begin(visit, returnTo: ReturnTo("/products"), isSilent: true)
            #expect(down == .redirect(to: "/products?__gw=1", cookies: [mark]))
        }
    }

    @Test(arguments: [1, 2, 3])
    func moreThanTheLimitAreNotWorkedOn(limit: Int) async throws {
        try await SignOnHarness.with(concurrency: limit) { harness in
            let (signOn, busy, done) = (
                harness.signOn, SignOnAnswer.text(status: 503, ""), SignOnAnswer.text(status: 200, "")
            )
            for _ in 0..<3 {
                // Each within the one before, so that they are under way together.
                let answer = await signOn.limited(busy) {
                    await signOn.limited(busy) { await signOn.limited(busy) { done } }
                }
                #expect(answer == (limit == 3 ? done : busy))
            }
        }
    }

    @Test func withoutASharedStateAPageSaysSo() async throws {
        try await SignOnHarness.with { harness in
            let begun = try await harness.begin()
            let (_, query) = try #require(harness.provider.signIn(begun.location))
            harness.store.setDown(true)
            let visit = SignOnVisit(host: harness.host("blog"))
            await expect(harness.signOn.begin(visit, returnTo: .home).trouble, is: .unavailable)
            await expect(harness.callBack(query, browser: begun.browser).trouble, is: .unavailable)
            harness.store.setDown(false)
            harness.keeper.setDown(true)
            await expect(harness.callBack(query, browser: begun.browser).trouble, is: .unavailable)
            #expect(harness.keeper.kept.isEmpty)
        }
    }

    @Test func whatIsStoredIsSealedAndBoundToItsName() async throws {
        try await SignOnHarness.with { harness in
            let begun = try await harness.begin(returnTo: "/secret-place")
            let (other, otherQuery) = try await {
                let other = try await harness.begin(returnTo: "/other")
                return (other, try #require(harness.provider.signIn(other.location)).query)
            }()
            let asked = try #require(harness.provider.asked(begun.location))
            let dump = String(decoding: harness.store.dump, as: UTF8.self)
            for text in [asked.first(named: "nonce") ?? "", "secret-place", "verifier", "blog.site.invalid"] {
                #expect(!dump.contains(text))
            }
            // Two values are swapped by somebody who can write to the store.
            let keys = harness.store.keys
            try #require(keys.count == 2)
            harness.store.move(keys[0], to: "x")
            harness.store.move(keys[1], to: keys[0])
            harness.store.move("x", to: keys[1])
            await expect(harness.callBack(otherQuery, browser: other.browser).trouble, is: .stale)
            #expect(harness.keeper.begun == 0)
        }
    }

    @Test func nothingSecretIsLogged() async throws {
        try await SignOnHarness.with { harness in
            var secrets = [SignOnHarness.secret, "access-", "refresh-", "eyJ"]
            for claims in [[:], ["nonce": "\"other\""], ["sub": "\"\""]] as [[String: String?]] {
                harness.provider.change { $0.claims = claims }
                let begun = try await harness.begin(returnTo: "/private?token=abc")
                let asked = try #require(harness.provider.asked(begun.location))
                let (_, query) = try #require(harness.provider.signIn(begun.location))
                _ = await harness.callBack(query, browser: begun.browser)
                _ = await harness.callBack(query, browser: begun.browser)
                _ = await harness.callBack(query, browser: nil)
                secrets += ["state", "nonce", "code_challenge"].compactMap { asked.first(named: $0) }
                secrets += [begun.browser, "code-"]
            }
            if let session = harness.keeper.kept.first {
                secrets += [session.cookie, session.session.csrfToken]
                _ = await harness.signOn.signOut(
                    SignOnVisit(host: harness.host("blog"), session: session.session)
                )
            }
            harness.provider.change { $0.answers["/token"] = OriginStep.answer(500, [], "refresh-x") }
            _ = try await harness.logIn()
            for seen in harness.provider.seen("/token") {
                secrets += [seen.form.first(named: "code_verifier"), seen.authorization].compactMap(\.self)
            }
            let text = harness.log.text
            #expect(!text.isEmpty)
            for secret in secrets { #expect(!text.contains(secret), "\(secret) is in the log") }
        }
    }
}
