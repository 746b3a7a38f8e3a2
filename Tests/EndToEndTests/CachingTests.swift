import TestSupport
import Testing

extension EndToEndTests {
    @Suite("Copies are kept as long as they may be")
    struct CachingTests {
        static let page = #"{% fragment "app/part" with n=query.n|default(0) %}"#

        @Test("a fragment is asked for once in its ttl, and again after it")
        func ttlIsObeyed() async throws {
            try await withOrigin { origin, port in
                origin.answerCounting("part")
                let rules = [#""app/part": { ttl: 400ms }"#]
                try await withGateway(.page(Self.page, from: port, fragments: rules)) { gateway in
                    // One connection, so that one event loop's memory is meant.
                    try await RawClient.connect(to: gateway.port) { connection in
                        let start = ContinuousClock.now
                        for _ in 0..<10 {
                            try await connection.send(RawRequest(host: "app.localhost"))
                            #expect(try await connection.response().text.contains("[1]"))
                        }
                        #expect(origin.hits("part") == 1 || ContinuousClock.now - start > .milliseconds(400))
                        try await waitUntil {
                            try await connection.send(RawRequest(host: "app.localhost"))
                            return try await connection.response().text.contains("[2]")
                        }
                        #expect(ContinuousClock.now - start >= .milliseconds(400))
                    }
                }
            }
        }

        @Test(
            "the service's headers decide where no rule does",
            arguments: [
                ("max-age=60", 1), ("no-store", 3), ("private, max-age=60", 3), ("s-maxage=60, max-age=0", 1), ("", 3),
            ]
        )
        func headersDecide(cacheControl: String, hits: Int) async throws {
            try await withOrigin { origin, port in
                origin.answer(
                    "part",
                    with: cacheControl.isEmpty ? .html("[x]") : .html("[x]").header("Cache-Control", cacheControl)
                )
                try await withGateway(.page(Self.page, from: port)) { gateway in
                    try await RawClient.connect(to: gateway.port) { connection in
                        for _ in 0..<3 {
                            try await connection.send(RawRequest(host: "app.localhost"))
                            #expect(try await connection.response().text.contains("[x]"))
                        }
                    }
                    #expect(origin.hits("part") == hits, "Cache-Control: \(cacheControl)")
                }
            }
        }

        @Test("200 requests for a page that nobody has seen are one fetch")
        func singleFlight() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("[once]").after(.seconds(2)))
                let rules = [#""app/part": { ttl: 1m, timeout: 10s }"#]
                let settings = GatewaySettings.page(
                    Self.page,
                    from: port,
                    fragments: rules,
                    limits: ["page-budget: 20s"]
                )
                try await withGateway(settings) { gateway in
                    let texts = try await withThrowingTaskGroup(of: String.self) { group in
                        for _ in 0..<200 { group.addTask { try await gateway.get().text } }
                        return try await group.reduce(into: [String]()) { $0.append($1) }
                    }
                    #expect(texts.count == 200)
                    #expect(texts.allSatisfy { $0.contains("[once]") })
                    #expect(origin.hits("part") == 1)
                }
            }
        }

        @Test("nobody waits for an answer that is for its asker alone")
        func unsharedAnswersAreAskedForAtOnce() async throws {
            try await withOrigin { origin, port in
                origin.answer(
                    "part",
                    with: .html("[own]").header("Cache-Control", "no-store").after(.milliseconds(500))
                )
                try await withGateway(.page(Self.page, from: port, fragments: [#""app/part": { timeout: 10s }"#])) {
                    gateway in
                    // Every event loop has seen that it is so.
                    for _ in 0..<4 { _ = try await gateway.get() }
                    // The best of some rounds: a busy machine is late, but never early.
                    var best = Duration.seconds(60)
                    for _ in 0..<5 where best > .milliseconds(900) {
                        let start = ContinuousClock.now
                        try await withThrowingTaskGroup(of: Void.self) { group in
                            for _ in 0..<6 {
                                group.addTask {
                                    let text = try await gateway.get().text
                                    #expect(text.contains("[own]"))
                                }
                            }
                            try await group.waitForAll()
                        }
                        best = min(best, .now - start)
                    }
                    // One after another's end would be a second.
                    #expect(best < .milliseconds(900))
                }
            }
        }

        @Test("a stale copy is served at once while a new one is fetched")
        func staleWhileRevalidate() async throws {
            try await withOrigin { origin, port in
                origin.answerCounting("part", after: .milliseconds(300))
                let rules = [#""app/part": { ttl: 200ms, stale-while-revalidate: 1h }"#]
                try await withGateway(.page(Self.page, from: port, fragments: rules)) { gateway in
                    try await RawClient.connect(to: gateway.port) { connection in
                        var seen: [String] = []
                        try await waitUntil {
                            try await connection.send(RawRequest(host: "app.localhost"))
                            let response = try await connection.response()
                            // Only the very first page waits for the service.
                            #expect(seen.isEmpty || response.end < .milliseconds(250))
                            seen.append(response.text)
                            return response.text.contains("[2]")
                        }
                        #expect(seen.first?.contains("[1]") == true)
                    }
                }
            }
        }

        @Test("a service that fails is not asked for each page that is shown a stale copy")
        func pacedRefresh() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("[kept]"))
                var settings = GatewaySettings.page(
                    Self.page,
                    from: port,
                    fragments: [#""app/part": { ttl: 50ms, stale-while-revalidate: 1h, retries: 0 }"#]
                )
                settings.ofEachService = ", breaker: off"
                try await withGateway(settings) { gateway in
                    try await RawClient.connect(to: gateway.port) { connection in
                        func page() async throws -> String {
                            try await connection.send(RawRequest(host: "app.localhost"))
                            return try await connection.response().text
                        }
                        _ = try await page()
                        origin.answer("part", with: .status(500))
                        let began = ContinuousClock.now
                        try await waitUntil {
                            let text = try await page()
                            #expect(text.contains("[kept]"))
                            return origin.hits("part") >= 5
                        }
                        // The first is the copy, the next comes early, one more when its time is over; then come pauses.
                        #expect(ContinuousClock.now - began > .milliseconds(400))
                    }
                }
            }
        }

        @Test("a copy whose ETag still holds is kept")
        func revalidation() async throws {
            try await withOrigin { origin, port async throws in
                origin.answer("part") { request in
                    let reply =
                        request.values("if-none-match") == ["\"v1\""] ? OriginReply.status(304) : .html("[kept]")
                    return reply.header("ETag", "\"v1\"").header("Cache-Control", "max-age=1, stale-if-error=60")
                }
                try await withGateway(.page(Self.page, from: port)) { gateway async throws in
                    try await waitUntil {
                        let text = try await gateway.get().text
                        #expect(text.contains("[kept]"))
                        return origin.requests("part").contains { $0.values("if-none-match") == ["\"v1\""] }
                    }
                    #expect(try await gateway.get().text.contains("[kept]"))
                }
            }
        }

        @Test("a 4xx is remembered for a short time")
        func negativeAnswersAreRemembered() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("no").status(404))
                try await withGateway(.page(Self.page, from: port)) { gateway in
                    try await RawClient.connect(to: gateway.port) { connection in
                        for _ in 0..<3 {
                            try await connection.send(RawRequest(host: "app.localhost"))
                            #expect(try await connection.response().status == 200)
                        }
                    }
                    #expect(origin.hits("part") == 1)
                }
            }
        }
    }
}
