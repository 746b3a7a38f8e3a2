import Foundation
import FragmentProtocol
import GRDB
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

/// Signing in by password and by a link, and how often.
struct SignInActionsTests {
    private typealias Harness = AuthorizationHarness

    private func answer(_ response: TestResponse) throws -> ActionAnswer {
        try ActionAnswer.decode(from: response.body.readableBytesView)
    }

    private func signIn(
        _ harness: Harness,
        _ fields: [String: String],
        from address: String = "192.0.2.1"
    ) async throws -> TestResponse {
        try await harness.post("/sign-in", Harness.encode(fields), headers: ["X-Forwarded-For": address])
    }

    /// The name of a request that waits for somebody.
    private func waiting(
        _ harness: Harness,
        client: String = "blog",
        _ changes: [String: String?] = [:]
    ) async throws
        -> String
    {
        let query = Harness.parameters(client: client, changes)
        let response = try await harness.get("/oauth/authorize?" + query)
        return try #require(try harness.location(of: response)["request"])
    }

    @Test(arguments: [
        ("member@example.org", "user-1", "Robin Hale", []), ("Member@Example.ORG", "user-1", "Robin Hale", []),
        (" editor@example.org ", "user-2", "Edith Marlowe", ["editor"]),
    ])
    func aMemberSignsIn(email: String, subject: String, name: String, roles: [String]) async throws {
        let harness = try Harness()
        let request = try await waiting(harness)
        let response = try await signIn(harness, ["email": email, "password": "rose-ash", "request": request])
        #expect(response.status == .ok)
        let answer = try answer(response)
        let session = try #require(answer.session)
        #expect(session.subject == subject)
        #expect(session.name == name)
        #expect(session.roles == roles)
        #expect(session.methods == ["pwd"])
        #expect(session.authenticatedAt == harness.clock.now)
        // With the session that the gateway now begins, the code is given.
        let identity = Identity(
            subject: session.subject,
            sessionHash: "new",
            authenticatedAt: session.authenticatedAt,
            methods: session.methods
        )
        let next = try await harness.get(try #require(answer.redirect), as: identity)
        let code = try #require(try harness.location(of: next)["code"])
        let tokens = try await harness.redeem(code).decoded(TokenAnswer.self)
        let claims = try harness.server.ring.claims(IdentityTokenClaims.self, of: tokens.identityToken, typ: "JWT")
        #expect(claims.session == "new")
        #expect(claims.subject == subject)
    }

    /// S11: a client that wants a new sign-in gets one, and an old session does not do.
    @Test(arguments: [["prompt": "login"], ["max_age": "0"], ["prompt": "select_account"]])
    func aNewSignInIsANewOne(changes: [String: String]) async throws {
        let harness = try Harness()
        let old = harness.robin()
        let changed = changes.mapValues(Optional.some)
        let first = try await harness.get("/oauth/authorize?" + Harness.parameters(changed), as: old)
        let request = try #require(try harness.location(of: first)["request"])
        let there = try #require(
            try answer(
                try await signIn(harness, ["email": "member@example.org", "password": "rose-ash", "request": request])
            ).redirect
        )
        #expect(try await harness.get(there, as: old)["Location"]?.hasPrefix("/sign-in?") == true)
        let new = harness.robin(session: "session-2", at: harness.clock.now)
        #expect(try harness.location(of: try await harness.get(there, as: new))["code"] != nil)
    }

    /// Without cookies there is a page that says so, and no loop.
    @Test func aBrowserThatKeepsNothingIsTold() async throws {
        let harness = try Harness()
        let request = try await waiting(harness)
        let answer = try answer(
            try await signIn(harness, ["email": "member@example.org", "password": "rose-ash", "request": request])
        )
        let next = try await harness.get(try #require(answer.redirect))
        #expect(next["Location"] == "/sign-in?problem=cookies&request=\(request)")
    }

    @Test func withoutARequestTheWayIsHome() async throws {
        let harness = try Harness()
        for request in ["", "unheard-of"] {
            let response = try await signIn(
                harness,
                ["email": "member@example.org", "password": "rose-ash", "request": request]
            )
            #expect(try answer(response).redirect == "/")
            #expect(try answer(response).flash == "Welcome back, Robin Hale.")
        }
    }

    @Test(arguments: [
        ("member@example.org", "wrong", "form"), ("nobody@example.org", "rose-ash", "form"),
        ("nadia@example.org", "rose-ash", "form"), ("member@example.org", "", "password"), ("", "rose-ash", "email"),
        ("member", "rose-ash", "email"), ("member@example.org", " rose-ash", "form"),
    ])
    func whatDoesNotGoTogetherIsSaid(email: String, password: String, field: String) async throws {
        let response = try await signIn(try Harness(), ["email": email, "password": password])
        #expect(response.status == .unprocessableContent)
        #expect(try answer(response).errors.keys.sorted() == [field])
        #expect(try answer(response).session == nil)
    }

    /// S26: one counter for an account, however it is written and wherever from.
    @Test func triesAreCountedForTheAccount() async throws {
        let harness = try Harness()
        let limit = ThrottlePolicy.Limit.account
        for number in 1...limit.tries {
            let email = number % 2 == 0 ? "member@example.org" : "MEMBER@example.org"
            let response = try await signIn(harness, ["email": email, "password": "x"], from: "192.0.2.\(number)")
            #expect(try answer(response).errors["form"] == "The address and the password do not go together.")
        }
        let right = ["email": "member@example.org", "password": "rose-ash"]
        let held = try await signIn(harness, right, from: "198.51.100.1")
        #expect(held.status == .unprocessableContent)
        #expect(try answer(held).errors["form"] == "There were too many tries. Please wait 15 minutes.")
        #expect(held["Retry-After"] == "900")
        // Others sign in as before.
        #expect(
            try await signIn(harness, ["email": "editor@example.org", "password": "rose-ash"]).status == .ok
        )
        harness.clock.advance(limit.window)
        #expect(try await signIn(harness, right).status == .ok)
    }

    @Test func aGoodSignInForgetsTheTries() async throws {
        let harness = try Harness()
        for _ in 1...3 {
            for _ in 1...5 { _ = try await signIn(harness, ["email": "member@example.org", "password": "x"]) }
            let right = try await signIn(harness, ["email": "member@example.org", "password": "rose-ash"])
            #expect(right.status == .ok)
        }
    }

    /// S26: one address cannot try a password on everybody.
    @Test func triesAreCountedForTheAddress() async throws {
        let harness = try Harness()
        try await harness.environment.database.write { database in
            let key = ThrottlePolicy.key(ofAddress: "192.0.2.1")
            try SignInAttempts(
                key: key,
                count: ThrottlePolicy.Limit.address.tries,
                startedAt: harness.clock.now
            ).insert(database)
        }
        let right = ["email": "member@example.org", "password": "rose-ash"]
        // Whatever the browser claims, the gateway's word is the last.
        #expect(try await signIn(harness, right, from: "203.0.113.9, 192.0.2.1").status == .unprocessableContent)
        #expect(try await signIn(harness, right, from: "192.0.2.2").status == .ok)
    }

    /// What was signed in to before would not be reached by a later sign-out.
    @Test(arguments: ["member@example.org", "editor@example.org"])
    func aNewSignInEndsWhatTheBrowserHadBefore(email: String) async throws {
        let harness = try Harness()
        let before = try await harness.tokens()
        let other = try await harness.tokens(as: harness.robin(session: "another device"))
        let form = Harness.encode(["email": email, "password": "rose-ash"])
        #expect(try await harness.post("/sign-in", form, as: harness.robin()).status == .ok)
        #expect(try await harness.refresh(before.refreshToken).status == .badRequest)
        #expect(try await harness.refresh(other.refreshToken).status == .ok)
    }

    @Test func aSignInThatFailsEndsNothing() async throws {
        let harness = try Harness()
        let before = try await harness.tokens()
        let form = Harness.encode(["email": "member@example.org", "password": "wrong"])
        #expect(try await harness.post("/sign-in", form, as: harness.robin()).status == .unprocessableContent)
        #expect(try await harness.refresh(before.refreshToken).status == .ok)
    }

    // ---- Links

    /// A harness with an outbox in a folder that is gone afterwards.
    private func withOutbox(_ test: (Harness) async throws -> Void) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "outbox-\(UUID().uuidString)")
        defer {
            // `try?`: a file that cannot be removed fails no test.
            try? FileManager.default.removeItem(at: file)
        }
        try await test(try Harness(outbox: file))
    }

    private func messages(_ harness: Harness) throws -> [Outbox.Message] {
        try #require(harness.server.outbox).latest(10)
    }

    private func token(of message: Outbox.Message) throws -> String {
        try #require(message.link.split(separator: "token=").last.map(String.init))
    }

    @Test func aMemberSignsInByALink() async throws {
        try await withOutbox { harness in
            let request = try await waiting(harness)
            let asked = try await signIn(
                harness,
                ["email": "member@example.org", "way": "link", "request": request, "password": ""]
            )
            #expect(try answer(asked).redirect == "/sign-in?request=\(request)&sent=yes")
            let message = try #require(try messages(harness).first)
            #expect(message.to == "member@example.org")
            #expect(message.link.hasPrefix(Harness.issuer + "/sign-in/link?token="))
            #expect(message.text.contains(message.link))
            let token = try token(of: message)
            let opened = try answer(try await harness.post("/sign-in/link", "token=" + token))
            #expect(opened.session?.subject == "user-1")
            #expect(opened.session?.methods == ["otp"])
            #expect(opened.redirect?.hasPrefix("/oauth/authorize?client_id=blog&request_uri=") == true)
            let again = try await harness.post("/sign-in/link", "token=" + token)
            #expect(again.status == .unprocessableContent)
        }
    }

    @Test func aLinkIsOverAfterAQuarterOfAnHour() async throws {
        try await withOutbox { harness in
            _ = try await signIn(harness, ["email": "member@example.org", "way": "link"])
            let token = try token(of: try #require(try messages(harness).first))
            harness.clock.advance(900)
            #expect(try await harness.post("/sign-in/link", "token=" + token).status == .unprocessableContent)
        }
    }

    /// Who is a member cannot be found out, and nobody gets more than a few messages.
    @Test func messagesGoToMembersAndAreFew() async throws {
        try await withOutbox { harness in
            let nobody = try await signIn(harness, ["email": "nobody@example.org", "way": "link"])
            let member = try await signIn(harness, ["email": "member@example.org", "way": "link"])
            #expect(nobody.text == member.text)
            #expect(try messages(harness).count == 1)
            for _ in 2...ThrottlePolicy.Limit.messages.tries {
                _ = try await signIn(harness, ["email": "member@example.org", "way": "link"])
            }
            let held = try await signIn(harness, ["email": "member@example.org", "way": "link"])
            #expect(held.status == .unprocessableContent)
            #expect(try messages(harness).count == ThrottlePolicy.Limit.messages.tries)
        }
    }

    @Test func withoutAnOutboxNoLinkIsSent() async throws {
        let response = try await signIn(try Harness(), ["email": "member@example.org", "way": "link"])
        #expect(response.status == .unprocessableContent)
        #expect(try answer(response).errors["form"]?.contains("password") == true)
    }
}
