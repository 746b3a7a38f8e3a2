import Foundation
import TestSupport
import Testing

extension EndToEndTests {
    @Suite("Several gateways fetch a copy once")
    struct LeaseTests {
        static let page = #"{% fragment "app/part" with n=query.n|default(0) or %}[none]{% endfragment %}"#

        static func settings(_ port: Int, redis: Int, rule: String) -> GatewaySettings {
            var settings = GatewaySettings.page(
                Self.page,
                from: port,
                fragments: [#""app/part": { \#(rule) }"#],
                redis: redis
            )
            // Some hundred requests at once keep two cores busy for longer than pages wait for Redis.
            settings.redisTimeout = "5s"
            settings.limits = ["page-budget: 30s"]
            return settings
        }

        /// Runs gateways that know of each other.
        static func withGateways(
            _ count: Int,
            _ settings: GatewaySettings,
            _ use: @Sendable ([GatewayProcess]) async throws -> Void
        ) async throws {
            var gateways: [GatewayProcess] = []
            var failure: (any Error)?
            do {
                for _ in 0..<count { gateways.append(try await GatewayProcess.start(settings)) }
                for gateway in gateways {
                    try await waitUntil { try await gateway.ready().contains("by \(count) gateways") }
                }
                try await use(gateways)
            } catch {
                failure = EndToEndError("\(error)\nThe gateways said:\n\(gateways.map(\.server.output).joined())")
            }
            for gateway in gateways { await gateway.server.stop() }
            if let failure { throw failure }
        }

        /// What each of so many requests at once shows, and how long the longest took.
        static func pages(
            _ count: Int,
            from gateways: [GatewayProcess],
            path: String = "/"
        ) async throws -> (texts: Set<String>, longest: Duration) {
            try await withThrowingTaskGroup(of: (String, Duration).self) { tasks in
                for number in 0..<count {
                    let gateway = gateways[number % gateways.count]
                    tasks.addTask {
                        let start = ContinuousClock.now
                        let text = try await gateway.get(path).text
                        return (text, ContinuousClock.now - start)
                    }
                }
                var texts: Set<String> = []
                var longest = Duration.zero
                for try await (text, time) in tasks {
                    texts.insert(text)
                    longest = max(longest, time)
                }
                return (texts, longest)
            }
        }

        @Test("four gateways, each asked 500 times at once for what none has: one fetch")
        func cold() async throws {
            try await withRedisServer { redis in
                try await withOrigin { origin, port in
                    origin.answer("part", with: .html("[once]").after(.milliseconds(1500)))
                    let settings = Self.settings(port, redis: redis.port, rule: "ttl: 10m, timeout: 25s")
                    try await Self.withGateways(4, settings) { gateways async throws in
                        let (texts, _) = try await Self.pages(2000, from: gateways)
                        #expect(texts == ["[once]"])
                        #expect(origin.hits("part") == 1)
                    }
                }
            }
        }

        @Test("a stale copy is refreshed by one gateway, for all")
        func refresh() async throws {
            try await withRedisServer { redis in
                try await withOrigin { origin, port in
                    origin.answerCounting("part", after: .milliseconds(200))
                    let rule = "ttl: 10m, timeout: 4s"
                    try await Self.withGateways(3, Self.settings(port, redis: redis.port, rule: rule)) { gateways in
                        #expect(try await Self.pages(60, from: gateways).texts == ["[1]"])
                        #expect(try await gateways[0].purge("fragment=app/part&soft").status == 200)
                        let (texts, longest) = try await Self.pages(120, from: gateways)
                        #expect(texts.isSubset(of: ["[1]", "[2]"]))
                        #expect(longest < .seconds(3))
                        try await waitUntil { try await Self.pages(6, from: gateways).texts == ["[2]"] }
                        #expect(origin.hits("part") == 2)
                    }
                }
            }
        }

        @Test("the gateway that fetches for all is killed: one more fetch, and nobody waits beyond the lease")
        func holderKilled() async throws {
            try await withRedisServer { redis in
                try await withOrigin { origin, port in
                    origin.answer("part") { [weak origin] _ in
                        // The first fetch does not come to an end.
                        origin?.hits("part") == 1 ? .hang : .html("[second]")
                    }
                    let rule = "ttl: 10m, timeout: 8s"
                    try await Self.withGateways(3, Self.settings(port, redis: redis.port, rule: rule)) { gateways in
                        let doomed = Task { try await gateways[0].get().text }
                        try await waitUntil { origin.hits("part") == 1 }
                        async let waiting = Self.pages(40, from: Array(gateways.dropFirst()))
                        try await Task.sleep(for: .milliseconds(300))
                        kill(gateways[0].server.pid, SIGKILL)
                        let (texts, longest) = try await waiting
                        #expect(texts == ["[second]"])
                        #expect(longest < .seconds(4))
                        #expect(origin.hits("part") == 2)
                        await #expect(throws: (any Error).self) { try await doomed.value }
                    }
                }
            }
        }

        @Test("a service that never answers: every request has its own time, and no more")
        func hanging() async throws {
            try await withRedisServer { redis in
                try await withOrigin { origin, port in
                    origin.answer("part", with: .hang)
                    let rule = "ttl: 10m, timeout: 700ms, retries: 0"
                    try await Self.withGateways(2, Self.settings(port, redis: redis.port, rule: rule)) { gateways in
                        let (texts, longest) = try await Self.pages(40, from: gateways)
                        #expect(texts == ["[none]"])
                        #expect(longest < .milliseconds(2500))
                        #expect(origin.hits("part") <= 4)
                    }
                }
            }
        }

        @Test("what is for its asker alone holds nobody up")
        func unshared() async throws {
            try await withRedisServer { redis in
                try await withOrigin { origin, port in
                    origin.answer(
                        "part",
                        with: .html("[own]").header("Cache-Control", "no-store").after(.milliseconds(100))
                    )
                    let rule = "honour-origin: true, ttl: 1m, timeout: 5s"
                    try await Self.withGateways(2, Self.settings(port, redis: redis.port, rule: rule)) { gateways in
                        _ = try await Self.pages(20, from: gateways)
                        let (texts, longest) = try await Self.pages(20, from: gateways)
                        #expect(texts == ["[own]"])
                        #expect(longest < .seconds(2))
                        #expect(origin.hits("part") == 40)
                    }
                }
            }
        }

        @Test("a copy in use is refreshed before its time is over: nobody waits for it")
        func early() async throws {
            try await withOrigin { origin, port in
                origin.answerCounting("part", after: .milliseconds(60))
                let rule = #""app/part": { ttl: 1s, timeout: 2s }"#
                try await withGateway(.page(Self.page, from: port, fragments: [rule])) { gateway in
                    _ = try await gateway.get()
                    try await RawClient.connect(to: gateway.port) { connection in
                        let start = ContinuousClock.now
                        var longest = Duration.zero
                        while ContinuousClock.now - start < .milliseconds(2500) {
                            let asked = ContinuousClock.now
                            try await connection.send(RawRequest(host: "app.localhost"))
                            _ = try await connection.response()
                            longest = max(longest, ContinuousClock.now - asked)
                        }
                        #expect(longest < .milliseconds(50))
                        #expect((2...5).contains(origin.hits("part")))
                    }
                }
            }
        }
    }
}
