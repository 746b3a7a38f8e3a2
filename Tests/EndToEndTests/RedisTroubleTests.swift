import TestSupport
import Testing

extension EndToEndTests {
    @Suite("Whatever is wrong with Redis, pages go on, and nothing old is served")
    struct RedisTroubleTests {
        static func settings(_ port: Int, _ redis: RedisServer) -> GatewaySettings {
            .page(RedisTests.page, from: port, fragments: RedisSentinelTests.rules, redis: redis.port)
        }

        /// Runs a gateway with a Redis, and a service whose fragment is `[part]`.
        private static func withAll(
            _ arguments: [String] = [],
            _ body: @Sendable (GatewayProcess, RedisServer, FragmentOrigin) async throws -> Void
        ) async throws {
            try await withRedisServer(arguments: arguments) { redis in
                try await withOrigin { origin, port in
                    origin.answer("part", with: .html("[part]"))
                    try await withGateway(Self.settings(port, redis)) { gateway async throws in
                        try await waitUntil { try await gateway.ready().contains("purges: followed") }
                        try await body(gateway, redis, origin)
                    }
                }
            }
        }

        /// Waits until a copy is kept in Redis again.
        private static func waitForCopies(_ probe: PageProbe, in redis: RedisServer) async throws {
            try await waitUntil {
                try await probe.ask()
                return try redis.run("EXISTS", "rose-ash:f1:app/part?n=\(probe.number)") == "1"
            }
        }

        @Test(
            "a Redis that stands still is waited for once, and then left alone until it moves",
            arguments: [
                ["CLIENT", "PAUSE", "1500", "ALL"], ["CLIENT", "PAUSE", "1500", "WRITE"], ["DEBUG", "SLEEP", "1.5"],
            ]
        )
        func latencySpike(command: [String]) async throws {
            try await Self.withAll(["--enable-debug-command", "yes"]) { gateway, redis, _ in
                let probe = PageProbe(gateway, from: 1)
                try await probe.ask(times: 3)
                async let spike = Task.detached { try redis.run(command) }.value
                let end = ContinuousClock.now + .milliseconds(1400)
                while ContinuousClock.now < end { try await probe.ask() }
                _ = try await spike
                try await Self.waitForCopies(probe, in: redis)
                try await waitUntil { try await gateway.ready().contains("purges: followed") }
            }
        }

        @Test("a Redis that starts again and again is used whenever it is there")
        func restarts() async throws {
            try await Self.withAll { gateway, redis, _ in
                let probe = PageProbe(gateway, from: 1)
                for _ in 0..<4 {
                    redis.kill()
                    try await probe.ask(times: 5)
                    try redis.restart()
                    try await probe.ask(times: 5)
                    try await Self.waitForCopies(probe, in: redis)
                }
            }
        }

        @Test("a Redis that is full forgets copies, the record of purges among them, and nothing old is served")
        func eviction() async throws {
            // Letters by chance, which do not get much smaller by being compressed.
            var generator = SeededGenerator(seed: 20)
            let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
            let part = "[" + String((0..<20_000).map { _ in letters[.random(in: 0..<62, using: &generator)] }) + "]"
            try await Self.withAll(["--maxmemory", "3mb", "--maxmemory-policy", "allkeys-lru"]) {
                gateway,
                redis,
                origin in
                origin.answer("part", with: .html(part))
                let probe = PageProbe(gateway, from: 1, expecting: part)
                try await probe.ask(times: 400)
                #expect(try !redis.run("INFO", "stats").contains("evicted_keys:0"))
                // Whether it has been evicted depends on Redis's sample; now it surely is.
                try redis.run("DEL", "rose-ash:{gateways}:purges")
                origin.answer("part", with: .html("[new]"))
                #expect(try await gateway.purge("tag=parts").status == 200)
                for number in 395...400 { #expect(try await gateway.get("/?n=\(number)").text == "[new]") }
            }
        }

        @Test("a purge that is evicted before it is read ends everything")
        func unreadPurgeEvicted() async throws {
            try await Self.withAll { gateway, redis, origin in
                for _ in 0..<4 { #expect(try await gateway.get().text == "[part]") }
                origin.answer("part", with: .html("[new]"))
                let key = "rose-ash:{gateways}:purges"
                // Nobody reads between the commands of a script.
                let script = """
                    redis.call('XADD', KEYS[1], '*', 'hard', 'tag:parts') redis.call('DEL', KEYS[1])
                    return redis.call('XADD', KEYS[1], '*', 'hard', 'tag:others')
                    """
                try redis.run("EVAL", script, "1", key)
                try await waitUntil { try await gateway.get().text == "[new]" }
                for _ in 0..<4 { #expect(try await gateway.get().text == "[new]") }
            }
        }

        @Test("a purge that a new master never had ends everything, for gateways that come later, too")
        func purgeLostWithItsMaster() async throws {
            try await Self.withAll { gateway, redis, origin in
                #expect(try await gateway.get().text == "[part]")
                #expect(try await gateway.purge("tag=others").status == 200)
                let key = "rose-ash:{gateways}:purges"
                let last = try redis.run("XREVRANGE", key, "+", "-", "COUNT", "1").split(separator: "\n")[0]
                origin.answer("part", with: .html("[new]"))
                // At once, so that the gateway reads nothing in between.
                try redis.runTogether([
                    "XDEL \(key) \(last)", "XADD \(key) * hard tag:more", "CLIENT KILL TYPE normal",
                ])
                try await waitUntil { try redis.run("XREVRANGE", key, "+", "-", "COUNT", "1").hasSuffix("hard\nall") }
                try await waitUntil { try await gateway.get().text == "[new]" }
                #expect(gateway.server.output.contains("purges are missing on record"))
            }
        }

        @Test(
            "what is of the wrong type under the gateways' keys is put aside, and said",
            arguments: ["purges", "arrivals", "members"]
        )
        func wrongTypes(name: String) async throws {
            try await Self.withAll { gateway, redis, origin in
                let key = "rose-ash:{gateways}:\(name)"
                let probe = PageProbe(gateway, from: 1)
                try await probe.ask(times: 3)
                try redis.run(
                    "EVAL",
                    "redis.call('DEL', KEYS[1]) return redis.call('HSET', KEYS[1], 'a', 'b')",
                    "1",
                    key
                )
                try await waitUntil {
                    try await probe.ask()
                    return try redis.run("EXISTS", key + ":unusable") == "1"
                }
                #expect(try redis.run("HGET", key + ":unusable", "a") == "b")
                try await waitUntil { try await gateway.ready().contains("purges: followed") }
                try await probe.ask(times: 3)
                #expect(gateway.server.output.contains("a key of the gateways' held something else"))
                #expect(gateway.server.output.contains(key))
                origin.answer("part", with: .html("[new]"))
                #expect(try await gateway.purge("tag=parts").status == 200)
                #expect(try await gateway.get("/?n=\(probe.number)").text == "[new]")
            }
        }

        @Test("what is of the wrong type or poisoned under the keys of copies and leases is no copy and no lease")
        func wrongTypesOfCopies() async throws {
            try await withRedisServer { redis in
                try await withOrigin { origin, port in
                    origin.answer("part", with: .html("[part]"))
                    for number in 1...9 {
                        let key = "rose-ash:f1:app/part?n=\(number)"
                        switch number % 3 {
                        case 0: try redis.run("RPUSH", key, "x")
                        case 1: try redis.run("HSET", key, "f", "x")
                        default: try redis.run("SET", key, "RAF\u{1}" + String(repeating: "x", count: 100))
                        }
                        if number % 2 == 0 { try redis.run("RPUSH", "{\(key)}:lease", "x") }
                        if number % 4 == 1 { try redis.run("SET", "{\(key)}:lease", "x") }
                    }
                    let settings = Self.settings(port, redis)
                    try await withGateway(settings) { first in
                        // With a second gateway there are leases.
                        try await withGateway(settings) { second async throws in
                            try await waitUntil { try await first.ready().contains("by 2 gateways") }
                            try await PageProbe(first, from: 1).ask(times: 9)
                            let fetched = origin.hits("part")
                            try await waitUntil {
                                let types = try (1...9).map { try redis.run("TYPE", "rose-ash:f1:app/part?n=\($0)") }
                                let leases = try redis.run("KEYS", "*:lease")
                                return types.allSatisfy { $0 == "string" } && leases.isEmpty
                            }
                            try await PageProbe(second, from: 1).ask(times: 9)
                            #expect(origin.hits("part") == fetched)
                        }
                    }
                }
            }
        }
    }
}
