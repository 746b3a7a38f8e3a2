import Foundation
import TestSupport
import Testing

extension EndToEndTests {
    @Suite("Copies are shared through Redis, which may go and come back")
    struct RedisTests {
        static let page = #"{% fragment "app/part" with n=query.n|default(0) or %}[nothing]{% endfragment %}"#
        static let rules = [#""app/part": { ttl: 10m, timeout: 2s }"#]

        @Test("what one gateway fetched, another need not fetch")
        func gatewaysShare() async throws {
            try await withRedisServer { redis in
                try await withOrigin { origin, port in
                    origin.answer("part", with: .html("[part]"))
                    let settings = GatewaySettings.page(
                        Self.page,
                        from: port,
                        fragments: Self.rules,
                        redis: redis.port
                    )
                    try await withGateway(settings) { gateway in
                        #expect(try await gateway.get().text == "[part]")
                        try await waitUntil { try await redis.keyCount() > 0 }
                    }
                    try await withGateway(settings) { gateway async throws in
                        #expect(try await gateway.get().text == "[part]")
                        #expect(origin.hits("part") == 1)
                    }
                }
            }
        }

        @Test("a Redis that is killed costs nothing but its copies, and is used again when it is back")
        func redisKilledAndBack() async throws {
            try await withRedisServer { redis in
                try await withOrigin { origin, port in
                    origin.answer("part", with: .html("[part]"))
                    let settings = GatewaySettings.page(
                        Self.page,
                        from: port,
                        fragments: Self.rules,
                        redis: redis.port
                    )
                    try await withGateway(settings) { gateway in
                        #expect(try await gateway.get("/?n=0").text == "[part]")
                        redis.kill()
                        // Fragments that nobody has seen yet, so that the gateway would ask Redis for each.
                        for number in 1...20 {
                            let response = try await gateway.get("/?n=\(number)")
                            #expect(response.status == 200)
                            #expect(response.text == "[part]")
                            #expect(response.end < .milliseconds(500))
                        }
                        try redis.restart()
                        var number = 100
                        try await waitUntil {
                            number += 1
                            #expect(try await gateway.get("/?n=\(number)").text == "[part]")
                            return try await redis.keyCount() > 0
                        }
                    }
                }
            }
        }

        @Test("a Redis that was never there is no reason not to start")
        func redisNeverThere() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("[part]"))
                let settings = GatewaySettings.page(
                    Self.page,
                    from: port,
                    fragments: Self.rules,
                    redis: try FreePorts.row()
                )
                try await withGateway(settings) { gateway in
                    let response = try await gateway.get()
                    #expect(response.text == "[part]")
                    #expect(response.end < .milliseconds(500))
                }
            }
        }

        @Test("a user who may do what Docs/Operations.md names, and no more, is enough")
        func commandsThatAreNeeded() async throws {
            let text = try String(
                contentsOf: TemporaryFolder.project().appendingPathComponent("Docs/Operations.md"),
                encoding: .utf8
            )
            let sentence = try #require(text.firstMatch(of: /signs in as needs the commands ([^;]*);/)).1
            let commands = sentence.matches(of: /`([A-Z|]+)`/).map { "+" + $0.1.lowercased() }
            try await withRedisServer { redis in
                try redis.run(["ACL", "SETUSER", "gate", "on", ">word", "~rose-ash:*", "~{rose-ash:*"] + commands)
                try await withOrigin { origin, port in
                    origin.answer("part", with: .html("[part]"))
                    var settings = GatewaySettings.page(Self.page, from: port, fragments: Self.rules)
                    settings.redisSection = #"url: "redis://gate:word@127.0.0.1:\#(redis.port)/0""#
                    try await withGateway(settings) { [settings] first in
                        try await withGateway(settings) { second async throws in
                            try await waitUntil { try await first.ready().contains("by 2 gateways") }
                            #expect(try await first.get("/?n=1").text == "[part]")
                            try await waitUntil {
                                try redis.run("EXISTS", "rose-ash:f1:app/part?n=1") == "1"
                            }
                            #expect(try await second.get("/?n=1").text == "[part]")
                            #expect(origin.hits("part") == 1)
                            #expect(try await second.purge("all").status == 200)
                        }
                    }
                }
                #expect(try redis.run("ACL", "LOG") == "")
            }
        }

        @Test("a poisoned copy in Redis is a miss")
        func poisonedCopy() async throws {
            try await withRedisServer { redis in
                try await withOrigin { origin, port in
                    origin.answer("part", with: .html("[part]"))
                    let settings = GatewaySettings.page(
                        Self.page,
                        from: port,
                        fragments: Self.rules,
                        redis: redis.port
                    )
                    try await withGateway(settings) { gateway in
                        #expect(try await gateway.get().text == "[part]")
                        try await waitUntil { try await redis.keyCount() > 0 }
                    }
                    try await redis.poison()
                    try await withGateway(settings) { gateway async throws in
                        #expect(try await gateway.get().text == "[part]")
                        #expect(origin.hits("part") == 2)
                    }
                }
            }
        }
    }
}
