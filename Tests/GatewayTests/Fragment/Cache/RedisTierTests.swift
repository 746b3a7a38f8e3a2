import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// The tier against a real Redis.
@Suite struct RedisTierTests {
    /// A tier on a loop of its own, for tests that are on none.
    private final class Client: Sendable {
        private let loop: any EventLoop
        private let tier: NIOLoopBoundBox<RedisTier?>
        private let states = Mutex<(seen: [RedisTier.State], waiting: [(RedisTier.State, EventLoopPromise<Void>)])>(
            ([], [])
        )

        init(_ settings: RedisTierSettings) async throws {
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            self.loop = loop
            self.tier = NIOLoopBoundBox.makeBoxSendingValue(nil, eventLoop: loop)
            try await loop.submit {
                self.tier.value = RedisTier(settings: settings, eventLoop: loop) { [weak self] state in
                    self?.changed(to: state)
                }
            }.get()
        }

        private func changed(to state: RedisTier.State) {
            let due = self.states.withLock { states in
                states.seen.append(state)
                let due = states.waiting.filter { $0.0 == state }
                states.waiting.removeAll { $0.0 == state }
                return due
            }
            for (_, promise) in due { promise.succeed() }
        }

        func run<Result: Sendable>(_ body: @escaping @Sendable (RedisTier) throws -> Result) async throws -> Result {
            try await self.loop.submit { try body(try #require(self.tier.value)) }.get()
        }

        /// Waits until the tier is in a state.
        func reach(_ state: RedisTier.State) async throws {
            let promise = self.loop.makePromise(of: Void.self)
            let isThere = try await self.run { tier in
                if tier.state == state { return true }
                self.states.withLock { $0.waiting.append((state, promise)) }
                return false
            }
            if isThere { promise.succeed() }
            let timeout = self.loop.scheduleTask(in: .seconds(20)) {
                promise.fail(RedisFailure(code: .closed, message: "never \(state)"))
            }
            try await promise.futureResult.get()
            timeout.cancel()
        }

        func start() async throws {
            try await self.run { $0.start() }
            try await self.reach(.up)
        }

        func stop() async throws {
            try await self.loop.flatSubmit { self.tier.value?.stop() ?? self.loop.makeSucceededVoidFuture() }.get()
        }

        /// The bodies under keys, nil for a miss, and the time that it took.
        func lookup(_ keys: [String]) async throws -> (bodies: [String?], elapsed: Duration) {
            let promise = self.loop.makePromise(of: [String?].self)
            let start = ContinuousClock.now
            try await self.run { tier in
                tier.mget(keys) { fragments in
                    promise.succeed(fragments.map { $0.map { String(buffer: $0.body) } })
                }
            }
            return (try await promise.futureResult.get(), ContinuousClock.now - start)
        }

        func set(_ key: String, _ body: String, ttl: Duration = .seconds(60)) async throws {
            try await self.run { tier in
                let now = Instant.now()
                tier.set(
                    key,
                    StoredFragment(storedAt: now, freshUntil: now + ttl, tags: ["t"], body: ByteBuffer(string: body)),
                    ttl: ttl
                )
            }
        }
    }

    private func settings(_ server: RedisServer, timeout: Duration = .seconds(5)) -> RedisTierSettings {
        RedisTierSettings(
            address: .tcp(host: "127.0.0.1", port: server.port),
            timeout: timeout,
            backoff: .milliseconds(10) ... .milliseconds(50)
        )
    }

    private func withClient<Result>(
        _ settings: RedisTierSettings,
        _ body: (Client) async throws -> Result
    ) async throws -> Result {
        let client = try await Client(settings)
        do {
            let result = try await body(client)
            try await client.stop()
            return result
        } catch {
            try await client.stop()
            throw error
        }
    }

    @Test func findsWhatItStored() async throws {
        try await withRedisServer { server in
            try await withClient(settings(server)) { client in
                try await client.start()
                try await client.set("a", "A")
                try await client.set("c", "C")
                #expect(try await client.lookup(["a", "b", "c", "a"]).bodies == ["A", nil, "C", "A"])
                #expect(try await client.lookup([]).bodies == [])
                try await client.run { $0.delete(["a", "zzz"]) }
                #expect(try await client.lookup(["a", "c"]).bodies == [nil, "C"])
                let counters = try await client.run { $0.counters }
                #expect(counters.hits == 4)
                #expect(counters.misses == 2)
                #expect(counters.writes == 3)
                #expect(counters.connections == 1)
            }
        }
    }

    @Test func storesUnderItsPrefixForItsTime() async throws {
        try await withRedisServer { server in
            let raw = try RawRedis(port: server.port)
            try await withClient(settings(server)) { client in
                try await client.start()
                try await client.set("a", "A", ttl: .seconds(100))
                try await client.set("never", "N", ttl: .zero)
                _ = try await client.lookup(["a"])
                #expect(try raw.run(["KEYS", "*"]) == "*1\r\n$13\r\nrose-ash:f1:a\r\n")
                let reply = try raw.run(["PTTL", "rose-ash:f1:a"])
                // CR LF is one character.
                let left = Int(reply.dropFirst().dropLast()) ?? 0
                #expect(left > 90_000 && left <= 100_000)
            }
        }
    }

    @Test func isAMissForWhatOthersLeftUnderItsKeys() async throws {
        try await withRedisServer { server in
            let raw = try RawRedis(port: server.port)
            for command in [
                ["LPUSH", "rose-ash:f1:list", "x"], ["HSET", "rose-ash:f1:hash", "f", "x"],
                ["SADD", "rose-ash:f1:set", "x"], ["SET", "rose-ash:f1:text", "hello"],
                ["SET", "rose-ash:f1:empty", ""],
                ["SET", "rose-ash:f1:noise", String(repeating: "RAF\u{1}", count: 1000)],
            ] { _ = try raw.run(command) }
            try await withClient(settings(server)) { client in
                try await client.start()
                try await client.set("good", "G")
                // Its answer comes after that of the command before it.
                #expect(try await client.lookup(["good"]).bodies == ["G"])
                _ = try raw.run(["COPY", "rose-ash:f1:good", "rose-ash:f1:copy"])
                let found = try await client.lookup(
                    ["list", "good", "hash", "set", "text", "empty", "noise", "copy", "nothing"])
                #expect(found.bodies == [nil, "G", nil, nil, nil, nil, nil, nil, nil])
                #expect(try await client.run { $0.counters.poisoned } == 4)
                // What is wrong is written over.
                try await client.set("list", "L")
                #expect(try await client.lookup(["list"]).bodies == ["L"])
            }
        }
    }

    @Test func carriesBigValuesAndManyKeys() async throws {
        try await withRedisServer { server in
            try await withClient(settings(server, timeout: .seconds(20))) { client in
                try await client.start()
                let big = String(repeating: "0123456789abcdef", count: 500_000)
                try await client.set("big", big)
                // A connection that is busy sending takes no further values.
                #expect(try await client.lookup(["big"]).bodies == [big])
                try await client.set("small", "S")
                #expect(try await client.lookup(["small", "big", "big"]).bodies == ["S", big, big])
                let keys = (0..<1000).map { "key \($0)" }
                for key in keys { try await client.set(key, "value of \(key)") }
                #expect(try await client.lookup(keys).bodies == keys.map { "value of \($0)" })
            }
        }
    }

    @Test func answersManyLookupsAtOnceInOrder() async throws {
        try await withRedisServer { server in
            try await withClient(settings(server)) { client in
                try await client.start()
                for number in 0..<50 { try await client.set("\(number)", "value \(number)") }
                try await withThrowingTaskGroup { group in
                    for number in 0..<200 {
                        group.addTask {
                            let found = try await client.lookup(["\(number % 60)", "\(number % 7)"]).bodies
                            let expected = number % 60 < 50 ? "value \(number % 60)" : nil
                            #expect(found == [expected, "value \(number % 7)"])
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test func signsInAndSelectsItsDatabase() async throws {
        try await withRedisServer(arguments: ["--requirepass", "s3cret"]) { server in
            var settings = settings(server)
            settings.password = "s3cret"
            settings.database = 5
            try await withClient(settings) { client in
                try await client.start()
                try await client.set("a", "A")
                #expect(try await client.lookup(["a"]).bodies == ["A"])
            }
            settings.username = "default"
            settings.database = 6
            try await withClient(settings) { client in
                try await client.start()
                #expect(try await client.lookup(["a"]).bodies == [nil])
            }
        }
    }

    @Test func staysDownWithAWrongPasswordOrDatabase() async throws {
        try await withRedisServer(arguments: ["--requirepass", "s3cret"]) { server in
            for (password, database) in [(nil, 0), ("wrong", 0), ("s3cret", 999)] {
                var settings = settings(server)
                settings.password = password
                settings.database = database
                try await withClient(settings) { client in
                    try await client.run { $0.start() }
                    try await client.reach(.down)
                    #expect(try await client.run { $0.lastFailure?.code } == .refused)
                    #expect(try await client.lookup(["a"]).bodies == [nil])
                }
            }
        }
    }

    @Test func connectsThroughAUnixSocket() async throws {
        try await withRedisServer { server in
            try await withClient(RedisTierSettings(address: .unixSocket(path: server.socketPath), timeout: .seconds(5)))
            {
                client in
                try await client.start()
                try await client.set("a", "A")
                #expect(try await client.lookup(["a"]).bodies == ["A"])
            }
        }
    }

    @Test func isAMissAtOnceWhileRedisIsAway() async throws {
        let port = try RedisServer.freePort()
        let settings = RedisTierSettings(
            address: .tcp(host: "127.0.0.1", port: port),
            timeout: .seconds(30),
            backoff: .milliseconds(10) ... .milliseconds(50)
        )
        try await withClient(settings) { client in
            // Before the start, too.
            #expect(try await client.lookup(["a", "b"]).bodies == [nil, nil])
            try await client.run { $0.start() }
            try await client.reach(.down)
            #expect(try await client.run { $0.lastFailure?.code } == .connect)
            let (bodies, elapsed) = try await client.lookup(["a"])
            #expect(bodies == [nil])
            #expect(elapsed < .seconds(30))
            try await client.set("a", "A")
            #expect(try await client.run { $0.counters.unsent } == 3)
        }
    }

    @Test func comesBackWhenRedisDoes() async throws {
        try await withRedisServer { server in
            try await withClient(settings(server)) { client in
                try await client.start()
                try await client.set("a", "A")
                #expect(try await client.lookup(["a"]).bodies == ["A"])
                server.kill()
                try await client.reach(.down)
                #expect(try await client.lookup(["a"]).bodies == [nil])
                try server.restart()
                try await client.reach(.up)
                #expect(try await client.lookup(["a"]).bodies == [nil])
                try await client.set("a", "A2")
                #expect(try await client.lookup(["a"]).bodies == ["A2"])
                #expect(try await client.run { $0.counters.connections } == 2)
            }
        }
    }

    @Test func doesNotWaitForAServerThatStandsStill() async throws {
        try await withRedisServer { server in
            try await withClient(settings(server, timeout: .milliseconds(20))) { client in
                try await client.start()
                server.suspend()
                let (bodies, elapsed) = try await client.lookup(["a"])
                #expect(bodies == [nil])
                #expect(elapsed >= .milliseconds(19))
                // Far more than the timeout, for a busy machine; far less than the server takes.
                #expect(elapsed < .seconds(20))
                try await client.reach(.down)
                let timeouts = try await client.run { $0.counters.timeouts }
                for _ in 0..<20 { #expect(try await client.lookup(["a"]).bodies == [nil]) }
                #expect(try await client.run { $0.counters.timeouts } == timeouts)
                server.resume()
                // On a busy machine an answer may take longer than the timeout; of many one does not.
                let end = ContinuousClock.now + .seconds(20)
                var found: String?
                while found == nil, ContinuousClock.now < end {
                    try await client.set("a", "A")
                    found = try await client.lookup(["a"]).bodies.first ?? nil
                }
                #expect(found == "A")
            }
        }
    }

    @Test func canBeStoppedAndStartedAgain() async throws {
        try await withRedisServer { server in
            try await withClient(settings(server)) { client in
                try await client.start()
                try await client.set("a", "A")
                #expect(try await client.lookup(["a"]).bodies == ["A"])
                try await client.stop()
                #expect(try await client.run { $0.state } == .stopped)
                #expect(try await client.lookup(["a"]).bodies == [nil])
                try await client.start()
                #expect(try await client.lookup(["a"]).bodies == ["A"])
            }
        }
    }
}
