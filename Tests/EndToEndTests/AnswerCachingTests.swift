import NIOCore
import Synchronization
import TestSupport
import Testing

extension EndToEndTests {
    @Suite("A service's own answers are stored as a shared cache may")
    struct AnswerCachingTests {
        /// Stale as soon as it comes.
        static let aged = "max-age=10"

        @Test("a fresh answer is served without the service, to everybody")
        func fresh() async throws {
            try await withCachedOrigin { _ in
                OriginStep.answer(200, [("Cache-Control", "max-age=60"), ("X-Kept", "kept")], "[list]")
            } _: { gateway, origin async throws in
                let first = try await gateway.get("/list?b=2&a=1")
                #expect(first["cache-status"] == "rose-ash; fwd=uri-miss; stored")
                for headers in [[], [("Cookie", "sid=x")], [("Authorization", "Basic x")], [("Accept", "text/html")]] {
                    let next = try await gateway.get("/list?b=2&a=1", headers: headers)
                    #expect(next.status == 200)
                    #expect(next.text == "[list]")
                    #expect(next["x-kept"] == "kept")
                    #expect(next["date"] == first["date"])
                    #expect(next["age"].flatMap { Int($0) } ?? 99 <= 5)
                    #expect(next["content-length"] == "6")
                    #expect(next["cache-status"]?.hasPrefix("rose-ash; hit; ttl=") == true)
                }
                #expect(origin.requestCount("/list?b=2&a=1") == 1)
                #expect(try await gateway.get("/list?a=1&b=2")["cache-status"] == "rose-ash; fwd=uri-miss; stored")
                let head = try await RawClient.request(
                    RawRequest(method: "HEAD", target: "/list?b=2&a=1", host: "app.localhost"),
                    to: gateway.port
                )
                #expect(head["content-length"] == "6")
                #expect(head["cache-status"]?.hasPrefix("rose-ash; hit") == true)
                #expect(origin.requestCount("/list?b=2&a=1") == 1)
            }
        }

        @Test("without `cache: rfc` nothing is stored, and nothing is said of a cache")
        func off() async throws {
            try await withCachedOrigin(caching: "") { _ in
                OriginStep.answer(200, [("Cache-Control", "max-age=60")], "[list]")
            } _: { gateway, origin async throws in
                for _ in 0..<2 { #expect(try await gateway.get("/list")["cache-status"] == nil) }
                #expect(origin.requestCount("/list") == 2)
            }
        }

        @Test(
            "what may not be stored is asked for each time",
            arguments: [
                ("/nothing", [], []), ("/no-store", [("Cache-Control", "no-store, max-age=60")], []),
                ("/private", [("Cache-Control", "private, max-age=60")], []),
                ("/cookie", [("Cache-Control", "max-age=60"), ("Set-Cookie", "a=b")], []),
                ("/vary", [("Cache-Control", "max-age=60"), ("Vary", "*")], []),
                ("/authorized", [("Cache-Control", "max-age=60")], [("Authorization", "Basic x")]),
                ("/asked", [("Cache-Control", "max-age=60")], [("Cache-Control", "no-store")]),
                ("/range", [("Cache-Control", "max-age=60")], [("Range", "bytes=0-1")]),
            ] as [(String, [(String, String)], [(String, String)])]
        )
        func notStored(path: String, fields: [(String, String)], request: [(String, String)]) async throws {
            try await withCachedOrigin { _ in
                OriginStep.answer(200, fields, "[x]")
            } _: { gateway, origin async throws in
                for count in 1...2 {
                    let response = try await gateway.get(path, headers: request)
                    #expect(response.text == "[x]")
                    #expect(response["set-cookie"] == nil)
                    #expect(response["cache-status"]?.contains("stored") == false)
                    #expect(origin.requestCount(path) == count)
                }
            }
        }

        @Test("a stale answer is confirmed by the service, with what is new")
        func confirmation() async throws {
            let seen = Mutex<[OriginRequest]>([])
            try await withCachedOrigin { request in
                seen.withLock { $0.append(request) }
                let isConfirmed = request.values("If-None-Match") == ["\"v1\""]
                return isConfirmed
                    ? [.head(304, [("ETag", "\"v1\""), ("X-New", "new"), ("Cache-Control", "max-age=60")])]
                    : OriginStep.answer(
                        200,
                        [("Cache-Control", "no-cache"), ("ETag", "\"v1\""), ("X-Old", "old")],
                        "[v1]"
                    )
            } _: { gateway, _ async throws in
                _ = try await gateway.get("/page")
                let second = try await gateway.get("/page")
                #expect(second.status == 200)
                #expect(second.text == "[v1]")
                #expect(second["x-old"] == "old")
                #expect(second["x-new"] == "new")
                #expect(second["cache-status"]?.hasPrefix("rose-ash; fwd=stale; fwd-status=304; ttl=") == true)
                let third = try await gateway.get("/page", headers: [("If-None-Match", "W/\"v1\", \"v0\"")])
                #expect(third.status == 304)
                #expect(third["etag"] == "\"v1\"")
                #expect(third["x-new"] == "new")
                #expect(third["content-length"] == nil)
                #expect(third["cache-status"]?.hasPrefix("rose-ash; hit") == true)
                #expect(seen.withLock { $0.count } == 2)
            }
        }

        @Test("a 304 about another answer is not believed")
        func wrongConfirmation() async throws {
            try await withCachedOrigin { request in
                request.values("If-None-Match").isEmpty
                    ? OriginStep.answer(200, [("Cache-Control", "no-cache"), ("ETag", "\"v1\"")], "[v1]")
                    : [.head(304, [("ETag", "\"v2\"")])]
            } _: { gateway, origin async throws in
                _ = try await gateway.get("/page")
                #expect(try await gateway.get("/page").text == "[v1]")
                #expect(origin.requestCount("/page") == 3)
            }
        }

        @Test("answers that vary are stored side by side")
        func varying() async throws {
            try await withCachedOrigin { request in
                OriginStep.answer(
                    200,
                    [("Cache-Control", "max-age=60"), ("Vary", "Accept-Language, Cookie")],
                    request.values("Accept-Language").joined()
                )
            } _: { gateway, origin async throws in
                for _ in 0..<3 {
                    for language in ["en", "fr"] {
                        let response = try await gateway.get(
                            "/text",
                            headers: [("Accept-Language", language), ("Cookie", "\(language)=1")]
                        )
                        #expect(response.text == language)
                    }
                }
                #expect(origin.requestCount("/text") == 2)
                let missed = try await gateway.get("/text", headers: [("Accept-Language", "de")])
                #expect(missed["cache-status"] == "rose-ash; fwd=vary-miss; stored")
            }
        }

        @Test("what a change has ended is gone on every loop when its answer is there")
        func invalidation() async throws {
            let version = Mutex(0)
            try await withCachedOrigin { request in
                if request.method == "DELETE" {
                    version.withLock { $0 += 1 }
                    return OriginStep.answer(200, [("Content-Location", "/other")], "")
                }
                return OriginStep.answer(200, [("Cache-Control", "max-age=60")], "[\(version.withLock { $0 })]")
            } _: { gateway, _ async throws in
                for number in 0..<30 {
                    for path in ["/list", "/list", "/other"] {
                        #expect(try await gateway.get(path).text == "[\(number)]")
                    }
                    let change = RawRequest(method: "DELETE", target: "/list", host: "app.localhost")
                    #expect(try await RawClient.request(change, to: gateway.port).status == 200)
                }
            }
        }

        @Test("an answer that was on its way when a change came is not stored")
        func racingChanges() async throws {
            let version = Mutex(0)
            try await withCachedOrigin { request in
                let number = version.withLock { version in
                    if request.method == "DELETE" { version += 1 }
                    return version
                }
                guard request.method == "GET" else { return OriginStep.answer(204) }
                // What is read before the change comes after it.
                let pause = request.values("X-Slow").isEmpty ? [] : [OriginStep.delay(.milliseconds(50))]
                return pause + OriginStep.answer(200, [("Cache-Control", "max-age=60")], "\(number)")
            } _: { gateway, origin async throws in
                for number in 1...12 {
                    let asked = origin.requestCount("/list")
                    async let old = gateway.get("/list", headers: [("Cache-Control", "no-cache"), ("X-Slow", "1")])
                    try await waitUntil { origin.requestCount("/list") > asked }
                    let change = RawRequest(method: "DELETE", target: "/list", host: "app.localhost")
                    let changed = try await RawClient.request(change, to: gateway.port)
                    #expect(changed["cache-status"] == "rose-ash; fwd=method")
                    #expect(try await old.text == "\(number - 1)")
                    #expect(try await gateway.get("/list").text == "\(number)")
                }
            }
        }

        @Test("a change that failed ends nothing")
        func failedChange() async throws {
            try await withCachedOrigin { request in
                request.method == "DELETE"
                    ? OriginStep.answer(409, [], "no")
                    : OriginStep.answer(200, [("Cache-Control", "max-age=60")], "[list]")
            } _: { gateway, origin async throws in
                _ = try await gateway.get("/list")
                let change = RawRequest(method: "DELETE", target: "/list", host: "app.localhost")
                #expect(try await RawClient.request(change, to: gateway.port).status == 409)
                _ = try await gateway.get("/list")
                #expect(origin.counts.requests["/list"] == 2)
            }
        }

        @Test("a stale answer is served at once while it is refreshed")
        func staleWhileRevalidate() async throws {
            let count = Mutex(0)
            try await withCachedOrigin { _ in
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                let age = number == 1 ? [("Age", "20")] : []
                return OriginStep.answer(
                    200,
                    [("Cache-Control", "\(Self.aged), stale-while-revalidate=60")] + age,
                    "[\(number)]"
                )
            } _: { gateway, _ async throws in
                #expect(try await gateway.get("/feed").text == "[1]")
                let stale = try await gateway.get("/feed")
                #expect(stale.text == "[1]")
                #expect(stale["cache-status"]?.hasSuffix("detail=stale-while-revalidate") == true)
                try await waitUntil { try await gateway.get("/feed").text == "[2]" }
                #expect(count.withLock { $0 } == 2)
            }
        }

        @Test(
            "a stale answer is served when the service fails, if it allows that",
            arguments: [
                (
                    ", stale-if-error=60", 503, 200, "[page]",
                    "rose-ash; fwd=stale; fwd-status=503; ttl=-10; detail=stale-if-error"
                ),
                (", stale-if-error=60", 0, 200, "[page]", "rose-ash; fwd=stale; ttl=-10; detail=stale-if-error"),
                ("", 503, 503, "[failed]", "rose-ash; fwd=stale"),
                (", must-revalidate", 503, 503, "[failed]", "rose-ash; fwd=stale"),
                (", must-revalidate", 0, 504, nil, nil), ("", 0, 502, nil, nil),
            ] as [(String, Int, Int, String?, String?)]
        )
        func staleIfError(
            control: String,
            failure: Int,
            expected: Int,
            text: String?,
            status: String?
        ) async throws {
            let fails = Mutex(false)
            try await withCachedOrigin { _ in
                guard fails.withLock({ $0 }) else {
                    return OriginStep.answer(
                        200,
                        [("Cache-Control", Self.aged + control), ("Age", "20"), ("ETag", "\"a\"")],
                        "[page]"
                    )
                }
                return failure == 0 ? [.reset] : OriginStep.answer(failure, [], "[failed]")
            } _: { gateway, _ async throws in
                _ = try await gateway.get("/page")
                fails.withLock { $0 = true }
                let response = try await gateway.get("/page")
                #expect(response.status == expected)
                if let text { #expect(response.text == text) }
                // A second may have passed since.
                #expect(response["cache-status"]?.replacing("ttl=-11", with: "ttl=-10") == status)
                fails.withLock { $0 = false }
                #expect(try await gateway.get("/page").text == "[page]")
            }
        }

        @Test("only-if-cached never reaches the service")
        func onlyIfCached() async throws {
            try await withCachedOrigin { _ in
                OriginStep.answer(200, [("Cache-Control", "max-age=60")], "[x]")
            } _: { gateway, origin async throws in
                let only = [("Cache-Control", "only-if-cached")]
                let refused = try await gateway.get("/x", headers: only)
                #expect(refused.status == 504)
                #expect(refused["cache-status"] == "rose-ash; detail=only-if-cached")
                #expect(origin.requestCount("/x") == 0)
                _ = try await gateway.get("/x")
                #expect(try await gateway.get("/x", headers: only).text == "[x]")
                #expect(origin.requestCount("/x") == 1)
            }
        }

        @Test("an answer over the limit streams through and is not stored", arguments: [true, false])
        func tooLarge(tellsLength: Bool) async throws {
            let body = String(repeating: "x", count: 100_000)
            try await withCachedOrigin(caching: ", cache: rfc, cache-max-size: 64KB") { _ in
                tellsLength
                    ? OriginStep.answer(200, [("Cache-Control", "max-age=60")], body)
                    : [
                        .head(200, [("Cache-Control", "max-age=60"), ("Transfer-Encoding", "chunked")]), .chunk(body),
                        .lastChunk(),
                    ]
            } _: { gateway, origin async throws in
                for count in 1...2 {
                    #expect(try await gateway.get("/large").byteCount == 100_000)
                    #expect(origin.requestCount("/large") == count)
                }
            }
        }

        @Test("an answer is streamed while it is collected")
        func streaming() async throws {
            try await withCachedOrigin { _ in
                [
                    .head(200, [("Cache-Control", "max-age=60"), ("Transfer-Encoding", "chunked")]), .chunk("[first]"),
                    .delay(.milliseconds(300)), .chunk("[last]"), .lastChunk(),
                ]
            } _: { gateway, origin async throws in
                let response = try await gateway.get("/slow")
                let first = try #require(response.moment(of: "[first]"))
                let last = try #require(response.moment(of: "[last]"))
                #expect(last - first > .milliseconds(200))
                let next = try await gateway.get("/slow")
                #expect(next.text == "[first][last]")
                #expect(next["content-length"] == "13")
                #expect(origin.requestCount("/slow") == 1)
            }
        }

        @Test("a part of an answer is not stored: neither of one that was cut nor of one whose client left")
        func parts() async throws {
            let count = Mutex(0)
            try await withCachedOrigin { request in
                let isFirst = count.withLock { count in
                    count += 1
                    return count == 1
                }
                let head = OriginStep.head(200, [("Cache-Control", "max-age=60"), ("Content-Length", "7")])
                guard isFirst else { return [head, .bytes("[whole]")] }
                return request.path == "/cut" ? [head, .bytes("[who"), .close] : [head, .bytes("[who"), .stall]
            } _: { gateway, _ async throws in
                await #expect(throws: RawClientError.self) { try await gateway.get("/cut") }
                #expect(try await gateway.get("/cut").text == "[whole]")
                count.withLock { $0 = 0 }
                try await RawClient.connect(to: gateway.port) { connection in
                    try await connection.send(RawRequest(target: "/left", host: "app.localhost"))
                    #expect(try await connection.head().status == 200)
                }
                try await waitUntil { try await gateway.get("/left").text == "[whole]" }
                #expect(try await gateway.get("/left")["cache-status"]?.hasPrefix("rose-ash; hit") == true)
            }
        }

        @Test("who asks for the same at the same time waits for one answer")
        func singleFlight() async throws {
            try await withCachedOrigin { _ in
                [.delay(.milliseconds(200))] + OriginStep.answer(200, [("Cache-Control", "max-age=60")], "[slow]")
            } _: { gateway, origin async throws in
                let responses = try await withThrowingTaskGroup(of: RawResponse.self) { tasks in
                    for _ in 0..<20 { tasks.addTask { try await gateway.get("/slow") } }
                    return try await tasks.reduce(into: []) { $0.append($1) }
                }
                #expect(responses.allSatisfy { $0.text == "[slow]" })
                // Once for each event loop at most.
                #expect(origin.requestCount("/slow") <= 2)
                let collapsed = responses.filter { $0["cache-status"]?.hasSuffix("; collapsed") == true }
                #expect(!collapsed.isEmpty)
                let hits = responses.filter { $0["cache-status"]?.hasPrefix("rose-ash; hit") == true }
                #expect(hits.count + origin.requestCount("/slow") == 20)
            }
        }

        @Test("what cannot be shared is asked for by each, at the same time")
        func unshared() async throws {
            try await withCachedOrigin { _ in
                [.delay(.milliseconds(200))] + OriginStep.answer(200, [("Cache-Control", "private")], "[own]")
            } _: { gateway, origin async throws in
                let start = ContinuousClock.now
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    for _ in 0..<10 {
                        tasks.addTask {
                            let text = try await gateway.get("/own").text
                            #expect(text == "[own]")
                        }
                    }
                    try await tasks.waitForAll()
                }
                #expect(origin.requestCount("/own") == 10)
                #expect(ContinuousClock.now - start < .milliseconds(1500))
            }
        }

        @Test("a service's bare 404 is stored, and a person sees the site's page in its place all the same")
        func negative() async throws {
            try await withCachedOrigin { _ in
                OriginStep.answer(404, [("Cache-Control", "max-age=60"), ("Content-Type", "application/json")], "{}")
            } _: { gateway, origin async throws in
                #expect(try await gateway.get("/gone").text == "{}")
                #expect(try await gateway.get("/gone").text == "{}")
                let page = try await gateway.get("/gone", headers: [("Accept", "text/html")])
                #expect(page.status == 404)
                #expect(page.text != "{}")
                #expect(origin.requestCount("/gone") == 1)
            }
        }

        @Test("what one gateway stored, another need not ask for")
        func redis() async throws {
            try await withRedisServer { redis in
                let answer = OriginHandler { request in
                    OriginStep.answer(
                        200,
                        [("Cache-Control", "max-age=60"), ("Vary", "Accept-Language")],
                        request.values("Accept-Language").joined()
                    )
                }
                try await ScriptedOrigin.with(handler: answer) { origin in
                    var settings = GatewaySettings.page("[page]", from: origin.port, redis: redis.port)
                    settings.ofEachService = ", cache: rfc"
                    let german = [("Accept-Language", "de")]
                    try await withGateway(settings) { gateway in
                        #expect(try await gateway.get("/text", headers: german).text == "de")
                        try await waitUntil { try await redis.answerCount() == 2 }
                    }
                    try await withGateway(settings) { gateway in
                        let response = try await gateway.get("/text", headers: german)
                        #expect(response.text == "de")
                        #expect(response["cache-status"]?.hasPrefix("rose-ash; hit") == true)
                        #expect(origin.requestCount("/text") == 1)
                        let change = RawRequest(method: "DELETE", target: "/text", host: "app.localhost")
                        #expect(try await RawClient.request(change, to: gateway.port).status == 200)
                        #expect(
                            try await gateway.get("/text", headers: german)["cache-status"]?.contains("fwd=") == true
                        )
                    }
                }
            }
        }
    }
}

/// Runs a gateway that stores the answers of its one service, for the length of a call.
private func withCachedOrigin(
    caching: String = ", cache: rfc",
    answer: @escaping @Sendable (OriginRequest) -> [OriginStep],
    _ use: @Sendable (GatewayProcess, ScriptedOrigin) async throws -> Void
) async throws {
    try await ScriptedOrigin.with(handler: OriginHandler(answer)) { origin in
        var settings = GatewaySettings.page("[page]", from: origin.port)
        settings.ofEachService = caching
        try await withGateway(settings) { gateway in try await use(gateway, origin) }
    }
}
