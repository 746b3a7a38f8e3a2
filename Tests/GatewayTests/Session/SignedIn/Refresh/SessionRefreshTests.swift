import Synchronization
import TestSupport
import Testing

@testable import Gateway

@Suite("Tokens are exchanged by exactly one")
struct SessionRefreshTests {
    /// A provider that takes a while, and counts.
    final class Provider: TokenRefresher {
        private let delay: Duration
        private let answer: @Sendable (SignIn) throws(RefreshFailure) -> SignIn
        private let count = Mutex(0)

        init(
            delay: Duration = .zero,
            answer: @escaping @Sendable (SignIn) throws(RefreshFailure) -> SignIn = Provider.next
        ) {
            self.delay = delay
            self.answer = answer
        }

        var calls: Int { self.count.withLock { $0 } }

        func refresh(_ signIn: SignIn, host: String) async throws(RefreshFailure) -> SignIn {
            self.count.withLock { $0 += 1 }
            do {
                try await Task.sleep(for: self.delay)
            } catch {
                throw .unavailable("cancelled")
            }
            return try self.answer(signIn)
        }

        /// The next tokens, and a role that was given meanwhile.
        @Sendable static func next(_ signIn: SignIn) throws(RefreshFailure) -> SignIn {
            guard signIn.tokens?.refresh == "refresh-1" else { throw .refused }
            var next = signIn
            next.person.roles.append("baker")
            next.tokens = SignedInSamples.tokens(endingAt: .now() + .seconds(3600), number: 2)
            return next
        }
    }

    private static let limits = RefreshLimits(lock: .milliseconds(900), poll: .milliseconds(20), patience: .seconds(20))

    private static func begin(
        _ sessions: SignedInSessions,
        endingIn left: Duration
    ) async throws -> (session: Session, cookie: String) {
        try await sessions.begin(
            SignedInSamples.signIn(tokens: SignedInSamples.tokens(endingAt: .now() + left)),
            host: "blog.localhost",
            replacing: nil,
            browser: ""
        )
    }

    @Test(
        "three gateways, 200 requests each at the tokens' end: one call, 600 answers",
        .timeLimit(.minutes(1)),
        arguments: [false, true]
    )
    func crowd(holderIsGone: Bool) async throws {
        try await withRedisServer { server in
            // Longer than a lock lasts that nobody renews.
            let provider = Provider(delay: .seconds(2))
            let stores = (0..<3).map { _ in SignedInSamples.store(on: server) }
            defer { for store in stores { store.close() } }
            let gateways = try stores.map {
                try SignedInSamples.sessions(over: $0, refresher: provider, limits: Self.limits)
            }
            let (session, cookie) = try await Self.begin(gateways[0], endingIn: .seconds(-1))
            if holderIsGone {
                let lock = SessionKey(host: session.host, id: session.id).refreshLock
                #expect(try await stores[0].create(lock, [9], lifetime: Self.limits.lock))
            }
            let answers = await withTaskGroup(of: Session?.self) { group in
                for gateway in gateways {
                    for _ in 0..<200 { group.addTask { await gateway.open(cookie).session } }
                }
                return await group.reduce(into: [Session?]()) { $0.append($1) }
            }
            #expect(answers.count == 600)
            #expect(answers.allSatisfy { $0?.person?.roles == ["editor", "baker"] })
            #expect(provider.calls == 1)
            #expect(try server.run("KEYS", "*rl:*").isEmpty)
        }
    }

    @Test("tokens that end soon are exchanged in the background, and nobody waits")
    func early() async throws {
        let provider = Provider(delay: .milliseconds(200))
        let sessions = try SignedInSamples.sessions(
            over: EmbeddedStateStore(path: nil),
            refresher: provider,
            limits: Self.limits
        )
        let (_, cookie) = try await Self.begin(sessions, endingIn: .seconds(50))
        #expect(await sessions.open(cookie).session?.person?.roles == ["editor"])
        let start = ContinuousClock.now
        while await sessions.open(cookie).session?.person?.roles != ["editor", "baker"] {
            try #require(ContinuousClock.now - start < .seconds(10))
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(provider.calls == 1)
    }

    @Test("tokens that last are left alone, and a session without any too")
    func notDue() async throws {
        let provider = Provider()
        let sessions = try SignedInSamples.sessions(over: EmbeddedStateStore(path: nil), refresher: provider)
        let (_, lasting) = try await Self.begin(sessions, endingIn: .seconds(3600))
        let (_, tokenless) = try await sessions.begin(
            SignedInSamples.signIn(),
            host: "blog.localhost",
            replacing: nil,
            browser: ""
        )
        #expect(await sessions.open(lasting).session != nil)
        #expect(await sessions.open(tokenless).session != nil)
        #expect(provider.calls == 0)
    }

    @Test("a token that is refused for good ends the session")
    func refused() async throws {
        let provider = Provider { _ throws(RefreshFailure) in throw .refused }
        let sessions = try SignedInSamples.sessions(
            over: EmbeddedStateStore(path: nil),
            refresher: provider,
            limits: Self.limits
        )
        let (_, cookie) = try await Self.begin(sessions, endingIn: .seconds(-1))
        #expect(await sessions.open(cookie).isEnded)
        #expect(await sessions.open(cookie).isEnded)
        #expect(provider.calls == 1)
    }

    @Test("tokens of somebody else end the session")
    func substituted() async throws {
        let provider = Provider { signIn throws(RefreshFailure) in
            var other = try Provider.next(signIn)
            other.person.subject = "u8"
            return other
        }
        let sessions = try SignedInSamples.sessions(
            over: EmbeddedStateStore(path: nil),
            refresher: provider,
            limits: Self.limits
        )
        let (_, cookie) = try await Self.begin(sessions, endingIn: .seconds(-1))
        #expect(await sessions.open(cookie).isEnded)
    }

    @Test("a refused token whose successor another has left is no end")
    func recovered() async throws {
        let store = try EmbeddedStateStore(path: nil)
        let provider = Provider { _ throws(RefreshFailure) in throw .refused }
        let sessions = try SignedInSamples.sessions(over: store, refresher: provider, limits: Self.limits)
        let (session, cookie) = try await Self.begin(sessions, endingIn: .seconds(-1))
        let key = SessionKey(host: session.host, id: session.id)
        let next = try Provider.next(SignedInSamples.signIn(tokens: SignedInSamples.tokens(endingAt: .now())))
        let value = try sessions.seal(PersonRecord(next), .person, key, try #require(session.owner).secret)
        try await store.apply([
            .set(key: SessionIndex.refreshResult("refresh-1"), value: value, lifetime: .seconds(30))
        ])
        #expect(await sessions.open(cookie).session?.person?.roles == ["editor", "baker"])
    }

    @Test("while the provider is away the session lasts as long as its access token")
    func unavailable() async throws {
        let provider = Provider { _ throws(RefreshFailure) in throw .unavailable("503") }
        let sessions = try SignedInSamples.sessions(
            over: EmbeddedStateStore(path: nil),
            refresher: provider,
            limits: Self.limits
        )
        let (_, lasting) = try await Self.begin(sessions, endingIn: .seconds(50))
        let (_, over) = try await Self.begin(sessions, endingIn: .seconds(-1))
        #expect(await sessions.open(over).isUnavailable)
        // It is not asked again at once.
        #expect(await sessions.open(over).isUnavailable)
        #expect(provider.calls == 1)
        for _ in 0..<20 { #expect(await sessions.open(lasting).session != nil) }
        while provider.calls < 2 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(await sessions.open(lasting).session != nil)
        #expect(provider.calls == 2)
    }

    @Test("who signs out while tokens are exchanged stays signed out, and nothing lies around")
    func signedOutMeanwhile() async throws {
        let store = try EmbeddedStateStore(path: nil)
        let provider = Provider(delay: .milliseconds(300))
        let sessions = try SignedInSamples.sessions(over: store, refresher: provider, limits: Self.limits)
        let (session, cookie) = try await Self.begin(sessions, endingIn: .seconds(50))
        #expect(await sessions.open(cookie).session != nil)
        while provider.calls == 0 { try await Task.sleep(for: .milliseconds(5)) }
        _ = try await sessions.end(session)
        #expect(await sessions.open(cookie).isEnded)
        let key = SessionKey(host: session.host, id: session.id)
        let start = ContinuousClock.now
        while try await store.values(of: [key.refreshLock])[0] != nil {
            try #require(ContinuousClock.now - start < .seconds(10))
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(await sessions.open(cookie).isEnded)
        #expect(try await store.count() == 0)
    }
}
