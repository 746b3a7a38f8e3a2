import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Gateway

@Suite("Cookies of people who are signed in, as an event loop remembers them")
struct OpenSignedInSessionsTests {
    /// The memory of one loop, for tests that are on none.
    final class Loop: Sendable {
        let loop: any EventLoop
        private let open: NIOLoopBound<OpenSignedInSessions>

        init(_ sessions: SignedInSessions, limit: Int = 100) async throws {
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            self.loop = loop
            self.open = try await loop.submit {
                let open = OpenSignedInSessions(
                    sessions: sessions,
                    eventLoop: loop,
                    limit: limit,
                    hasher: FragmentSamples.hasher
                )
                let bound = NIOLoopBound(open, eventLoop: loop)
                sessions.observeEndings { keys in loop.execute { bound.value.end(keys, now: .now()) } }
                return bound
            }.get()
        }

        /// What is known at once.
        func find(_ cookie: String, now: Instant, host: String = "blog.localhost") async throws -> String {
            try await self.loop.submit {
                Self.text(self.open.value.find(Array(cookie.utf8).span, host: host, now: now))
            }.get()
        }

        /// What is known when the store has been asked where that is needed.
        func visit(_ cookie: String, now: Instant, host: String = "blog.localhost") async throws -> String {
            try await self.loop.flatSubmit {
                let promise = self.loop.makePromise(of: String.self)
                let open = self.open.value
                let first = open.find(Array(cookie.utf8).span, host: host, now: now)
                if case .unasked = first {
                    open.ask(Array(cookie.utf8), host: host, now: now) {
                        promise.succeed(Self.text(open.find(Array(cookie.utf8).span, host: host, now: now)))
                    }
                } else {
                    promise.succeed(Self.text(first))
                }
                return promise.futureResult
            }.get()
        }

        var count: Int { get async throws { try await self.loop.submit { self.open.value.count }.get() } }

        private static func text(_ finding: SessionFinding) -> String {
            switch finding {
            case .session(let session): session.subject
            case .none: "none"
            case .ended: "ended"
            case .unasked: "unasked"
            case .unavailable: "unavailable"
            }
        }
    }

    private static let now = Instant(milliseconds: 1_790_000_000_000)

    private static func begin(_ sessions: SignedInSessions, _ subject: String = "u7") async throws -> (Session, String)
    {
        try await sessions.begin(
            SignedInSamples.signIn(subject),
            host: "blog.localhost",
            replacing: nil,
            browser: ""
        )
    }

    private static func store() throws -> EmbeddedStateStore { try EmbeddedStateStore(path: nil) { now } }

    @Test("the store's answer serves for less than a second, and on its own host alone")
    func freshness() async throws {
        let sessions = try SignedInSamples.sessions(over: Self.store(), now: { Self.now })
        let (_, cookie) = try await Self.begin(sessions)
        let loop = try await Loop(sessions)
        #expect(try await loop.find(cookie, now: Self.now) == "unasked")
        #expect(try await loop.visit(cookie, now: Self.now) == "u7")
        #expect(try await loop.find(cookie, now: Self.now + .milliseconds(499)) == "u7")
        #expect(try await loop.find(cookie, now: Self.now + .milliseconds(1000)) == "unasked")
        #expect(try await loop.find(cookie, now: Self.now + .milliseconds(-1)) == "unasked")
        #expect(try await loop.find(cookie, now: Self.now, host: "cart.localhost") == "unasked")
        #expect(try await loop.visit(cookie, now: Self.now, host: "cart.localhost") == "ended")
    }

    @Test("a session that ends in this gateway is over at once")
    func endingHere() async throws {
        let sessions = try SignedInSamples.sessions(over: Self.store(), now: { Self.now })
        let (session, cookie) = try await Self.begin(sessions)
        let loop = try await Loop(sessions)
        #expect(try await loop.visit(cookie, now: .now()) == "u7")
        _ = try await sessions.end(session)
        #expect(try await loop.find(cookie, now: .now()) != "u7")
    }

    @Test("with the store away who was seen goes on for a while, and nobody else is known")
    func outage() async throws {
        let store = FailingStore(try Self.store())
        let sessions = try SignedInSamples.sessions(over: store, now: { Self.now })
        let (_, cookie) = try await Self.begin(sessions)
        let (_, unseen) = try await Self.begin(sessions, "u8")
        let loop = try await Loop(sessions)
        #expect(try await loop.visit(cookie, now: Self.now) == "u7")
        store.isAway = true
        #expect(try await loop.visit(cookie, now: Self.now + .seconds(2)) == "u7")
        #expect(try await loop.find(cookie, now: Self.now + .seconds(2)) == "u7")
        #expect(try await loop.visit(unseen, now: Self.now + .seconds(2)) == "unavailable")
        #expect(try await loop.find(unseen, now: Self.now + .seconds(2)) == "unavailable")
        #expect(try await loop.visit(cookie, now: Self.now + .seconds(40)) == "unavailable")
        store.isAway = false
        #expect(try await loop.visit(cookie, now: Self.now + .seconds(50)) == "u7")
        #expect(try await loop.visit(unseen, now: Self.now + .seconds(50)) == "u8")
    }

    @Test("the number is bounded, also of cookies that are no session's")
    func bound() async throws {
        let sessions = try SignedInSamples.sessions(over: Self.store(), now: { Self.now })
        let loop = try await Loop(sessions, limit: 1)
        for number in 0..<300 {
            let cookie = SessionTokenText.encode(
                [UInt8(number & 0xff), UInt8(number >> 8)] + Array(repeating: 7, count: 30)
            )
            #expect(try await loop.visit(cookie, now: Self.now) == "ended")
        }
        #expect(try await loop.count <= 128)
    }

    @Test("a sign-out holds in every gateway within a second, with every message lost", .timeLimit(.minutes(1)))
    func everywhere() async throws {
        try await withRedisServer { server in
            let stores = (0..<2).map { _ in SignedInSamples.store(on: server) }
            defer { for store in stores { store.close() } }
            let gateways = try stores.map { try SignedInSamples.sessions(over: $0) }
            let (session, cookie) = try await Self.begin(gateways[0])
            let here = try await Loop(gateways[0])
            let there = try await Loop(gateways[1])
            #expect(try await here.visit(cookie, now: .now()) == "u7")
            #expect(try await there.visit(cookie, now: .now()) == "u7")
            _ = try await gateways[0].end(session)
            let end = ContinuousClock.now
            #expect(try await here.visit(cookie, now: .now()) == "ended")
            while try await there.visit(cookie, now: .now()) != "ended" {
                try #require(ContinuousClock.now - end < .seconds(5))
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(ContinuousClock.now - end <= .seconds(1))
        }
    }
}
