import NIOCore
import NIOEmbedded
import Testing

@testable import Gateway

/// A connection on a channel without a socket.
private final class Bench {
    let channel = EmbeddedChannel()
    let responder = FakeResponder()

    init(bodyLimit: Int = 1000) throws {
        let connection = Connection(
            responder: self.responder,
            limits: RequestLimits(),
            bodyLimit: bodyLimit,
            timeouts: ConnectionTimeouts()
        )
        try self.channel.pipeline.syncOperations.addHandler(connection)
        try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    deinit { _ = try? self.channel.finish(acceptAlreadyClosed: true) }

    var connection: Connection { get throws { try #require(self.responder.connection) } }
    var exchange: FakeExchange { get throws { try #require(self.responder.exchanges.last) } }

    func send(_ text: String) throws { try self.channel.writeInbound(ByteBuffer(string: text)) }

    /// All that was sent since the last call.
    func received() throws -> String {
        var text = ""
        while let piece = try self.channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: piece) }
        return text
    }

    /// Lets `seconds` pass by the responder's clock, and calls the deadline when it has come.
    func pass(seconds: Int64) throws {
        self.responder.clock = self.responder.clock + .seconds(seconds)
        let connection = try self.connection
        if connection.deadline <= self.responder.clock { connection.deadlinePassed() }
        self.channel.embeddedEventLoop.run()
    }
}

/// A request; the method is GET unless it stands before the path.
private func request(_ line: String, _ fields: String..., body: String = "") -> String {
    "\(line.hasPrefix("/") ? "GET " : "")\(line) HTTP/1.1\r\nHost: a\r\n\(fields.map { $0 + "\r\n" }.joined())\r\n\(body)"
}

private func answer(_ text: String, closes: Bool = false) -> String {
    "HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\(closes ? "Connection: close\r\n" : "")\r\n\(text)"
}

private func refused(_ status: Int) -> String {
    "HTTP/1.1 \(status) No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
}

@Suite struct ConnectionTests {
    @Test func keepsTheConnectionForMoreRequests() throws {
        let bench = try Bench()
        for path in ["/a", "/b", "/c"] {
            try bench.send(request(path))
            #expect(try bench.received() == answer("GET \(path)"))
        }
        #expect(bench.channel.isActive)
        #expect(bench.responder.opened == 1)
    }

    @Test func closesWhenTheClientSaysSo() throws {
        let bench = try Bench()
        try bench.send(request("/a", "Connection: close") + request("/b"))
        #expect(try bench.received() == answer("GET /a", closes: true))
        #expect(!bench.channel.isActive)
        #expect(bench.responder.closed == 1)
        #expect(bench.responder.requests == ["GET /a"])
    }

    @Test func requestsInOnePacketAreAnsweredInOrder() throws {
        let bench = try Bench()
        try bench.send(request("/a") + request("/b") + request("/c"))
        #expect(try bench.received() == answer("GET /a") + answer("GET /b") + answer("GET /c"))
        try bench.send(request("/later") + request("/b") + request("/later") + request("/d"))
        #expect(try bench.received() == "")
        try bench.exchange.finish("one")
        #expect(try bench.received() == answer("one") + answer("GET /b"))
        #expect(bench.responder.exchanges.count == 2)
        try bench.exchange.finish("two")
        #expect(try bench.received() == answer("two") + answer("GET /d"))
        #expect(bench.responder.exchanges.allSatisfy { $0.isComplete && $0.cancellations == 0 })
    }

    @Test func aPacketThatEndsWithinTheNextRequestIsPutTogether() throws {
        let bench = try Bench()
        let all = request("/a") + request("POST /echo", "Content-Length: 4", body: "body") + request("/b")
        for split in 0...all.utf8.count {
            try bench.send(String(all.prefix(split)))
            try bench.send(String(all.dropFirst(split)))
            #expect(try bench.received() == answer("GET /a") + answer("body") + answer("GET /b"), "\(split)")
        }
    }

    @Test func byteByByte() throws {
        let bench = try Bench()
        let chunked = request(
            "POST /echo",
            "Transfer-Encoding: chunked",
            body: "3;x\r\nabc\r\n2\r\nde\r\n0\r\nt: u\r\n\r\n"
        )
        for byte in (request("/a") + chunked + request("/b")).utf8 {
            try bench.channel.writeInbound(ByteBuffer(bytes: [byte]))
        }
        #expect(try bench.received() == answer("GET /a") + answer("abcde") + answer("GET /b"))
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\nHost: a\n\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 501), ("GET / HTTP/1.1\r\nHost: a\r\nx: y\n\r\n", 400),
    ])
    func refusesByteByByteAsAtOnce(text: String, status: Int) throws {
        let whole = try Bench()
        try whole.send(text + request("/never"))
        #expect(try whole.received() == refused(status))
        let pieces = try Bench()
        for byte in text.utf8 { try pieces.channel.writeInbound(ByteBuffer(bytes: [byte])) }
        #expect(try pieces.received() == refused(status))
        #expect(whole.responder.requests.isEmpty)
    }

    @Test func headersWithoutEndAreRefused() throws {
        let bench = try Bench()
        try bench.send("GET / HTTP/1.1\r\nHost: a\r\n")
        for _ in 0..<40 { try bench.send("x: \(String(repeating: "y", count: 994))\r\n") }
        #expect(try bench.received() == refused(431))
    }

    @Test func headIsTheResponders() throws {
        let bench = try Bench()
        try bench.send(request("HEAD /a") + request("/b"))
        #expect(try bench.received() == "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n" + answer("GET /b"))
    }

    @Test func theClientIsToldToGoOn() throws {
        let bench = try Bench()
        try bench.send(request("POST /echo", "Expect: 100-continue", "Content-Length: 4"))
        #expect(try bench.received() == "HTTP/1.1 100 Continue\r\n\r\n")
        try bench.send("body")
        #expect(try bench.received() == answer("body"))
        // The body is there already, or there is none.
        try bench.send(request("POST /echo", "Expect: 100-continue", "Content-Length: 4", body: "body"))
        #expect(try bench.received() == answer("body"))
        try bench.send(request("POST /echo", "Expect: 100-continue"))
        #expect(try bench.received() == answer(""))
        #expect(bench.channel.isActive)
    }

    @Test func aClientThatIsNotToldToGoOnIsNotKept() throws {
        let bench = try Bench()
        try bench.send(request("POST /a", "Expect: 100-continue", "Content-Length: 4"))
        #expect(try bench.received() == answer("POST /a", closes: true))
        try bench.send(request("/b"))
        #expect(try bench.received() == "")
        #expect(bench.responder.requests == ["POST /a"])
    }

    @Test func bodiesOverTheLimitAreRefused() throws {
        let byLength = try Bench(bodyLimit: 10)
        try byLength.send(request("POST /echo", "Content-Length: 11"))
        #expect(try byLength.received() == refused(413))
        #expect(byLength.responder.requests.isEmpty)

        let atLimit = try Bench(bodyLimit: 10)
        try atLimit.send(request("POST /echo", "Content-Length: 10", body: "0123456789"))
        try atLimit.send(request("POST /echo", "Transfer-Encoding: chunked", body: "a\r\n0123456789\r\n0\r\n\r\n"))
        #expect(try atLimit.received() == answer("0123456789") + answer("0123456789"))

        let byChunks = try Bench(bodyLimit: 10)
        try byChunks.send(request("POST /echo", "Transfer-Encoding: chunked", body: "6\r\n012345\r\n6\r\n"))
        #expect(try byChunks.received() == "")
        try byChunks.send("012345\r\n")
        #expect(try byChunks.received() == refused(413))
        #expect(try byChunks.exchange.cancellations == 1)
        #expect(try byChunks.exchange.isComplete == false)
    }

    @Test func badChunksEndTheExchange() throws {
        let bench = try Bench()
        try bench.send(request("POST /later", "Transfer-Encoding: chunked", body: "x\r\n"))
        #expect(try bench.received() == refused(400))
        #expect(try bench.exchange.cancellations == 1)

        let started = try Bench()
        try started.send(request("POST /later", "Transfer-Encoding: chunked"))
        try started.connection.start(ByteBuffer(string: "head"), framing: .chunked)
        try started.send("x\r\n")
        // An answer that has begun is broken off.
        #expect(try started.received() == "head")
        #expect(!started.channel.isActive)
        #expect(try started.exchange.cancellations == 1)
    }

    @Test func anUnwantedBodyIsReadAway() throws {
        let bench = try Bench(bodyLimit: 1 << 20)
        try bench.send(request("POST /a", "Content-Length: 1000", body: "x"))
        #expect(try bench.received() == answer("POST /a"))
        try bench.send(String(repeating: "x", count: 999) + request("/b"))
        #expect(try bench.received() == answer("GET /b"))
        try bench.send(request("POST /a", "Transfer-Encoding: chunked", body: "3\r\nab"))
        try bench.send("c\r\n0\r\n\r\n" + request("/c"))
        #expect(try bench.received() == answer("POST /a") + answer("GET /c"))

        // The rest comes while the answer is awaited, or after it.
        try bench.send(request("POST /later", "Content-Length: 4", body: "12"))
        try bench.exchange.finish("early")
        try bench.send("34" + request("/d"))
        #expect(try bench.received() == answer("early") + answer("GET /d"))
        #expect(try bench.exchange.isComplete == false)
    }

    @Test func aLongUnwantedBodyClosesTheConnection() throws {
        let known = try Bench(bodyLimit: 1 << 20)
        try known.send(request("POST /a", "Content-Length: 500000", body: "x"))
        #expect(try known.received() == answer("POST /a"))
        try known.send(request("/b"))
        #expect(known.responder.requests == ["POST /a"])

        let unknown = try Bench(bodyLimit: 1 << 20)
        try unknown.send(request("POST /a", "Transfer-Encoding: chunked"))
        for _ in 0..<30 { try? unknown.send("2710\r\n\(String(repeating: "x", count: 10_000))\r\n") }
        try? unknown.send("0\r\n\r\n" + request("/b"))
        #expect(unknown.responder.requests == ["POST /a"])
    }

    @Test func answersInPieces() throws {
        let bench = try Bench()
        try bench.send(request("/later") + request("/b"))
        let connection = try bench.connection
        connection.start(ByteBuffer(string: "head\r\n\r\n"), framing: .chunked)
        #expect(try bench.received() == "head\r\n\r\n")
        connection.proceed(ByteBuffer(string: "0123456789abcdef"))
        connection.proceed(ByteBuffer())
        #expect(try bench.received() == "10\r\n0123456789abcdef\r\n")
        let long = String(repeating: "x", count: 40_000)
        connection.proceed(ByteBuffer(string: long))
        #expect(try bench.received() == "9c40\r\n\(long)\r\n")
        connection.end(trailers: "a: b\r\n")
        #expect(try bench.received() == "0\r\na: b\r\n\r\n" + answer("GET /b"))
        // What comes after the end is ignored.
        connection.proceed(ByteBuffer(string: "x"))
        connection.end()
        connection.send(ByteBuffer(string: "x"))
        #expect(try bench.received() == "")

        try bench.send(request("/later") + request("/never"))
        connection.start(ByteBuffer(string: "head"), framing: .close)
        connection.proceed(ByteBuffer(string: "body"))
        connection.end(trailers: "a: b\r\n")
        #expect(try bench.received() == "headbody")
        #expect(bench.responder.requests.last == "GET /later")
    }

    @Test func abortBreaksOff() throws {
        let bench = try Bench()
        try bench.send(request("/later"))
        try bench.connection.start(ByteBuffer(string: "head"), framing: .length)
        try bench.connection.abort()
        #expect(try bench.received() == "head")
        #expect(!bench.channel.isActive)
        #expect(try bench.exchange.cancellations == 0)
        #expect(bench.responder.closed == 1)
    }

    @Test func theExchangeHearsOnceThatTheClientHasGone() throws {
        let bench = try Bench()
        try bench.send(request("/later") + request("/b"))
        weak let connection = try bench.connection
        let exchange = try bench.exchange
        try bench.channel.close().wait()
        #expect(exchange.cancellations == 1)
        exchange.connection.send(ByteBuffer(string: "x"))
        exchange.connection.proceed(ByteBuffer(string: "x"))
        exchange.connection.deadlinePassed()
        exchange.connection.quiesce()
        exchange.connection.resumeReading()
        #expect(exchange.cancellations == 1)
        #expect(bench.responder.closed == 1)
        #expect(bench.responder.requests == ["GET /later"])
        #expect(connection != nil)
    }

    @Test func aClosedConnectionIsFreed() throws {
        let bench = try Bench()
        try bench.send(request("/a") + request("/b", "Connection: close"))
        weak let connection = bench.responder.connection
        bench.channel.embeddedEventLoop.run()
        #expect(!bench.channel.isActive)
        #expect(connection == nil)
    }

    // MARK: Deadlines

    @Test func aSilentConnectionIsClosed() throws {
        let bench = try Bench()
        try bench.pass(seconds: 9)
        #expect(bench.channel.isActive)
        try bench.pass(seconds: 1)
        #expect(!bench.channel.isActive)
        #expect(try bench.received() == "")
    }

    @Test func aSlowHeadIsRefused() throws {
        let bench = try Bench()
        try bench.send(request("/a"))
        #expect(try bench.received() == answer("GET /a"))
        try bench.pass(seconds: 50)
        try bench.send("GET / HT")
        for _ in 0..<3 {
            try bench.pass(seconds: 3)
            try bench.send("T")
        }
        #expect(try bench.received() == "")
        try bench.pass(seconds: 1)
        #expect(try bench.received() == refused(408))
    }

    @Test func anIdleConnectionIsClosed() throws {
        let bench = try Bench()
        try bench.send(request("/a"))
        _ = try bench.received()
        try bench.pass(seconds: 59)
        #expect(bench.channel.isActive)
        try bench.pass(seconds: 1)
        #expect(!bench.channel.isActive)
        #expect(try bench.received() == "")
    }

    @Test func aBodyThatStopsIsRefused() throws {
        let bench = try Bench()
        try bench.send(request("POST /later", "Content-Length: 4", body: "1"))
        try bench.pass(seconds: 50)
        try bench.send("2")
        try bench.pass(seconds: 50)
        #expect(try bench.exchange.cancellations == 0)
        try bench.pass(seconds: 10)
        #expect(try bench.received() == refused(408))
        #expect(try bench.exchange.cancellations == 1)
    }

    @Test func aBodyThatTheExchangeHoldsBackIsNotTheClientsFault() throws {
        let bench = try Bench()
        try bench.send(request("POST /later", "Content-Length: 4"))
        try bench.connection.pauseReading()
        for _ in 0..<5 { try bench.pass(seconds: 60) }
        #expect(bench.channel.isActive)
        try bench.send("1234")
        #expect(try bench.exchange.body == "")
        try bench.connection.resumeReading()
        #expect(try bench.exchange.body == "1234")
        try bench.exchange.finish("x")
        #expect(try bench.received() == answer("x"))
    }

    @Test func aLongAnswerIsTheExchangesOwn() throws {
        let bench = try Bench()
        try bench.send(request("/later"))
        for _ in 0..<5 { try bench.pass(seconds: 60) }
        #expect(bench.channel.isActive)
        try bench.exchange.finish("x")
        #expect(try bench.received() == answer("x"))
    }

    // MARK: Stopping

    @Test func quiesceClosesAnIdleConnection() throws {
        let bench = try Bench()
        try bench.send(request("/a"))
        try bench.connection.quiesce()
        try? bench.send(request("/b"))
        #expect(try bench.received() == answer("GET /a"))
        #expect(bench.responder.requests == ["GET /a"])
    }

    @Test func quiesceLetsARequestEnd() throws {
        let bench = try Bench()
        try bench.send(request("/later"))
        try bench.connection.quiesce()
        #expect(bench.channel.isActive)
        try bench.exchange.finish("x")
        #expect(try bench.received() == answer("x", closes: true))

        let half = try Bench()
        try half.send("GET /a HTTP/1.1\r\n")
        try half.connection.quiesce()
        try half.send("Host: a\r\n\r\n")
        #expect(try half.received() == answer("GET /a", closes: true))
    }
}
