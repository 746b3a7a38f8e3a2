import Synchronization
import TestSupport
import Testing

extension EndToEndTests {
    @Suite("Stored answers that are purged or changed are not served again, on any gateway")
    struct AnswerPurgingTests {
        /// A service whose `/list` says which version it is at; any `POST` makes a new one.
        private final class Versions: Sendable {
            private let version = Mutex(0)

            var current: Int { self.version.withLock { $0 } }

            func answer(
                _ request: OriginRequest,
                _ fields: [(String, String)],
                of changes: [(String, String)]
            ) -> [OriginStep] {
                if request.method == "POST" {
                    self.version.withLock { $0 += 1 }
                    return OriginStep.answer(204, changes)
                }
                let number = self.current
                // What was read before a change comes after it.
                let pause = request.values("X-Slow").isEmpty ? [] : [OriginStep.delay(.milliseconds(60))]
                let all = [("Cache-Control", "max-age=600"), ("Content-Type", "text/html")] + fields
                return pause + OriginStep.answer(200, all, "[\(number)]")
            }
        }

        @Test(
            "what one gateway stored another takes from Redis, and a purge by any name ends it on both",
            .timeLimit(.minutes(2))
        )
        func targets() async throws {
            let fields = [("Cache-Tag", "lists, t1"), ("Cache-Groups", "\"all lists\""), ("Vary", "Accept-Language")]
            try await Self.withTwoGateways(fields) { first, second, origin, _ async throws in
                let url = "http%3A//APP.localhost%3A80/list"
                for (query, ends) in [
                    ("tag=t1", true), ("tag=t2", false), ("tag=all%2520lists", true), ("service=app", true),
                    ("url=\(url)%3Fa%3Db", true), ("url=\(url)", false), ("fragment=app/list", false), ("all", true),
                ] {
                    let asked = origin.requestCount(Self.path)
                    #expect(try await first.get(Self.path).status == 200)
                    try await waitUntil {
                        try await second.get(Self.path)["cache-status"]?.hasPrefix("rose-ash; hit") == true
                    }
                    // Each event loop has a copy of its own from here on.
                    for gateway in [first, second, first, second] { _ = try await gateway.get(Self.path) }
                    #expect(origin.requestCount(Self.path) <= asked + 1, "\(query)")
                    let before = origin.requestCount(Self.path)
                    let answer = try await first.purge(query)
                    #expect(answer.status == 200, "\(answer.text)")
                    let next = try await second.get(Self.path)["cache-status"]
                    #expect(next?.contains("fwd=") == ends, "\(query): \(next ?? "")")
                    #expect(origin.requestCount(Self.path) == before + (ends ? 1 : 0), "\(query)")
                }
            }
        }

        @Test(
            "what a change at one gateway has ended no gateway serves once its answer is there",
            .timeLimit(.minutes(2))
        )
        func changes() async throws {
            try await Self.withTwoGateways([("Vary", "Accept-Language")]) { first, second, _, _ async throws in
                let gateways = [first, second]
                for number in 0..<30 {
                    for gateway in gateways + gateways {
                        #expect(try await gateway.get(Self.path).text == "[\(number)]")
                    }
                    let changed = try await Self.post(to: gateways[number % 2])
                    #expect(changed["cache-status"] == "rose-ash; fwd=method")
                }
            }
        }

        @Test(
            "an answer that was on its way at one gateway while a change was made at the other does not come back",
            .timeLimit(.minutes(2))
        )
        func racingChanges() async throws {
            try await Self.withTwoGateways([]) { first, second, origin, _ async throws in
                for number in 1...12 {
                    let asked = origin.requestCount(Self.path)
                    async let old = second.get(Self.path, headers: [("Cache-Control", "no-cache"), ("X-Slow", "1")])
                    try await waitUntil { origin.requestCount(Self.path) > asked }
                    #expect(try await Self.post(to: first).status == 204)
                    // Whoever waits for the answer that is on its way gets a newer one, too.
                    #expect(try await second.get(Self.path).text == "[\(number)]")
                    #expect(try await old.text == "[\(number - 1)]")
                    for gateway in [first, second, first, second] {
                        #expect(try await gateway.get(Self.path).text == "[\(number)]")
                    }
                }
            }
        }

        @Test(
            "the groups that the answer to a change names end, stored answers and fragments alike",
            .timeLimit(.minutes(2))
        )
        func groups() async throws {
            let ends = [("Cache-Group-Invalidation", "\"parts\";x=1, \"lists\"")]
            try await Self.withTwoGateways([("Cache-Groups", "\"lists\"")], changes: ends) {
                first,
                second,
                origin,
                _ async throws in
                for number in 0..<4 {
                    for gateway in [first, second, first, second] {
                        #expect(try await gateway.get(Self.path).text == "[\(number)]")
                        #expect(try await gateway.get("/").text == "[\(number)]")
                    }
                    #expect(try await Self.post(to: first, "/another").status == 204)
                }
                #expect(origin.requestCount(Self.path) < 12)
            }
        }

        @Test(
            "while Redis is away a change ends what its own gateway has, and the others hear of it afterwards",
            .timeLimit(.minutes(2))
        )
        func redisAway() async throws {
            try await withRedisServer { redis in
                let versions = Versions()
                let handler = OriginHandler { versions.answer($0, [], of: []) }
                try await ScriptedOrigin.with(handler: handler) { origin in
                    try await Relay.with(to: redis.port) { relay in
                        try await withGateway(Self.settings(origin.port, redis: relay.port)) { first async throws in
                            try await withGateway(Self.settings(origin.port, redis: redis.port)) {
                                second async throws in
                                try await waitUntil { try await second.ready().contains("by 2 gateways") }
                                for gateway in [first, second, first, second] {
                                    #expect(try await gateway.get(Self.path).text == "[0]")
                                }
                                await relay.cut()
                                try await waitUntil { try await first.ready().contains("purges: cut off") }
                                for number in 1...3 {
                                    #expect(try await Self.post(to: first).status == 204)
                                    for _ in 0..<4 { #expect(try await first.get(Self.path).text == "[\(number)]") }
                                }
                                #expect(first.server.output.contains("purged in this gateway alone for now"))
                                #expect(try await second.get(Self.path).text == "[0]")
                                try await relay.mend()
                                try await waitUntil { try await second.get(Self.path).text == "[3]" }
                                for _ in 0..<4 { #expect(try await first.get(Self.path).text == "[3]") }
                            }
                        }
                    }
                }
            }
        }

        @Test("gateway purge --url ends what is stored for an address")
        func command() async throws {
            let versions = Versions()
            try await ScriptedOrigin.with(handler: OriginHandler { versions.answer($0, [], of: []) }) { origin in
                try await withGateway(Self.settings(origin.port, redis: nil)) { gateway async throws in
                    for _ in 0..<4 { #expect(try await gateway.get(Self.path).text == "[0]") }
                    let asked = origin.requestCount(Self.path)
                    let other = try await gateway.run("purge", "--url", "http://app.localhost/list")
                    #expect(other.output.contains("url:http://app.localhost/list"), "\(other.output)")
                    #expect(try await gateway.get(Self.path)["cache-status"]?.hasPrefix("rose-ash; hit") == true)
                    let purged = try await gateway.run("purge", "--url", "http://app.localhost\(Self.path)")
                    #expect(purged.status == 0, "\(purged.output)")
                    #expect(try await gateway.get(Self.path)["cache-status"] == "rose-ash; fwd=uri-miss; stored")
                    #expect(origin.requestCount(Self.path) == asked + 1)
                    #expect(try await gateway.run("purge", "--url", "/list").status == 2)
                }
            }
        }

        private static let path = "/list?a=b"

        private static func settings(_ port: Int, redis: Int?) -> GatewaySettings {
            var settings = GatewaySettings.page(
                "{% fragment \"app/part\" or %}[none]{% endfragment %}",
                from: port,
                fragments: [#""app/part": { ttl: 10m, tags: [parts] }"#],
                redis: redis
            )
            settings.ofEachService = ", cache: rfc"
            return settings
        }

        /// Runs two gateways on one Redis, each of which knows of the other.
        private static func withTwoGateways(
            _ fields: [(String, String)],
            changes: [(String, String)] = [],
            _ use: @Sendable (GatewayProcess, GatewayProcess, ScriptedOrigin, RedisServer) async throws -> Void
        ) async throws {
            try await withRedisServer { redis in
                let versions = Versions()
                let handler = OriginHandler { versions.answer($0, fields, of: changes) }
                try await ScriptedOrigin.with(handler: handler) { origin in
                    let settings = Self.settings(origin.port, redis: redis.port)
                    try await withGateway(settings) { first async throws in
                        try await withGateway(settings) { second async throws in
                            for gateway in [first, second] {
                                try await waitUntil { try await gateway.ready().contains("by 2 gateways") }
                            }
                            try await use(first, second, origin, redis)
                        }
                    }
                }
            }
        }

        private static func post(to gateway: GatewayProcess, _ path: String = Self.path) async throws -> RawResponse {
            let request = RawRequest(method: "POST", target: path, host: "app.localhost")
            return try await RawClient.request(request, to: gateway.port)
        }
    }
}
