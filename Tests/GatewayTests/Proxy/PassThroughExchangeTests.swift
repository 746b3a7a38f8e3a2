import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(2)))
struct PassThroughExchangeTests {
    /// Passes everything through; errors are answered as `error STATUS`.
    @Sendable private static func make(
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection,
        _ fetcher: Fetcher
    ) -> (any Exchange)? {
        let client = ForwardedClient(address: connection.clientAddress, scheme: "http", host: "blog.localhost")
        let exchange = PassThroughExchange(
            ProxyRequest(head, in: bytes, service: "s", client: client, adding: [("Gateway-Identity", "me")]),
            on: connection,
            fetcher: fetcher,
            hooks: ProxyHooks(
                showError: { error in
                    connection.send(ByteBuffer(string: "error \(error.status)"))
                    return nil
                },
                now: { Instant(milliseconds: 0) }
            )
        )
        exchange.begin()
        return exchange
    }

    private static let navigation = "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\n"

    private func answer(
        to request: String,
        _ steps: [OriginStep]
    ) async throws -> String {
        let result = Mutex("")
        try await ProxyTestServer.with(answer: OriginHandler { _ in steps }, exchange: ExchangeMaker(make: Self.make)) {
            server,
            _ in
            let text = try await ProxyTestClient.exchange(port: server.port, request)
            result.withLock { $0 = text }
        }
        return result.withLock { $0 }
    }

    private static func request(_ method: String = "GET", _ lines: String = "", version: String = "1.1") -> String {
        "\(method) /x?y HTTP/\(version)\r\nHost: blog.localhost\r\nConnection: close\r\n\(lines)\r\n"
    }

    @Test func headAndBodyPass() async throws {
        let text = try await answer(
            to: Self.request(),
            OriginStep.answer(
                200,
                [("Content-Type", "text/plain"), ("Set-Cookie", "a=b"), ("Cache-Tag", "x")],
                "hello"
            )
        )
        #expect(
            text == """
                HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n\
                Content-Length: 5\r\nConnection: close\r\n\r\nhello
                """
        )
    }

    @Test(arguments: [
        ("GET", "1.1", 200, "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
        ("GET", "1.0", 200, "Connection: close\r\n\r\nabc"),
        ("GET", "1.1", 503, "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
    ])
    func framingOfAnUnknownLength(method: String, version: String, status: Int, expected: String) async throws {
        let text = try await answer(
            to: Self.request(method, version: version),
            [.head(status, [("Transfer-Encoding", "chunked"), ("Date", "d")]), .chunk("abc"), .lastChunk()]
        )
        #expect(text == "HTTP/1.1 \(status) \(ReasonPhrase.of(status))\r\nDate: d\r\n\(expected)")
    }

    @Test(arguments: [
        ("HEAD", 200, [("Content-Length", "5")], "Content-Length: 5\r\n"), ("GET", 204, [], ""),
        ("GET", 304, [("ETag", "\"a\"")], ""),
    ])
    func answersWithoutABody(
        method: String,
        status: Int,
        fields: [(String, String)],
        expected: String
    ) async throws {
        let text = try await answer(to: Self.request(method), [.head(status, fields + [("Date", "d")])])
        #expect(text.hasSuffix("Date: d\r\n\(expected)Connection: close\r\n\r\n"))
    }

    @Test("nothing of an answer reaches the client before what its head asks for is done")
    func settling() async throws {
        let isSettled = Mutex(false)
        let body = String(repeating: "x", count: 300_000)
        let maker = ExchangeMaker { head, bytes, connection, fetcher in
            let client = ForwardedClient(address: nil, scheme: "http", host: "blog.localhost")
            let exchange = PassThroughExchange(
                ProxyRequest(head, in: bytes, service: "s", client: client),
                on: connection,
                fetcher: fetcher,
                adding: [("Cache-Status", "x; fwd=method")],
                hooks: ProxyHooks(
                    showError: { _ in nil },
                    settle: { answer, proceed in
                        #expect(answer.status == 200)
                        // The client's socket reports meanwhile that it takes more, which must not let anything through.
                        connection.exchange?.writabilityChanged(isWritable: true)
                        _ = connection.eventLoop?.assumeIsolated().scheduleTask(in: .milliseconds(50)) {
                            connection.exchange?.writabilityChanged(isWritable: true)
                            #expect(!connection.hasStarted)
                            isSettled.withLock { $0 = true }
                            proceed()
                        }
                    }
                )
            )
            exchange.begin()
            return exchange
        }
        try await ProxyTestServer.with(
            answer: OriginHandler { _ in OriginStep.answer(200, [("Date", "d")], body) },
            exchange: maker
        ) { server, _ in
            let text = try await ProxyTestClient.exchange(port: server.port, Self.request("POST"))
            #expect(isSettled.withLock { $0 })
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\nDate: d\r\nCache-Status: x; fwd=method\r\n"))
            #expect(text.hasSuffix("\r\n\r\n\(body)"))
        }
    }

    @Test func connectionIsKept() async throws {
        try await ProxyTestServer.with(
            answer: OriginHandler { OriginStep.answer(200, [("Date", "d")], $0.path) },
            exchange: ExchangeMaker(make: Self.make)
        ) { server, _ in
            let text = try await ProxyTestClient.exchange(
                port: server.port,
                "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
                    + "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            )
            let head = "HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 2\r\n"
            #expect(
                text == "\(head)\r\n/1\(head)Connection: keep-alive\r\n\r\n/2\(head)Connection: close\r\n\r\n/3"
            )
        }
    }

    @Test func requestPassesWithTheGatewaysFields() async throws {
        let seen = Mutex<OriginRequest?>(nil)
        try await ProxyTestServer.with(
            answer: OriginHandler { request in
                seen.withLock { $0 = request }
                return OriginStep.answer()
            },
            exchange: ExchangeMaker(make: Self.make)
        ) { server, _ in
            let body = "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"
            _ = try await ProxyTestClient.exchange(
                port: server.port,
                Self.request("PURGE", "Cookie: a\r\nX-Own: 1\r\nTransfer-Encoding: chunked\r\n") + body
            )
        }
        let request = try #require(seen.withLock { $0 })
        #expect(request.method == "PURGE")
        #expect(request.path == "/x?y")
        #expect(String(buffer: request.body) == "hello!")
        #expect(request.values("Cookie") == [])
        #expect(request.values("X-Own") == ["1"])
        #expect(request.values("X-Forwarded-For") == ["127.0.0.1"])
        #expect(request.values("Forwarded") == ["for=127.0.0.1;proto=http;host=blog.localhost"])
        #expect(request.values("Via") == ["1.1 rose-ash-gateway"])
        #expect(request.values("Gateway-Identity") == ["me"])
    }

    @Test(arguments: [
        (navigation, 404, "application/json", "error 404"), (navigation, 500, "text/plain", "error 500"),
        (navigation, 404, "text/html", nil), ("", 404, "application/json", nil),
        ("Accept: text/html\r\nSec-Fetch-Mode: cors\r\n", 404, "application/json", nil),
        (navigation, 403, "application/json", nil),
    ])
    func errorPageStandsIn(lines: String, status: Int, type: String, expected: String?) async throws {
        let lines = lines + "Connection: close\r\n"
        let text = try await answer(
            to: Self.request("GET", lines),
            OriginStep.answer(status, [("Content-Type", type)], "bare")
        )
        if let expected { #expect(text == expected) } else { #expect(text.hasSuffix("\r\n\r\nbare")) }
    }

    @Test func failureBeforeTheHeadIsAnError() async throws {
        #expect(try await answer(to: Self.request(), [.close]) == "error 502")
        #expect(try await answer(to: Self.request(), [.bytes("nonsense\r\n\r\n"), .close]) == "error 502")
    }

    @Test func failureAfterTheHeadBreaksOff() async throws {
        let text = try await answer(
            to: Self.request(),
            [.head(200, [("Transfer-Encoding", "chunked")]), .chunk("abc"), .delay(.milliseconds(20)), .close]
        )
        #expect(text.contains("chunked"))
        #expect(!text.hasSuffix("0\r\n\r\n"))
    }

    @Test func slowClientHoldsTheServiceUp() async throws {
        let size = 64 << 20
        try await ProxyTestServer.with(
            answer: OriginHandler { _ in [.head(200, [("Content-Length", "\(size)")]), .fill(size)] },
            exchange: ExchangeMaker(make: Self.make)
        ) { server, origin in
            try await ProxyTestClient.with(port: server.port) { incoming, outgoing in
                var incoming = incoming
                try await outgoing.writeAndFlush(ByteBuffer(string: Self.request()))
                // Nothing is read until the origin has come to a stand.
                var before = -1
                while origin.counts.filledBytes != before || before <= 0 {
                    before = origin.counts.filledBytes
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(before < size / 2)
                var received = 0
                while let bytes = try await incoming.next() { received += bytes.readableBytes }
                #expect(received > size)
                #expect(origin.counts.filledBytes == size)
            }
        }
    }

    @Test func slowServiceHoldsTheClientUp() async throws {
        var options = ScriptedOrigin.Options()
        options.uploadPace = .milliseconds(1)
        let size = 16 << 20
        try await ProxyTestServer.with(
            origin: options,
            answer: OriginHandler { OriginStep.answer(200, [], "\($0.bodyLength)") },
            exchange: ExchangeMaker(make: Self.make)
        ) { server, _ in
            try await ProxyTestClient.with(port: server.port) { incoming, outgoing in
                var incoming = incoming
                try await outgoing.writeAndFlush(ByteBuffer(string: Self.request("PUT", "Content-Length: \(size)\r\n")))
                let block = ByteBuffer(repeating: 0x78, count: 1 << 18)
                for _ in 0..<(size >> 18) { try await outgoing.writeAndFlush(block) }
                var answer = ByteBuffer()
                while let bytes = try await incoming.next() { answer.writeImmutableBuffer(bytes) }
                #expect(String(buffer: answer).hasSuffix("\r\n\r\n\(size)"))
            }
        }
    }

    @Test func serviceThatReadsNothingHoldsTheClientUp() async throws {
        var options = ScriptedOrigin.Options()
        options.uploadPace = .seconds(3600)
        let size = 96 << 20
        try await ProxyTestServer.with(
            origin: options,
            answer: OriginHandler { _ in [] },
            exchange: ExchangeMaker(make: Self.make)
        ) { server, _ in
            try await ProxyTestClient.with(port: server.port) { _, outgoing in
                let sent = Counter()
                try await outgoing.writeAndFlush(ByteBuffer(string: Self.request("PUT", "Content-Length: \(size)\r\n")))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        let block = ByteBuffer(repeating: 0x78, count: 1 << 18)
                        for _ in 0..<(size >> 18) {
                            try await outgoing.writeAndFlush(block)
                            sent.value.withLock { $0 += 1 << 18 }
                        }
                    }
                    var before = -1
                    while sent.value.withLock({ $0 }) != before || before <= 0 {
                        before = sent.value.withLock { $0 }
                        try await Task.sleep(for: .milliseconds(200))
                    }
                    // What the sockets on the way hold, and no more.
                    #expect(before < size / 2)
                    // Ends the write that waits.
                    outgoing.close(promise: nil)
                }
            }
        }
    }

    @Test func clientThatGoesEndsTheStream() async throws {
        let freed = Mutex<Weak?>(nil)
        try await ProxyTestServer.with(
            answer: OriginHandler { _ in [.head(200, [("Content-Length", "10")]), .bytes("abc"), .stall] },
            exchange: ExchangeMaker { head, bytes, connection, fetcher in
                let exchange = Self.make(head, bytes, connection, fetcher)
                freed.withLock { $0 = Weak(exchange) }
                return exchange
            }
        ) { server, origin in
            try await ProxyTestClient.with(port: server.port) { incoming, outgoing in
                var incoming = incoming
                try await outgoing.writeAndFlush(ByteBuffer(string: Self.request()))
                _ = try await incoming.next()
            }
            #expect(await eventuallyHolds { origin.counts.openConnections == 0 })
            #expect(await eventuallyHolds { freed.withLock { $0?.isGone ?? false } })
        }
    }

    /// Bytes that a client got rid of.
    private final class Counter: Sendable {
        let value = Mutex(0)
    }

    /// An exchange that is only looked at for whether it is still there.
    private struct Weak: @unchecked Sendable {
        // A weak reference is read atomically, and what it refers to is not used.
        private weak var exchange: (any Exchange)?

        init(_ exchange: (any Exchange)?) {
            self.exchange = exchange
        }

        var isGone: Bool { exchange == nil }
    }
}
