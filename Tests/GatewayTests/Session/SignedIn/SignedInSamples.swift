import Logging
import NIOPosix
import Synchronization
import TestSupport

@testable import Gateway

/// People, sessions and stores for the tests of who is signed in.
enum SignedInSamples {
    static let issuer = "http://federation.localhost:8080"
    static let serverKey = String(repeating: "k", count: 32)

    static func signIn(
        _ subject: String = "u7",
        providerSession: String? = "o-5",
        tokens: TokenSet? = nil,
        roles: [String] = ["editor"]
    ) -> SignIn {
        SignIn(
            person: Person(
                issuer: issuer,
                subject: subject,
                name: "Rose Ash",
                email: "rose@example.org",
                roles: roles,
                authenticatedAt: Instant(milliseconds: 1_790_000_000_000),
                methods: ["pwd"]
            ),
            providerSession: providerSession,
            tokens: tokens
        )
    }

    static func tokens(endingAt end: Instant, number: Int = 1) -> TokenSet {
        TokenSet(
            access: "access-\(number)",
            accessEndsAt: end,
            refresh: "refresh-\(number)",
            identity: "identity-\(number)"
        )
    }

    static func sessions(
        over store: any StateStore,
        settings: SignOnSessionSettings = SignOnSessionSettings(keys: [Secret(serverKey)]),
        refresher: (any TokenRefresher)? = nil,
        limits: RefreshLimits = RefreshLimits(),
        now: @escaping @Sendable () -> Instant = Instant.now
    ) throws -> SignedInSessions {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try SignedInSessions(
            store: store,
            settings: settings,
            sessionKey: nil,
            refresher: refresher,
            refreshLimits: limits,
            now: now,
            logger: logger
        )
    }

    static func store(on server: RedisServer) -> RedisStateStore {
        RedisStateStore(
            settings: RedisTierSettings(place: .single(.tcp(host: "127.0.0.1", port: server.port))),
            timeout: .seconds(10),
            on: MultiThreadedEventLoopGroup.singleton.next()
        )
    }
}

/// A store that can be away.
final class FailingStore: StateStore {
    private let store: any StateStore
    private let away = Mutex(false)
    private let reads = Mutex(0)

    init(_ store: any StateStore) { self.store = store }

    var isAway: Bool {
        get { self.away.withLock { $0 } }
        set { self.away.withLock { $0 = newValue } }
    }

    /// How often values were asked for.
    var readCount: Int { self.reads.withLock { $0 } }

    private func check() throws(StateStoreFailure) {
        if self.isAway { throw StateStoreFailure("it is away") }
    }

    func values(of keys: [String]) async throws(StateStoreFailure) -> [[UInt8]?] {
        try self.check()
        self.reads.withLock { $0 += 1 }
        return try await self.store.values(of: keys)
    }

    func take(_ key: String) async throws(StateStoreFailure) -> [UInt8]? {
        try self.check()
        return try await self.store.take(key)
    }

    func create(_ key: String, _ value: [UInt8], lifetime: Duration) async throws(StateStoreFailure) -> Bool {
        try self.check()
        return try await self.store.create(key, value, lifetime: lifetime)
    }

    func renew(_ key: String, holding value: [UInt8], lifetime: Duration) async throws(StateStoreFailure) -> Bool {
        try self.check()
        return try await self.store.renew(key, holding: value, lifetime: lifetime)
    }

    func delete(_ key: String, holding value: [UInt8]) async throws(StateStoreFailure) -> Bool {
        try self.check()
        return try await self.store.delete(key, holding: value)
    }

    func members(of set: String) async throws(StateStoreFailure) -> [String] {
        try self.check()
        return try await self.store.members(of: set)
    }

    func apply(_ changes: [StateChange]) async throws(StateStoreFailure) {
        try self.check()
        try await self.store.apply(changes)
    }
}

extension SessionOpening {
    /// The session, if it is alive.
    var session: Session? {
        guard case .open(let opened) = self else { return nil }
        return opened.session
    }

    var isEnded: Bool { if case .ended = self { true } else { false } }
    var isUnavailable: Bool { if case .unavailable = self { true } else { false } }
}

extension SignedInSessions {
    func open(_ cookie: String, host: String = "blog.localhost", now: Instant = .now()) async -> SessionOpening {
        await self.open(Array(cookie.utf8), host: host, now: now)
    }
}
