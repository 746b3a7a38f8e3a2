import Curl
import NIOCore
import Synchronization
import TestSupport
import Testing

/// What goes over the wire, and what comes back.
struct CurlDriverTests {
    /// A driver and an origin, both ended afterwards.
    static func with(
        _ options: ScriptedOrigin.Options = .init(),
        settings: CurlDriverSettings = .init(),
        handler: OriginHandler,
        _ body: (CurlDriver, ScriptedOrigin) async throws -> Void
    ) async throws {
        try await ScriptedOrigin.with(options, handler: handler) { origin in
            let driver = CurlDriver(settings: settings)
            do {
                try await body(driver, origin)
            } catch {
                await driver.shutdown()
                throw error
            }
            await driver.shutdown()
        }
    }

    @Test func sendsNothingOfItsOwn() async throws {
        let seen = Mutex<OriginRequest?>(nil)
        try await Self.with(
            handler: OriginHandler { request in
                seen.withLock { $0 = request }
                return OriginStep.answer()
            }
        ) { driver, origin in
            let headers = [
                ("Host", "blog.example"), ("X-A", "1"), ("x-a", "2"), ("X-Empty", ""), ("Connection", "close"),
                ("Transfer-Encoding", "chunked"), ("Content-Length", "9"), ("Upgrade", "x"), ("Expect", "100-continue"),
            ]
            let record = await driver.run(
                TransferRequest(
                    method: "GET",
                    origin: origin.url,
                    target: "/a/../b//%2e?q=[x]{y}|%zz#f",
                    headers: TransferHeaders(headers)
                )
            )
            #expect(record.head?.status == 200)
            let request = try #require(seen.withLock { $0 })
            #expect(request.path == "/a/../b//%2e?q=[x]{y}|%zz#f")
            #expect(request.headers.map(\.name) == ["Host", "X-A", "x-a", "X-Empty"])
            #expect(request.headers.map(\.value) == ["blog.example", "1", "2", ""])
        }
    }

    @Test func takesHostFromTheOriginWhenNoneIsGiven() async throws {
        try await Self.with(handler: OriginHandler { OriginStep.answer(200, [], $0.values("host").joined()) }) {
            driver,
            origin in
            let record = await driver.run(TransferRequest(method: "GET", origin: origin.url, target: "/"))
            #expect(record.text == "127.0.0.1:\(origin.port)")
        }
    }

    @Test func passesAcceptAndUserAgentWhenGiven() async throws {
        try await Self.with(
            handler: OriginHandler { request in
                OriginStep.answer(
                    200,
                    [],
                    (request.values("accept") + request.values("user-agent")).joined(separator: ",")
                )
            }
        ) { driver, origin in
            let record = await driver.run(
                TransferRequest(
                    method: "GET",
                    origin: origin.url,
                    target: "/",
                    headers: [("accept", "text/html"), ("user-agent", "me")]
                )
            )
            #expect(record.text == "text/html,me")
        }
    }

    @Test(
        arguments: [
            ("GET", nil, nil), ("DELETE", nil, nil), ("OPTIONS", nil, nil), ("POST", nil, "0"), ("PUT", nil, "0"),
            ("PATCH", nil, "0"), ("POST", "body", "4"), ("PATCH", "body", "4"), ("DELETE", "body", "4"),
            ("GET", "body", "4"),
            ("OPTIONS", "body", "4"), ("X-ODD", "body", "4"),
        ] as [(String, String?, String?)]
    ) func sendsAnyMethod(method: String, body: String?, length: String?) async throws {
        try await Self.with(
            handler: OriginHandler { request in
                let shown = request.headers.filter { $0.name.lowercased() != "host" }.map { "\($0.name)=\($0.value)" }
                return OriginStep.answer(
                    200,
                    [],
                    "\(request.method) \(shown.joined(separator: " ")) \(String(buffer: request.body))"
                )
            }
        ) { driver, origin in
            let record = await driver.run(
                TransferRequest(
                    method: method,
                    origin: origin.url,
                    target: "/",
                    body: body.map { .bytes(Array($0.utf8)) } ?? .none
                )
            )
            #expect(record.text == "\(method) \(length.map { "Content-Length=\($0)" } ?? "") \(body ?? "")")
        }
    }

    @Test func readsHeadOnlyForHead() async throws {
        try await Self.with(handler: OriginHandler { _ in [.head(200, [("Content-Length", "1000")])] }) {
            driver,
            origin in
            for _ in 0..<2 {
                let record = await driver.run(
                    TransferRequest(method: "HEAD", origin: origin.url, target: "/", maximumBodyBytes: 10)
                )
                #expect(record.head?.contentLength == 1000)
                #expect(record.bodyCount == 0)
                #expect(record.failure == nil)
            }
            #expect(origin.counts.connections == 1)
        }
    }

    @Test func reusesConnectionsAndHandles() async throws {
        try await Self.with(handler: OriginHandler { OriginStep.answer(200, [], $0.path) }) { driver, origin in
            for index in 0..<20 {
                let record = await driver.run(TransferRequest(method: "GET", origin: origin.url, target: "/\(index)"))
                #expect(record.text == "/\(index)")
                let summary = try record.result?.get()
                #expect(summary?.reusedConnection == (index > 0))
            }
            #expect(origin.counts.connections == 1)
        }
    }

    @Test func leavesNothingOfATransferToTheNext() async throws {
        let echo = OriginHandler { request in
            if request.method == "HEAD" { return [.head(200, [("Content-Length", "1000")])] }
            let slow: [OriginStep] = request.path == "/slow" ? [.delay(.milliseconds(1300))] : []
            let names = request.headers.map(\.name).filter { $0.lowercased() != "host" }
            return slow + OriginStep.answer(200, [], "\(request.method) \(request.path) \(names) \(request.bodyLength)")
        }
        try await ScriptedOrigin.with(handler: echo) { other in
            try await Self.with(handler: echo) { driver, origin in
                func answer(_ request: TransferRequest) async -> String { await driver.run(request).text }
                var hurried = TransferRequest(method: "GET", origin: origin.url, target: "/a", headers: [("X-A", "1")])
                hurried.deadline = .now + .seconds(1)
                let expected: [(TransferRequest, String)] = [
                    (TransferRequest(method: "GET", origin: origin.url, target: "/slow"), "GET /slow [] 0"),
                    (
                        TransferRequest(method: "POST", origin: origin.url, target: "/p", body: .bytes([1, 2])),
                        "POST /p [\"Content-Length\"] 2"
                    ),
                    (TransferRequest(method: "GET", origin: other.url, target: "/b"), "GET /b [] 0"),
                    (TransferRequest(method: "DELETE", origin: origin.url, target: "/d"), "DELETE /d [] 0"),
                    (TransferRequest(method: "HEAD", origin: origin.url, target: "/h"), ""),
                    (
                        TransferRequest(method: "GET", origin: origin.url, target: "/c", headers: [("X-C", "3")]),
                        "GET /c [\"X-C\"] 0"
                    ),
                ]
                // Whether it comes in time or not, the next one has more time.
                _ = await answer(hurried)
                for (request, text) in expected { #expect(await answer(request) == text) }
                #expect(other.requestCount("/b") == 1)
                #expect(other.counts.connections == 1 && origin.requestCount("/b") == 0)
            }
        }
    }

    @Test func setsEverythingAnewAfterARequestThatCannotBeSent() async throws {
        try await Self.with(handler: OriginHandler { OriginStep.answer(200, [], $0.path) }) { driver, origin in
            for _ in 0..<2 {
                let bad = TransferRequest(method: "GET", origin: origin.url, target: "/", headers: [("X", "a\nb")])
                #expect(await driver.run(bad).failure?.code == .invalidRequest)
                let good = TransferRequest(method: "GET", origin: origin.url, target: "/good")
                #expect(await driver.run(good).text == "/good")
            }
        }
    }

    @Test func readsAnswersOfAllFramings() async throws {
        try await Self.with(
            handler: OriginHandler { request in
                switch request.path {
                case "/chunked":
                    [
                        .head(200, [("Transfer-Encoding", "chunked")]), .chunk("one "), .delay(.milliseconds(5)),
                        .chunk("two"),
                        .lastChunk([("X-Trailer", "t")]),
                    ]
                case "/close": [.head(200), .bytes("until the end"), .close]
                case "/204": [.head(204)]
                case "/early":
                    [.head(103, [("Link", "</a>; rel=preload")]), .head(100)] + OriginStep.answer(200, [], "final")
                case "/drip":
                    [.head(200, [("Content-Length", "5")])]
                        + "drip!".flatMap { [.bytes("\($0)"), .delay(.milliseconds(5))] }
                case "/moved": OriginStep.answer(302, [("Location", "/elsewhere")], "moved")
                case "/gzip": OriginStep.answer(200, [("Content-Encoding", "gzip")], "not gzip")
                case "/both":
                    [
                        .head(200, [("Content-Length", "99"), ("Transfer-Encoding", "chunked")]), .chunk("x"),
                        .lastChunk(),
                    ]
                default: OriginStep.answer(404)
                }
            }
        ) { driver, origin in
            let expected = [
                "/chunked": (200, "one two"), "/close": (200, "until the end"), "/204": (204, ""),
                "/early": (200, "final"),
                "/drip": (200, "drip!"), "/moved": (302, "moved"), "/gzip": (200, "not gzip"), "/both": (200, "x"),
            ]
            for (path, (status, text)) in expected {
                let record = await driver.run(TransferRequest(method: "GET", origin: origin.url, target: path))
                #expect(record.head?.status == status, "\(path)")
                #expect(record.text == text, "\(path)")
                #expect(record.failure == nil, "\(path)")
                #expect(record.headCount == 1 && record.finishCount == 1, "\(path)")
            }
            #expect(origin.requestCount("/elsewhere") == 0)
        }
    }

    @Test func namesFailures() async throws {
        try await Self.with(
            handler: OriginHandler { request in
                switch request.path {
                case "/cut": [.head(200, [("Content-Length", "10")]), .bytes("12345"), .close]
                case "/cut-chunk": [.head(200, [("Transfer-Encoding", "chunked")]), .bytes("a\r\n123"), .close]
                case "/reset": [.reset]
                case "/nothing": [.close]
                case "/stall": [.stall]
                case "/stall-body": [.head(200, [("Content-Length", "10")]), .bytes("1"), .stall]
                case "/big": [.head(200, [("Content-Length", "5000000")]), .fill(5_000_000)]
                case "/big-chunked": [.head(200), .fill(5_000_000), .close]
                case "/garbage": [.bytes("hello world\r\n\r\n"), .close]
                case "/huge-head": [.head(200, [("X", String(repeating: "a", count: 90_000))])]
                case "/many-fields": [.head(200, (0..<500).map { ("X-\($0)", "v") })]
                case "/nul": [.bytes("HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n")]
                case "/bad-length": [.head(200, [("Content-Length", "abc")]), .close]
                case "/two-lengths": [.head(200, [("Content-Length", "1"), ("Content-Length", "2")]), .bytes("12")]
                case "/upgrade": [.head(101, [("Upgrade", "websocket"), ("Connection", "Upgrade")])]
                case "/bad-chunk": [.head(200, [("Transfer-Encoding", "chunked")]), .bytes("zz\r\nxx\r\n"), .stall]
                default: OriginStep.answer(404)
                }
            }
        ) { driver, origin in
            let expected: [(String, TransferError.Code, TransferError.Progress)] = [
                ("/cut", .reset, .answered), ("/cut-chunk", .reset, .answered), ("/reset", .reset, .requested),
                ("/nothing", .reset, .requested), ("/stall", .timeout, .requested),
                ("/stall-body", .timeout, .answered),
                ("/big", .tooLarge, .answered), ("/big-chunked", .tooLarge, .answered),
                ("/garbage", .protocolError, .requested),
                ("/huge-head", .protocolError, .answered), ("/many-fields", .protocolError, .answered),
                ("/nul", .protocolError, .answered), ("/bad-length", .protocolError, .answered),
                ("/two-lengths", .protocolError, .answered), ("/upgrade", .protocolError, .answered),
                ("/bad-chunk", .reset, .answered),
            ]
            await withTaskGroup { group in
                for (path, code, progress) in expected {
                    group.addTask {
                        let record = await driver.run(
                            TransferRequest(
                                method: "GET",
                                origin: origin.url,
                                target: path,
                                deadline: .now + (code == .timeout ? .milliseconds(1500) : .seconds(30)),
                                maximumBodyBytes: 100_000
                            )
                        )
                        #expect(record.failure?.code == code, "\(path) \(record.failure.debugDescription)")
                        #expect(record.failure?.progress == progress, "\(path)")
                        #expect(record.finishCount == 1, "\(path)")
                    }
                }
            }
        }
    }

    @Test func failsToConnect() async throws {
        let gone = try await ScriptedOrigin.start { _ in [] }
        await gone.stop()
        let driver = CurlDriver()
        let record = await driver.run(TransferRequest(method: "GET", origin: gone.url, target: "/"))
        #expect(record.failure?.code == .connect)
        #expect(record.failure?.progress == .unconnected)
        await driver.shutdown()
    }

    @Test func refusesTLSOfAPlainServer() async throws {
        try await Self.with(handler: OriginHandler { _ in OriginStep.answer() }) { driver, origin in
            let record = await driver.run(
                TransferRequest(
                    method: "GET",
                    origin: "https://127.0.0.1:\(origin.port)",
                    target: "/",
                    deadline: .now + .milliseconds(300)
                )
            )
            #expect(record.failure != nil)
            #expect(record.head == nil)
        }
    }

    @Test(arguments: [
        TransferRequest(method: "GE T", origin: "http://127.0.0.1:1", target: "/"),
        TransferRequest(method: "", origin: "http://127.0.0.1:1", target: "/"),
        TransferRequest(method: "GET", origin: "http://127.0.0.1:1", target: "/a b"),
        TransferRequest(method: "GET", origin: "http://127.0.0.1:1", target: "/a\r\nX: 1"),
        TransferRequest(method: "GET", origin: "http://127.0.0.1:1", target: "http://other/"),
        TransferRequest(method: "GET", origin: "http://127.0.0.1:1", target: "/", headers: [("X", "a\r\nY: b")]),
        TransferRequest(method: "GET", origin: "http://127.0.0.1:1", target: "/", headers: [("X:", "a")]),
        TransferRequest(method: "HEAD", origin: "http://127.0.0.1:1", target: "/", body: .bytes([1])),
    ]) func refusesWhatCannotBeSent(request: TransferRequest) async {
        let driver = CurlDriver()
        let record = await driver.run(request)
        #expect(record.failure?.code == .invalidRequest)
        #expect(record.failure?.progress == .unconnected)
        await driver.shutdown()
    }

    @Test(arguments: ["ftp://127.0.0.1:1", "file://", "gopher://127.0.0.1:1", "http://user:secret@127.0.0.1:1"])
    func speaksToPlainHTTPAddressesOnly(origin: String) async {
        let driver = CurlDriver()
        let record = await driver.run(TransferRequest(method: "GET", origin: origin, target: "/etc/passwd"))
        #expect(record.failure != nil)
        #expect(record.body.isEmpty)
        await driver.shutdown()
    }

    @Test func connectsToUnixSockets() async throws {
        var options = ScriptedOrigin.Options()
        options.unixSocketPath = "/tmp/curl-driver-\(UInt64.random(in: 0 ... .max)).sock"
        try await Self.with(options, handler: OriginHandler { OriginStep.answer(200, [], $0.path) }) { driver, _ in
            let record = await driver.run(
                TransferRequest(
                    method: "GET",
                    origin: "http://localhost",
                    target: "/over/unix",
                    unixSocketPath: options.unixSocketPath
                )
            )
            #expect(record.text == "/over/unix")
        }
    }

    @Test(arguments: ["GET", "POST"]) func neverRepeatsARequestByItself(method: String) async throws {
        try await Self.with(handler: OriginHandler { $0.path == "/first" ? OriginStep.answer() : [.close] }) {
            driver,
            origin in
            _ = await driver.run(TransferRequest(method: "GET", origin: origin.url, target: "/first"))
            let record = await driver.run(TransferRequest(method: method, origin: origin.url, target: "/second"))
            #expect(record.failure?.code == .reset)
            #expect(record.failure?.progress == .requested)
            #expect(origin.requestCount("/second") == 1)
        }
    }
}
