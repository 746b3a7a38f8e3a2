import FragmentProtocol
import TestSupport
import Testing

@testable import Gateway

@Suite("Sessions of people who are signed in")
struct SignedInSessionsTests {
    private static let host = "blog.localhost"

    private static func begin(
        _ sessions: SignedInSessions,
        _ signIn: SignIn = SignedInSamples.signIn(),
        host: String = host,
        replacing former: Session? = nil,
        browser: String = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    ) async throws -> (session: Session, cookie: String) {
        try await sessions.begin(signIn, host: host, replacing: former, browser: browser)
    }

    @Test("a session is opened by its cookie, on its host alone")
    func opening() async throws {
        let sessions = try SignedInSamples.sessions(over: EmbeddedStateStore(path: nil))
        let (session, cookie) = try await Self.begin(sessions)
        #expect(cookie.utf8.count == SignedInSessions.tokenLength)
        #expect(
            cookie.utf8.allSatisfy { $0 == 0x2d || $0 == 0x5f || Character(Unicode.Scalar($0)).isLetter || $0.isDigit }
        )
        let opened = try #require(await sessions.open(cookie).session)
        #expect(opened == session)
        #expect(opened.subject == "u7")
        #expect(opened.person == SignedInSamples.signIn().person)
        #expect(opened.csrfToken.utf8.count == 43)
        #expect(opened.identity.sessionHash == session.sessionHash)
        #expect(opened.identity.authenticatedAt == 1_790_000_000)
        #expect(opened.identity.methods == ["pwd"])
        #expect(await sessions.open(cookie, host: "cart.localhost").isEnded)
    }

    @Test("its cookie is of this host alone, by HTTP alone, and small", arguments: [false, true])
    func cookie(isSecure: Bool) async throws {
        let sessions = try SignedInSamples.sessions(over: EmbeddedStateStore(path: nil))
        let (_, cookie) = try await Self.begin(sessions)
        let line = SessionCookie(isSecure: isSecure, lifetime: .seconds(1)).setting(
            cookie,
            lifetime: .seconds(90 * 86_400)
        )
        let name = isSecure ? "__Host-Http-sid" : "sid"
        #expect(
            line == "\(name)=\(cookie); Path=/; \(isSecure ? "Secure; " : "")HttpOnly; SameSite=Lax; Max-Age=7776000"
        )
        #expect("\(name)=\(cookie)".utf8.count < 64)
        #expect(line.utf8.count < 256)
    }

    @Test(
        "what is no cookie of a session is none",
        arguments: [
            "", "x", String(repeating: "A", count: 42), String(repeating: "A", count: 43),
            String(repeating: "!", count: 43),
        ]
    )
    func nonsense(cookie: String) async throws {
        let sessions = try SignedInSamples.sessions(over: EmbeddedStateStore(path: nil))
        _ = try await Self.begin(sessions)
        #expect(await sessions.open(cookie).isEnded)
    }

    @Test("each bit of a cookie counts")
    func flippedBits() async throws {
        let sessions = try SignedInSamples.sessions(over: EmbeddedStateStore(path: nil))
        let (_, cookie) = try await Self.begin(sessions)
        let bytes = try #require(SessionTokenText.decode(Array(cookie.utf8)))
        for bit in stride(from: 0, to: bytes.count * 8, by: 5) {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(await sessions.open(SessionTokenText.encode(changed)).isEnded)
        }
        #expect(await sessions.open(cookie).session != nil)
    }

    @Test("a session always begins with a new id, and the one before is over")
    func fixation() async throws {
        let sessions = try SignedInSamples.sessions(over: EmbeddedStateStore(path: nil))
        let (first, firstCookie) = try await Self.begin(sessions)
        let (second, secondCookie) = try await Self.begin(sessions, replacing: first)
        #expect(first.id != second.id)
        #expect(first.csrfToken != second.csrfToken)
        #expect(second.formerSubject == nil)
        #expect(await sessions.open(firstCookie).isEnded)
        #expect(await sessions.open(secondCookie).session == second)
    }

    @Test("of an anonymous session before, the subject is kept")
    func former() async throws {
        let sessions = try SignedInSamples.sessions(over: EmbeddedStateStore(path: nil))
        let sealer = try SessionSealer(settings: SessionSettings())
        let (anonymous, _) = try sealer.create(host: Self.host, now: .now())
        let (_, cookie) = try await Self.begin(sessions, replacing: anonymous)
        let opened = try #require(await sessions.open(cookie).session)
        #expect(opened.formerSubject == anonymous.subject)
        #expect(opened.identity.formerSubject == anonymous.subject)
    }

    @Test("a provider cannot name a person as an anonymous visitor", arguments: ["", "anon:", "anon:00"])
    func forgedSubject(subject: String) async throws {
        let sessions = try SignedInSamples.sessions(over: EmbeddedStateStore(path: nil))
        await #expect(throws: StateStoreFailure.self) {
            try await Self.begin(sessions, SignedInSamples.signIn(subject))
        }
    }

    @Test("ending one gives what the provider's sign-out needs, once")
    func ending() async throws {
        let sessions = try SignedInSamples.sessions(over: EmbeddedStateStore(path: nil))
        let signIn = SignedInSamples.signIn(tokens: SignedInSamples.tokens(endingAt: .now() + .seconds(300)))
        let (session, cookie) = try await Self.begin(sessions, signIn)
        let (other, otherCookie) = try await Self.begin(sessions, signIn, host: "cart.localhost")
        #expect(try await sessions.end(session) == signIn)
        #expect(try await sessions.end(session) == nil)
        #expect(await sessions.open(cookie).isEnded)
        #expect(await sessions.open(otherCookie, host: "cart.localhost").session == other)
    }

    @Test("the provider's session ends on all hosts, its own among them")
    func providerSession() async throws {
        let sessions = try SignedInSamples.sessions(over: EmbeddedStateStore(path: nil))
        let (own, ownCookie) = try await Self.begin(
            sessions,
            SignedInSamples.signIn(providerSession: nil),
            host: "federation.localhost"
        )
        var cookies = [(ownCookie, "federation.localhost")]
        for host in ["blog.localhost", "cart.localhost"] {
            let signIn = SignedInSamples.signIn(providerSession: own.sessionHash)
            cookies.append((try await Self.begin(sessions, signIn, host: host).cookie, host))
        }
        let (_, otherCookie) = try await Self.begin(sessions, SignedInSamples.signIn(providerSession: "another"))
        #expect(try await sessions.endProviderSession(issuer: SignedInSamples.issuer, sid: own.sessionHash) == 3)
        for (cookie, host) in cookies { #expect(await sessions.open(cookie, host: host).isEnded) }
        #expect(await sessions.open(otherCookie).session != nil)
        #expect(try await sessions.endProviderSession(issuer: SignedInSamples.issuer, sid: own.sessionHash) == 0)
        #expect(try await sessions.endProviderSession(issuer: SignedInSamples.issuer, sid: "unknown") == 0)
        // A login that was under way then does not bring it back.
        await #expect(throws: StateStoreFailure.self) {
            try await Self.begin(sessions, SignedInSamples.signIn(providerSession: own.sessionHash))
        }
    }

    @Test("all of somebody's sessions end at once, those that no list has among them, and new ones live")
    func everything() async throws {
        let store = try EmbeddedStateStore(path: nil)
        let sessions = try SignedInSamples.sessions(over: store)
        let (_, first) = try await Self.begin(sessions)
        let (_, second) = try await Self.begin(sessions, host: "cart.localhost")
        let (_, other) = try await Self.begin(sessions, SignedInSamples.signIn("u8"))
        try await store.apply([.delete(key: SessionIndex.subject("u7", of: SignedInSamples.issuer))])
        #expect(try await sessions.endAll(issuer: SignedInSamples.issuer, subject: "u7") == 0)
        #expect(await sessions.open(first).isEnded)
        #expect(await sessions.open(second, host: "cart.localhost").isEnded)
        #expect(await sessions.open(other).session != nil)
        let (_, again) = try await Self.begin(sessions)
        #expect(await sessions.open(again).session != nil)
        #expect(try await sessions.endAll(issuer: SignedInSamples.issuer, subject: "u7") == 1)
        #expect(await sessions.open(again).isEnded)
    }

    @Test("one person has so many sessions at most; the oldest ends for a new one")
    func limit() async throws {
        let clock = EmbeddedStateStoreTests.Clock()
        let sessions = try SignedInSamples.sessions(
            over: EmbeddedStateStore(path: nil) { clock.now },
            settings: SignOnSessionSettings(keys: [Secret(SignedInSamples.serverKey)], limit: 3),
            now: { clock.now }
        )
        var cookies: [String] = []
        for _ in 0..<5 {
            cookies.append(try await Self.begin(sessions).cookie)
            clock.advance(by: .seconds(1))
        }
        for (index, cookie) in cookies.enumerated() {
            #expect(await (sessions.open(cookie, now: clock.now).session != nil) == (index >= 2))
        }
    }

    @Test("a session lasts as long as it is used, and no longer than its absolute lifetime")
    func lifetimes() async throws {
        let clock = EmbeddedStateStoreTests.Clock()
        let store = try EmbeddedStateStore(path: nil) { clock.now }
        let sessions = try SignedInSamples.sessions(
            over: store,
            settings: SignOnSessionSettings(
                keys: [Secret(SignedInSamples.serverKey)],
                idle: .seconds(100),
                absolute: .seconds(250)
            ),
            now: { clock.now }
        )
        let (session, cookie) = try await Self.begin(sessions)
        let (_, idle) = try await Self.begin(sessions)
        let key = SessionKey(host: Self.host, id: session.id)
        for visit in 1...4 {
            clock.advance(by: .seconds(60))
            #expect(await sessions.open(cookie, now: clock.now).session != nil, "visit \(visit)")
            // The store is told in the background.
            while true {
                let device = try await store.values(of: [key.device])[0].flatMap { sessions.device($0, of: key) }
                if device?.seen == clock.now.milliseconds { break }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        #expect(await sessions.open(idle, now: clock.now).isEnded)
        clock.advance(by: .seconds(10))
        #expect(await sessions.open(cookie, now: clock.now).isEnded)
    }

    @Test("a store that is away is no ended session")
    func away() async throws {
        let store = FailingStore(try EmbeddedStateStore(path: nil))
        let sessions = try SignedInSamples.sessions(over: store)
        let (session, cookie) = try await Self.begin(sessions)
        store.isAway = true
        #expect(await sessions.open(cookie).isUnavailable)
        await #expect(throws: StateStoreFailure.self) { try await sessions.end(session) }
        store.isAway = false
        #expect(await sessions.open(cookie).session == session)
    }

    @Test("keys follow one another: the first seals, all open")
    func rotation() async throws {
        let store = try EmbeddedStateStore(path: nil)
        let (old, new) = (Secret(String(repeating: "o", count: 32)), Secret(String(repeating: "n", count: 32)))
        func sessions(_ keys: [Secret]) throws -> SignedInSessions {
            try SignedInSamples.sessions(over: store, settings: SignOnSessionSettings(keys: keys))
        }
        let (before, oldCookie) = try await Self.begin(sessions([old]))
        #expect(try await sessions([new, old]).open(oldCookie).session == before)
        let (_, newCookie) = try await Self.begin(sessions([new, old]))
        #expect(try await sessions([new]).open(newCookie).session != nil)
        #expect(try await sessions([new]).open(oldCookie).isEnded)
        #expect(try await sessions([old]).open(newCookie).isEnded)
    }
}
