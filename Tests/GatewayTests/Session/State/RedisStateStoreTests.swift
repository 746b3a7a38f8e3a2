import NIOPosix
import TestSupport
import Testing

@testable import Gateway

@Suite("The store of shared state in Redis")
struct RedisStateStoreTests {
    private static func store(on server: RedisServer, timeout: Duration = .seconds(10)) -> RedisStateStore {
        RedisStateStore(
            settings: RedisTierSettings(place: .single(.tcp(host: "127.0.0.1", port: server.port))),
            timeout: timeout,
            on: MultiThreadedEventLoopGroup.singleton.next()
        )
    }

    @Test(
        "a Redis that is away, or does not answer, is a failure and no missing value; one that is back is used",
        .timeLimit(.minutes(1))
    )
    func trouble() async throws {
        try await withRedisServer { server in
            let store = Self.store(on: server, timeout: .milliseconds(300))
            defer { store.close() }
            try await store.apply([.set(key: "a", value: [1], lifetime: .seconds(60))])
            server.suspend()
            await #expect(throws: StateStoreFailure.self) { try await store.values(of: ["a"]) }
            server.resume()
            #expect(try await Self.eventually { try await store.values(of: ["a"]) } == [[1]])
            server.kill()
            await #expect(throws: StateStoreFailure.self) { try await store.take("a") }
            await #expect(throws: StateStoreFailure.self) { try await store.members(of: "s") }
            try server.restart()
            #expect(try await Self.eventually { try await store.values(of: ["a"]) } == [nil])
        }
    }

    /// Asks until there is an answer.
    private static func eventually<Value>(_ body: () async throws -> Value) async throws -> Value {
        let start = ContinuousClock.now
        while true {
            do {
                return try await body()
            } catch let error as StateStoreFailure {
                guard ContinuousClock.now - start < .seconds(20) else { throw error }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    @Test("the next master is found when the sentinels have agreed on it", .timeLimit(.minutes(2)))
    func failover() async throws {
        try await withRedisSentinels { group in
            let store = RedisStateStore(
                settings: RedisTierSettings(
                    place: .sentinel(
                        group.sentinels.map { .tcp(host: "127.0.0.1", port: $0.port) },
                        master: RedisGroup.masterName,
                        access: RedisAccess()
                    )
                ),
                on: MultiThreadedEventLoopGroup.singleton.next()
            )
            defer { store.close() }
            try await store.apply([.set(key: "a", value: [1], lifetime: .seconds(600))])
            try await waitForRedis("the copy on the replica") {
                try group.servers[1].run("EXISTS", "\(RedisStateStore.prefix)a") == "1"
            }
            try group.master().kill()
            await #expect(throws: StateStoreFailure.self) { try await store.take("a") }
            #expect(try await Self.eventually { try await store.create("b", [2], lifetime: .seconds(600)) })
            #expect(try await store.values(of: ["a", "b"]) == [[1], [2]])
        }
    }

    @Test("a lost connection is made anew without a failure where it does not matter", .timeLimit(.minutes(1)))
    func reconnection() async throws {
        try await withRedisServer { server in
            let store = Self.store(on: server)
            defer { store.close() }
            try await store.apply([.set(key: "a", value: [1], lifetime: .seconds(60))])
            try server.run("CLIENT", "KILL", "TYPE", "normal")
            #expect(try await store.values(of: ["a"]) == [[1]])
        }
    }

    @Test("a set goes with its last member")
    func setLifetime() async throws {
        try await withRedisServer { server in
            let store = Self.store(on: server)
            defer { store.close() }
            try await store.apply([
                .add(member: "m", set: "s", lifetime: .seconds(50)),
                .add(member: "n", set: "s", lifetime: .seconds(10)),
            ])
            let left = try #require(Int(server.run("PTTL", "\(RedisStateStore.prefix)s")))
            #expect((40_000...50_000).contains(left))
        }
    }

    @Test("what Redis refuses is told by its first word alone")
    func refusals() async throws {
        try await withRedisServer { server in
            let store = Self.store(on: server)
            defer { store.close() }
            try server.run("SET", "\(RedisStateStore.prefix)s", "secret")
            do {
                try await store.apply([.add(member: "hidden", set: "s", lifetime: .seconds(50))])
                Issue.record("it was accepted")
            } catch {
                #expect(!"\(error)".contains("hidden"))
                #expect(!"\(error)".contains("secret"))
            }
        }
    }
}
