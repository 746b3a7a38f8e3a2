import TestSupport
import Testing

extension EndToEndTests {
    @Suite("Sentinels name the Redis that is used")
    struct RedisSentinelTests {
        static let rules = [#""app/part": { ttl: 10m, timeout: 2s, tags: [parts] }"#]

        static func settings(_ port: Int, _ redis: RedisGroup, password: String? = nil) -> GatewaySettings {
            var settings = GatewaySettings.page(RedisTests.page, from: port, fragments: rules)
            let sentinels = redis.sentinels.map { "\"127.0.0.1:\($0.port)\"" }.joined(separator: ", ")
            settings.redisSection = "mode: sentinel, sentinels: [\(sentinels)], master: \(RedisGroup.masterName)"
            if let password { settings.redisSection? += ", password: \(password), sentinel-password: \(password)" }
            return settings
        }

        @Test("when the master is killed pages go on, and the next master has copies and purges")
        func masterKilled() async throws {
            try await withRedisSentinels { redis in
                try await withOrigin { origin, port in
                    origin.answer("part", with: .html("[part]"))
                    let settings = Self.settings(port, redis)
                    try await withGateway(settings) { first in
                        try await withGateway(settings) { second in
                            try await Self.failOver(redis, first, second)
                            try await Self.expectSharing(first, second, origin)
                        }
                    }
                }
            }
        }

        /// Kills the master, and asks for pages until both gateways follow the next one.
        private static func failOver(
            _ redis: RedisGroup,
            _ first: GatewayProcess,
            _ second: GatewayProcess
        ) async throws {
            let probes = [PageProbe(first, from: 1000), PageProbe(second, from: 100_000)]
            for probe in probes { try await probe.ask(times: 5) }
            try await waitUntil { try await first.ready().contains("by 2 gateways") }
            let old = try redis.master()
            old.kill()
            var hasFailedOver = false
            try await waitUntil(within: .seconds(30)) {
                for probe in probes { try await probe.ask(times: 5) }
                hasFailedOver = try hasFailedOver || redis.master() !== old
                guard hasFailedOver else { return false }
                let states = try await [first.ready(), second.ready()]
                return states.allSatisfy { $0.contains("purges: followed") && !$0.contains("down") }
            }
        }

        /// What one gateway fetches the other one has, until it is purged.
        private static func expectSharing(
            _ first: GatewayProcess,
            _ second: GatewayProcess,
            _ origin: FragmentOrigin
        ) async throws {
            var number = 0
            try await waitUntil { () async throws in
                number += 1
                #expect(try await first.get("/?n=\(number)").text == "[part]")
                let fetched = origin.hits("part")
                #expect(try await second.get("/?n=\(number)").text == "[part]")
                return origin.hits("part") == fetched
            }
            origin.answer("part", with: .html("[new]"))
            try await waitUntil { try await first.ready().contains("by 2 gateways") }
            #expect(try await first.purge("tag=parts").status == 200)
            for _ in 0..<4 {
                #expect(try await first.get("/?n=\(number)").text == "[new]")
                #expect(try await second.get("/?n=\(number)").text == "[new]")
            }
        }

        @Test("a master that hangs is left, and a master that is demoted, too")
        func masterHangs() async throws {
            try await withRedisSentinels { redis in
                try await withOrigin { origin, port in
                    origin.answer("part", with: .html("[part]"))
                    let settings = Self.settings(port, redis)
                    try await withGateway(settings) { gateway in
                        let probe = PageProbe(gateway, from: 1)
                        try await probe.ask(times: 5)
                        let old = try redis.master()
                        old.suspend()
                        try await waitUntil(within: .seconds(30)) {
                            try await probe.ask(times: 5)
                            return try redis.master() !== old
                        }
                        let next = try redis.master()
                        try await waitUntil(within: .seconds(30)) {
                            try await probe.ask()
                            return try next.run("EXISTS", "rose-ash:f1:app/part?n=\(probe.number)") == "1"
                        }
                        try await waitUntil { try await gateway.purge("all").status == 200 }
                        old.resume()
                        // It comes back as a replica, which nothing is written to.
                        try await waitForRedis("the demotion") { try old.run("ROLE").hasPrefix("slave") }
                        try await probe.ask(times: 20)
                        #expect(try await gateway.purge("all").status == 200)
                    }
                }
            }
        }

        @Test("servers and sentinels may ask for a password")
        func password() async throws {
            try await withRedisSentinels(password: "s3cret") { redis in
                try await withOrigin { origin, port in
                    origin.answer("part", with: .html("[part]"))
                    try await withGateway(Self.settings(port, redis, password: "s3cret")) { gateway async throws in
                        try await waitUntil { try await gateway.ready().contains("purges: followed") }
                        #expect(try await gateway.get("/?n=1").text == "[part]")
                        #expect(try await gateway.purge("all").status == 200)
                    }
                    try await withGateway(Self.settings(port, redis)) { gateway async throws in
                        #expect(try await gateway.get("/?n=2").text == "[part]")
                        #expect(try await gateway.ready().contains("NOAUTH"))
                    }
                }
            }
        }
    }
}
