import Synchronization
import TestSupport
import Testing

extension EndToEndTests {
    @Suite("A cluster is the Redis that is used")
    struct RedisClusterTests {
        /// Tells those who ask for pages meanwhile that it is over.
        private final class End: Sendable {
            let hasCome = Mutex(false)
        }

        /// Without copies in memory, so that every page asks Redis; and with time enough, so that a busy machine's
        /// Redis is not given up.
        static func settings(_ port: Int, _ redis: RedisGroup, timeout: String = "2s") -> GatewaySettings {
            var settings = GatewaySettings.page(RedisTests.page, from: port, fragments: RedisSentinelTests.rules)
            settings.redisSection = #"mode: cluster, nodes: ["127.0.0.1:\#(redis.servers[1].port)"]"#
            settings.redisTimeout = timeout
            settings.sections = ["memory: { fragments: off }"]
            return settings
        }

        /// Asks for pages, and waits until the masters have their copies.
        private static func warm(_ gateway: GatewayProcess, _ redis: RedisGroup, pages: Int) async throws {
            // What is fetched before purges are followed is ended by the first of them.
            try await waitUntil {
                let state = try await gateway.ready()
                return state.contains("purges: followed") && !state.contains("connecting") && !state.contains("partly")
            }
            for number in 0..<pages { #expect(try await gateway.get("/?n=\(number)").text == "[part]") }
            try await waitUntil {
                var found = 0
                for server in redis.servers { found += try Self.copies(on: server).count }
                return found == pages
            }
        }

        private static func copies(on server: RedisServer) throws -> [String] {
            try server.run("KEYS", "rose-ash:f1:*").split(separator: "\n").map(String.init)
        }

        @Test("hash slots move while pages are asked for: none fails, and none is fetched again")
        func slotsMove() async throws {
            try await withRedisCluster { redis in
                try await withOrigin { origin, port in
                    origin.answer("part", with: .html("[part]"))
                    try await withGateway(Self.settings(port, redis)) { gateway async throws in
                        try await Self.warm(gateway, redis, pages: 60)
                        let (from, to) = (redis.servers[0], redis.servers[2])
                        let keys = try Self.copies(on: from)
                        try #require(keys.count > 5)
                        let end = End()
                        try await withThrowingTaskGroup { group in
                            for worker in 0..<2 {
                                group.addTask {
                                    var number = worker
                                    while !end.hasCome.withLock({ $0 }) {
                                        let response = try await gateway.get("/?n=\(number % 60)")
                                        #expect(response.status == 200)
                                        #expect(response.text == "[part]")
                                        number += 1
                                    }
                                }
                            }
                            for key in keys {
                                try await Self.move(key, from: from, to: to, among: redis.servers, gateway)
                            }
                            end.hasCome.withLock { $0 = true }
                            try await group.waitForAll()
                        }
                        for number in 0..<60 { #expect(try await gateway.get("/?n=\(number)").text == "[part]") }
                        #expect(origin.hits("part") == 60)
                        #expect(try Self.copies(on: from).isEmpty)
                    }
                }
            }
        }

        /// Moves the slot of a key, and asks for the page of it at each step.
        private static func move(
            _ key: String,
            from: RedisServer,
            to: RedisServer,
            among servers: [RedisServer],
            _ gateway: GatewayProcess
        ) async throws {
            let slot = try from.run("CLUSTER", "KEYSLOT", key)
            let number = key.split(separator: "=").last ?? ""
            let (source, target) = try (from.run("CLUSTER", "MYID"), to.run("CLUSTER", "MYID"))
            try to.run("CLUSTER", "SETSLOT", slot, "IMPORTING", source)
            try from.run("CLUSTER", "SETSLOT", slot, "MIGRATING", target)
            #expect(try await gateway.get("/?n=\(number)").text == "[part]")
            try from.run("MIGRATE", "127.0.0.1", "\(to.port)", key, "0", "5000")
            // The slot is here still, and the key is there.
            #expect(try await gateway.get("/?n=\(number)").text == "[part]")
            for server in [to, from] + servers { try server.run("CLUSTER", "SETSLOT", slot, "NODE", target) }
            #expect(try await gateway.get("/?n=\(number)").text == "[part]")
        }

        @Test("a master that is gone is a miss for its own keys, and only for those")
        func masterGone() async throws {
            try await withRedisCluster { redis in
                try await withOrigin { origin, port in
                    origin.answer("part", with: .html("[part]"))
                    try await withGateway(Self.settings(port, redis)) { gateway async throws in
                        try await Self.warm(gateway, redis, pages: 30)
                        let gone = redis.servers[2]
                        let lost = try Set(Self.copies(on: gone))
                        try #require(!lost.isEmpty && lost.count < 30)
                        gone.kill()
                        for number in 0..<30 {
                            let before = origin.hits("part")
                            let response = try await gateway.get("/?n=\(number)")
                            #expect(response.text == "[part]")
                            #expect(response.end < .milliseconds(500))
                            let isLost = lost.contains("rose-ash:f1:app/part?n=\(number)")
                            #expect(origin.hits("part") == before + (isLost ? 1 : 0), "page \(number)")
                        }
                        try gone.restart()
                        try await waitUntil(within: .seconds(30)) {
                            for number in 0..<30 { #expect(try await gateway.get("/?n=\(number)").text == "[part]") }
                            return try !Self.copies(on: gone).isEmpty
                        }
                    }
                }
            }
        }

        @Test("gateways share a cluster: a copy is fetched once, and a purge ends it in both")
        func gatewaysShare() async throws {
            try await withRedisCluster { redis in
                try await withOrigin { origin, port in
                    origin.answer("part", with: .html("[part]"))
                    let settings = Self.settings(port, redis)
                    try await withGateway(settings) { first in
                        try await withGateway(settings) { second async throws in
                            try await waitUntil { try await first.ready().contains("by 2 gateways") }
                            try await waitUntil { try await second.ready().contains("by 2 gateways") }
                            try await Self.warm(first, redis, pages: 30)
                            for number in 0..<30 { #expect(try await second.get("/?n=\(number)").text == "[part]") }
                            #expect(origin.hits("part") == 30)
                            origin.answer("part", with: .html("[new]"))
                            #expect(try await first.purge("tag=parts").status == 200)
                            for number in 0..<30 {
                                #expect(try await second.get("/?n=\(number)").text == "[new]")
                                #expect(try await first.get("/?n=\(number)").text == "[new]")
                            }
                            #expect(origin.hits("part") == 60)
                        }
                    }
                }
            }
        }
    }
}
