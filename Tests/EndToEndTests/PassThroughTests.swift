import NIOCore
import TestSupport
import Testing

extension EndToEndTests {
    @Suite("What is no page is passed through")
    struct PassThroughTests {
        static let size = 50 << 20
        /// Far less than the body, and more than the gateway's buffers and the allocator's slack.
        static let growth = 16 << 20

        @Test("50 MB go down at constant memory, also to a browser that does not take them")
        func download() async throws {
            let answer = OriginHandler { _ in
                [.head(200, [("Content-Length", "\(Self.size)"), ("Content-Type", "video/mp4")]), .fill(Self.size)]
            }
            try await ScriptedOrigin.with(handler: answer) { origin in
                try await withGateway(.page("[page]", from: origin.port)) { gateway in
                    #expect(try await gateway.get().status == 200)
                    let before = try gateway.server.peakMemory()
                    try await RawClient.connect(to: gateway.port) { connection in
                        try await connection.send(RawRequest(target: "/film.mp4", host: "app.localhost"))
                        // Nobody reads on until the service can send no more, which takes far less than the body.
                        try await waitUntilSteady { origin.counts.filledBytes }
                        #expect(origin.counts.filledBytes < Self.size / 2)
                        let response = try await connection.response { piece in
                            #expect(piece.readableBytesView.first == UInt8(ascii: "x"))
                        }
                        #expect(response.status == 200)
                        #expect(response["content-type"] == "video/mp4")
                        #expect(response.byteCount == Self.size)
                    }
                    #expect(try gateway.server.peakMemory() - before < Self.growth)
                }
            }
        }

        @Test("50 MB go up at constant memory, also to a service that is slow to take them")
        func upload() async throws {
            var options = ScriptedOrigin.Options()
            options.uploadPace = .milliseconds(1)
            let answer = OriginHandler { request in OriginStep.answer(201, [], "\(request.bodyLength)") }
            try await ScriptedOrigin.with(options, handler: answer) { origin in
                try await withGateway(.page("[page]", from: origin.port)) { gateway in
                    #expect(try await gateway.get().status == 200)
                    let before = try gateway.server.peakMemory()
                    try await RawClient.connect(to: gateway.port) { connection in
                        let head = RawRequest(
                            method: "PUT",
                            target: "/film.mp4",
                            host: "app.localhost",
                            headers: [("Content-Length", "\(Self.size)")]
                        )
                        try await connection.send(head)
                        let block = ByteBuffer(repeating: UInt8(ascii: "y"), count: 1 << 20)
                        for _ in 0..<(Self.size / block.readableBytes) { try await connection.send(block) }
                        let response = try await connection.response()
                        #expect(response.status == 201)
                        #expect(response.text == "\(Self.size)")
                    }
                    #expect(origin.counts.receivedBodyBytes == Self.size)
                    #expect(try gateway.server.peakMemory() - before < Self.growth)
                }
            }
        }

        @Test("the service gets the request as it is, without what is not its business")
        func requestHeaders() async throws {
            try await withOrigin { origin, port in
                try await withGateway(.page("[page]", from: port)) { gateway in
                    let forged: [(String, String)] = [
                        ("Gateway-Identity", "forged"), ("Fragment-Protocol", "9"), ("Fragment-Deadline", "1"),
                        ("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-Host", "evil.org"),
                        ("X-Forwarded-Proto", "gopher"),
                        ("Forwarded", "for=6.6.6.6"), ("Cookie", "theme=dark"), ("Authorization", "Bearer secret"),
                        ("Connection", "keep-alive, X-Hop"), ("X-Hop", "1"), ("Keep-Alive", "timeout=5"),
                        ("TE", "trailers"), ("Upgrade", "h2c"), ("Proxy-Authorization", "secret"), ("X-Kept", "kept"),
                    ]
                    let request = RawRequest(
                        method: "PATCH",
                        target: "/api/items/1?x=%20y",
                        host: "app.localhost",
                        headers: forged,
                        body: "{}"
                    )
                    _ = try await RawClient.request(request, to: gateway.port)
                    let seen = try #require(origin.requests.first)
                    #expect(seen.method == "PATCH")
                    #expect(seen.path == "/api/items/1?x=%20y")
                    #expect(String(buffer: seen.body) == "{}")
                    #expect(seen.values("x-kept") == ["kept"])
                    let gone = [
                        "gateway-identity", "fragment-protocol", "fragment-deadline", "cookie", "authorization",
                        "x-hop",
                        "keep-alive", "te", "upgrade", "proxy-authorization",
                    ]
                    for name in gone { #expect(seen.values(name).isEmpty, "\(name)") }
                    #expect(seen.values("x-forwarded-for") == ["127.0.0.1"])
                    #expect(seen.values("x-forwarded-host").first?.hasPrefix("app.localhost") == true)
                    #expect(seen.values("x-forwarded-proto") == ["http"])
                    #expect(seen.values("forwarded").allSatisfy { !$0.contains("6.6.6.6") })
                }
            }
        }

        @Test("the browser gets the answer as it is, without what is between gateway and service")
        func responseHeaders() async throws {
            let answer = OriginHandler { _ in
                [
                    .head(
                        418,
                        [
                            ("Content-Type", "text/plain"), ("Transfer-Encoding", "chunked"), ("X-Kept", "kept"),
                            ("Connection", "X-Hop"), ("X-Hop", "1"), ("Set-Cookie", "a=b"),
                        ]
                    ),
                    .chunk("short "), .chunk("and stout"), .lastChunk(),
                ]
            }
            try await ScriptedOrigin.with(handler: answer) { origin in
                try await withGateway(.page("[page]", from: origin.port)) { gateway in
                    let response = try await gateway.get("/tea")
                    #expect(response.status == 418)
                    #expect(response.text == "short and stout")
                    #expect(response["x-kept"] == "kept")
                    #expect(response["x-hop"] == nil)
                    #expect(response["set-cookie"] == nil)
                }
            }
        }

        @Test("an answer that breaks off does not look complete")
        func truncatedAnswer() async throws {
            let answer = OriginHandler { _ in
                [.head(200, [("Content-Length", "1000")]), .bytes("only this"), .close]
            }
            try await ScriptedOrigin.with(handler: answer) { origin in
                try await withGateway(.page("[page]", from: origin.port)) { gateway async throws in
                    await #expect(throws: RawClientError.self) { try await gateway.get("/file") }
                    #expect(try await gateway.get().text == "[page]")
                }
            }
        }
    }
}

/// Waits until a number is above zero and has stayed the same for a while.
private func waitUntilSteady(_ number: () -> Int) async throws {
    var (last, since) = (0, ContinuousClock.now)
    while last == 0 || ContinuousClock.now - since < .milliseconds(300) {
        let now = number()
        if now != last { (last, since) = (now, .now) }
        try await Task.sleep(for: .milliseconds(10))
    }
}
