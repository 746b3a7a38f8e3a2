import Foundation
import Synchronization
import TestSupport
import Testing

extension EndToEndTests {
    @Suite("What is purged is not served again, on any gateway")
    struct PurgingTests {
        static let page = """
            {% fragment "app/part" with n=query.n|default(0) or %}[none]{% endfragment %}\
            {% fragment "app/other" or %}[none]{% endfragment %}
            """
        static let rules = [
            #""app/part": { ttl: 10m, stale-if-error: 1h, tags: [parts], timeout: 2s }"#,
            #""app/other": { ttl: 10m, tags: [others] }"#,
        ]

        static func settings(_ port: Int, redis: Int?, sections: [String] = []) -> GatewaySettings {
            var settings = GatewaySettings.page(Self.page, from: port, fragments: Self.rules, redis: redis)
            settings.sections = sections
            return settings
        }

        @Test(
            "each way to name a copy ends it on every event loop, and leaves the others",
            arguments: [
                ("tag=parts", true, false), ("fragment=app/part", true, false),
                ("fragment=app/part%3Fn%3D0", true, false),
                ("fragment=app/part%3Fn%3D1", false, false), ("service=app", true, true), ("all", true, true),
                ("tag=others&tag=nobody", false, true),
            ]
        )
        func targets(query: String, endsPart: Bool, endsOther: Bool) async throws {
            try await withAndWithoutRedis { redis in
                try await withOrigin { origin, port in
                    origin.answerCounting("part")
                    origin.answerCounting("other")
                    try await withGateway(Self.settings(port, redis: redis)) { gateway in
                        for _ in 0..<4 { #expect(try await gateway.get().text == "[1][1]") }
                        let answer = try await gateway.purge(query)
                        #expect(answer.status == 200, "\(answer.text)")
                        let expected = "[\(endsPart ? 2 : 1)][\(endsOther ? 2 : 1)]"
                        for _ in 0..<4 { #expect(try await gateway.get().text == expected) }
                    }
                }
            }
        }

        @Test("a soft purge serves the old copy while the new one is fetched, and where the service fails")
        func soft() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("[old]"))
                origin.answer("other", with: .html(""))
                try await withGateway(Self.settings(port, redis: nil)) { gateway async throws in
                    #expect(try await gateway.get().text == "[old]")
                    origin.answer("part", with: .html("").status(500))
                    #expect(try await gateway.purge("tag=parts&soft").status == 200)
                    #expect(try await gateway.get().text == "[old]")
                    origin.answer("part", with: .html("[new]"))
                    try await waitUntil { try await gateway.get().text == "[new]" }
                    try await waitUntil { try await gateway.get().text == "[new]" }
                    origin.answer("part", with: .html("").status(500))
                    #expect(try await gateway.purge("tag=parts").status == 200)
                    for _ in 0..<4 { #expect(try await gateway.get().text == "[none]") }
                }
            }
        }

        @Test("what is wrong with a request is said, and web pages cannot purge")
        func refusals() async throws {
            try await withOrigin { _, port in
                try await withGateway(Self.settings(port, redis: nil)) { gateway async throws in
                    for (query, text) in [
                        ("", "name what to purge"), ("tga=a", "there is no 'tga'"),
                        ("service=nobody", "no service 'nobody'"),
                    ] {
                        let answer = try await gateway.purge(query)
                        #expect(answer.status == 400)
                        #expect(answer.text.contains(text), "\(answer.text)")
                    }
                    #expect(try await gateway.purge("all", headers: [("Origin", "http://evil.test")]).status == 403)
                    #expect(try await gateway.purge("all", headers: [("Sec-Fetch-Site", "cross-site")]).status == 403)
                    let wrongMethod = try await RawClient.get("/purge?all", host: "127.0.0.1", from: gateway.adminPort)
                    #expect(wrongMethod.status == 404 || wrongMethod.status == 405)
                }
            }
        }

        @Test("with Redis down a purge fails and says so; when it is back it works, and all old copies are gone")
        func redisDown() async throws {
            try await withRedisServer { redis in
                try await withOrigin { origin, port in
                    origin.answerCounting("part")
                    origin.answer("other", with: .html(""))
                    try await withGateway(Self.settings(port, redis: redis.port)) { gateway async throws in
                        // Each event loop has a copy of its own.
                        for _ in 0..<4 { #expect(try await gateway.get().text == "[1]") }
                        redis.kill()
                        try await waitUntil { try await gateway.ready().contains("purges: cut off") }
                        let failed = try await gateway.purge("all")
                        #expect(failed.status == 503)
                        #expect(failed.text.contains("nothing is purged: Redis cannot be told"), "\(failed.text)")
                        #expect(try await gateway.get().text == "[1]")
                        try redis.restart()
                        try await waitUntil { try await gateway.ready().contains("purges: followed") }
                        // The record of what was purged is gone with Redis' memory: nothing that is older is believed.
                        for _ in 0..<4 { #expect(try await gateway.get().text != "[1]") }
                        let before = origin.hits("part")
                        #expect(try await gateway.purge("all").status == 200)
                        #expect(try await gateway.get().text == "[\(before + 1)]")
                    }
                }
            }
        }

        @Test("while it is cut off, a gateway serves copies of a bounded age as fresh")
        func boundedAge() async throws {
            try await withRedisServer { redis in
                try await withOrigin { origin, port in
                    origin.answerCounting("part")
                    origin.answer("other", with: .html(""))
                    let settings = Self.settings(port, redis: redis.port, sections: ["purges: { cut-off-age: 600ms }"])
                    try await withGateway(settings) { gateway in
                        #expect(try await gateway.get().text == "[1]")
                        redis.kill()
                        try await waitUntil { try await gateway.get().text == "[2]" }
                    }
                }
            }
        }

        @Test("a gateway that was cut off during a purge serves nothing old once it follows again")
        func cutOffDuringPurge() async throws {
            try await withRedisServer { redis in
                try await withOrigin { origin, port in
                    origin.answerCounting("part")
                    origin.answer("other", with: .html(""))
                    let settings = Self.settings(port, redis: redis.port)
                    try await withGateway(settings) { first in
                        // The second reaches Redis over a line that can be cut.
                        try await Relay.with(to: redis.port) { relay in
                            try await withGateway(Self.settings(port, redis: relay.port)) { second in
                                for _ in 0..<4 { #expect(try await first.get().text == "[1]") }
                                for _ in 0..<4 { #expect(try await second.get().text == "[1]") }
                                try await waitUntil { try await first.ready().contains("by 2 gateways") }
                                await relay.cut()
                                try await waitUntil { try await second.ready().contains("purges: cut off") }
                                let answer = try await first.purge("tag=parts")
                                #expect(answer.status == 202)
                                #expect(answer.text.contains(#""gateways" : 2"#), "\(answer.text)")
                                #expect(try await first.get().text == "[2]")
                                try await relay.mend()
                                try await waitUntil { try await second.ready().contains("purges: followed") }
                                for _ in 0..<4 { #expect(try await second.get().text != "[1]") }
                            }
                        }
                    }
                }
            }
        }

        @Test("purges race slow fetches on two gateways: nothing old is served after a purge was acknowledged")
        func races() async throws {
            try await withRedisServer { redis in
                try await withOrigin { origin, port in
                    let version = Mutex(0)
                    origin.answer("part") { _ in
                        // What the service read, and then took a while to say.
                        .html("[\(version.withLock { $0 })]").after(.milliseconds(Int.random(in: 0...6)))
                    }
                    origin.answer("other", with: .html(""))
                    let settings = Self.settings(port, redis: redis.port)
                    try await withGateway(settings) { first in
                        try await withGateway(settings) { second in
                            try await waitUntil { try await first.ready().contains("by 2 gateways") }
                            try await waitUntil { try await second.ready().contains("by 2 gateways") }
                            for round in 1...Self.rounds {
                                // Fetches that are under way when the purge comes.
                                async let early: [Int] = Self.versions(from: [first, second, first, second])
                                version.withLock { $0 = round }
                                let answer = try await (round.isMultiple(of: 2) ? first : second).purge("tag=parts")
                                #expect(answer.status == 200, "\(answer.text)")
                                let late = try await Self.versions(from: [first, second])
                                #expect(late == [round, round], "round \(round)")
                                _ = try await early
                            }
                        }
                    }
                }
            }
        }

        /// A thousand rounds when it is asked for; some dozens in every run.
        private static let rounds = Int(ProcessInfo.processInfo.environment["PURGE_ROUNDS"] ?? "") ?? 60

        private static func versions(from gateways: [GatewayProcess]) async throws -> [Int] {
            try await withThrowingTaskGroup(of: (Int, Int).self) { tasks in
                for (index, gateway) in gateways.enumerated() {
                    tasks.addTask {
                        let text = try await gateway.get().text
                        guard let version = Int(text.dropFirst().dropLast()) else {
                            throw EndToEndError("the page is '\(text)'")
                        }
                        return (index, version)
                    }
                }
                var versions = Array(repeating: 0, count: gateways.count)
                for try await (index, version) in tasks { versions[index] = version }
                return versions
            }
        }
    }
}

extension GatewayProcess {
    /// `POST /purge` at the admin address.
    func purge(_ query: String, headers: [(String, String)] = []) async throws -> RawResponse {
        try await RawClient.request(
            RawRequest(method: "POST", target: "/purge?\(query)", host: "127.0.0.1", headers: headers),
            to: self.adminPort
        )
    }

    /// What `/ready` says.
    func ready() async throws -> String {
        try await RawClient.get("/ready", host: "127.0.0.1", from: self.adminPort).text
    }
}

private func withAndWithoutRedis(_ body: (Int?) async throws -> Void) async throws {
    try await body(nil)
    try await withRedisServer { try await body($0.port) }
}
