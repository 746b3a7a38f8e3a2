import Testing

extension EndToEndTests {
    @Suite("The listener speaks HTTP/1.1, within its limits")
    struct ListenerTests {
        static let limits = [
            "request-line: 1KB", "header-bytes: 4KB", "header-count: 20", "body: 10KB", "header-timeout: 500ms",
        ]

        /// Requests that are refused, each with the status that says why.
        static let refused: [(what: String, bytes: String, status: Int)] = [
            (
                "a long line", "GET /\(String(repeating: "a", count: 2_000)) HTTP/1.1\r\nHost: app.localhost\r\n\r\n",
                414
            ),
            (
                "a big header",
                "GET / HTTP/1.1\r\nHost: app.localhost\r\nX: \(String(repeating: "x", count: 8_000))\r\n\r\n", 431
            ),
            (
                "too many headers",
                "GET / HTTP/1.1\r\nHost: app.localhost\r\n\(String(repeating: "X: y\r\n", count: 30))\r\n", 431
            ),
            ("a body too large", "POST /x HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 99999\r\n\r\n", 413),
            ("no host", "GET / HTTP/1.1\r\n\r\n", 400),
            ("two hosts", "GET / HTTP/1.1\r\nHost: app.localhost\r\nHost: app.localhost\r\n\r\n", 400),
            ("no HTTP", "hello there\r\n\r\n", 400),
            ("a space before the colon", "GET / HTTP/1.1\r\nHost : app.localhost\r\n\r\n", 400),
            ("a folded header", "GET / HTTP/1.1\r\nHost: app.localhost\r\nX: a\r\n b\r\n\r\n", 400),
            (
                "two lengths",
                "POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400
            ),
            (
                "a length and chunks",
                "POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                400
            ),
            ("another version", "GET / HTTP/3.0\r\nHost: app.localhost\r\n\r\n", 505),
        ]

        @Test("what is too much or no HTTP is refused, and the connection closed", arguments: refused)
        func refusal(what: String, bytes: String, status: Int) async throws {
            try await withOrigin { origin, port in
                try await withGateway(.page("[page]", from: port, limits: Self.limits)) { gateway in
                    try await RawClient.connect(to: gateway.port) { connection in
                        try await connection.send(bytes)
                        #expect(try await connection.response().status == status, "\(what)")
                        #expect(try await connection.isClosedByPeer(), "\(what)")
                    }
                    #expect(origin.requests.isEmpty)
                    #expect(try await gateway.get().text == "[page]")
                }
            }
        }

        @Test("a head that does not arrive in time ends the connection")
        func slowHead() async throws {
            try await withOrigin { _, port in
                try await withGateway(.page("[page]", from: port, limits: Self.limits)) { gateway in
                    try await RawClient.connect(to: gateway.port) { connection in
                        let start = ContinuousClock.now
                        try await connection.send("GET / HTTP/1.1\r\nHost: app.loc")
                        #expect(try await connection.response().status == 408)
                        #expect(try await connection.isClosedByPeer())
                        #expect(ContinuousClock.now - start < .seconds(3))
                    }
                }
            }
        }

        @Test("pipelined requests are answered in their order, however long each takes")
        func pipelining() async throws {
            try await withOrigin { origin, port in
                origin.answer("slow", with: .html("[slow]").after(.milliseconds(200)))
                var settings = GatewaySettings.page(#"{% fragment "app/slow" %}"#, from: port)
                settings.pages.append(("/quick", "quick.html"))
                settings.templates["quick.html"] = "[quick]"
                try await withGateway(settings) { gateway in
                    try await RawClient.connect(to: gateway.port) { connection in
                        let requests = ["/", "/quick", "/", "/quick"].map { path in
                            RawRequest(target: path, host: "app.localhost").text
                        }
                        try await connection.send(requests.joined())
                        for expected in ["[slow]", "[quick]", "[slow]", "[quick]"] {
                            #expect(try await connection.response().text == expected)
                        }
                    }
                }
            }
        }

        @Test("a connection is kept, until one side asks to close it")
        func keepAlive() async throws {
            try await withOrigin { _, port in
                try await withGateway(.page("[page]", from: port)) { gateway in
                    try await RawClient.connect(to: gateway.port) { connection in
                        for _ in 0..<3 {
                            try await connection.send(RawRequest(host: "app.localhost"))
                            #expect(try await connection.response().text == "[page]")
                        }
                        let last = RawRequest(host: "app.localhost", headers: [("Connection", "close")])
                        try await connection.send(last)
                        let response = try await connection.response()
                        #expect(response.text == "[page]")
                        #expect(response["connection"] == "close")
                        #expect(try await connection.isClosedByPeer())
                    }
                }
            }
        }

        @Test("a request in pieces of one byte is understood")
        func bytewise() async throws {
            try await withOrigin { _, port in
                try await withGateway(.page("[page]", from: port)) { gateway in
                    try await RawClient.connect(to: gateway.port) { connection in
                        for byte in RawRequest(host: "app.localhost").text { try await connection.send(String(byte)) }
                        #expect(try await connection.response().text == "[page]")
                    }
                }
            }
        }

        @Test("HEAD answers what GET does, without the body")
        func head() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("[part]"))
                try await withGateway(.page(#"{% fragment "app/part" %}"#, from: port)) { gateway in
                    let get = try await gateway.get()
                    try await RawClient.connect(to: gateway.port) { connection in
                        try await connection.send(RawRequest(method: "HEAD", host: "app.localhost"))
                        let head = try await connection.response(to: "HEAD")
                        #expect(head.status == get.status)
                        #expect(head["content-type"] == get["content-type"])
                        // The next answer begins where the head ended.
                        try await connection.send(RawRequest(host: "app.localhost"))
                        #expect(try await connection.response().text == get.text)
                    }
                }
            }
        }
    }
}
