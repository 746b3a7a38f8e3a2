import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import Gateway

/// Connections on a loopback port, all on one event loop.
private struct SocketServer: Sendable {
    let loop: any EventLoop
    let listener: any Channel
    let responder: NIOLoopBound<FakeResponder>

    static func with<T>(_ body: (SocketServer) async throws -> T) async throws -> T {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let responder = try await loop.submit { NIOLoopBound(FakeResponder(), eventLoop: loop) }.get()
        let listener = try await ServerBootstrap(group: loop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Connection(
                            responder: responder.value,
                            limits: RequestLimits(),
                            bodyLimit: 128 << 20,
                            timeouts: ConnectionTimeouts()
                        )
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = SocketServer(loop: loop, listener: listener, responder: responder)
        do {
            let result = try await body(server)
            try await listener.close()
            return result
        } catch {
            try await listener.close()
            throw error
        }
    }

    func look<T: Sendable>(_ body: @escaping @Sendable (FakeResponder) -> T) async throws -> T {
        try await self.loop.submit { body(self.responder.value) }.get()
    }

    /// Looks again and again until it is so, for at most a minute: the machine may be busy with all the other tests.
    func until(_ condition: @escaping @Sendable (FakeResponder) -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while try await !self.look(condition) {
            try #require(ContinuousClock.now < end)
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    func connect() throws -> ClientSocket { try ClientSocket(port: #require(self.listener.localAddress?.port)) }
}

/// A client's blocking socket, which waits a minute at most.
private final class ClientSocket {
    private let descriptor: CInt

    init(port: Int) throws {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(self.descriptor >= 0)
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        let status = address.withSockAddr { Glibc.connect(self.descriptor, $0, socklen_t($1)) }
        try #require(status == 0)
    }

    deinit { close(self.descriptor) }

    /// Sends all, or as much as goes without waiting; gives back how much went.
    @discardableResult
    func send(_ bytes: some Collection<UInt8>, waits: Bool = true) -> Int {
        let all = Array(bytes)
        let flags = CInt(MSG_NOSIGNAL) | (waits ? 0 : CInt(MSG_DONTWAIT))
        var sent = 0
        while sent < all.count {
            let count = all[sent...].withUnsafeBytes {
                Glibc.send(self.descriptor, $0.baseAddress, $0.count, flags)
            }
            if count <= 0 { break }
            sent += count
        }
        return sent
    }

    func send(_ text: String) { self.send(text.utf8) }

    /// Bytes until there are so many, or the server closes; nil when the connection is reset or nothing comes.
    func receive(_ count: Int = .max) -> [UInt8]? {
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while all.count < count {
            let room = min(piece.count, count - all.count)
            let read = recv(self.descriptor, &piece, room, 0)
            if read < 0 { return nil }
            if read == 0 { break }
            all += piece[..<read]
        }
        return all
    }

    func receiveText(_ count: Int = .max) -> String? { self.receive(count).map { String(decoding: $0, as: UTF8.self) } }
}

private func request(_ target: String, _ fields: String...) -> String {
    "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields.map { $0 + "\r\n" }.joined())\r\n"
}

private func answer(_ text: String, closes: Bool = false) -> String {
    "HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\(closes ? "Connection: close\r\n" : "")\r\n\(text)"
}

/// What only shows on real sockets.
@Suite struct ConnectionSocketTests {
    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await SocketServer.with { server in
            let client = try server.connect()
            client.send(request("/a") + request("/later") + request("/c", "Connection: close"))
            try await server.until { $0.exchanges.count == 1 }
            try await server.look { $0.exchanges[0].finish("b") }
            #expect(client.receiveText() == answer("GET /a") + answer("b") + answer("GET /c", closes: true))
            try await server.until { $0.closed == 1 }
        }
    }

    @Test func anAnswerLargerThanTheSocketsBufferArrivesWhole() async throws {
        try await SocketServer.with { server in
            let client = try server.connect()
            client.send(request("/big?20000000") + request("/big?20000000", "Connection: close"))
            try await server.until { $0.requests.count == 2 }
            // Stopping, and a deadline that comes while the client still reads, cut nothing off.
            try await server.look { responder in
                responder.connection?.quiesce()
                responder.connection?.deadlinePassed()
            }
            let head = answer("").utf8.count + 7
            let received = try #require(client.receive())
            #expect(received.count == 2 * (20_000_000 + head) + "Connection: close\r\n".utf8.count)
        }
    }

    @Test func quiesceSendsWhatIsWritten() async throws {
        try await SocketServer.with { server in
            let client = try server.connect()
            client.send(request("/big?20000000"))
            try await server.until { $0.requests.count == 1 }
            try await server.look { $0.connection?.quiesce() }
            #expect(client.receive()?.count == 20_000_000 + answer("").utf8.count + 7)
        }
    }

    @Test(arguments: [
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n", "413"), ("GET / HTTP/1.1\r\n\r\n", "400"),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n", "200"),
        ("POST /later HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxx\r\n", "400"),
    ])
    func aClientThatStillSendsGetsItsAnswer(head: String, status: String) async throws {
        try await SocketServer.with { server in
            let client = try server.connect()
            client.send(head)
            // More than the sockets' buffers hold: it is read away, and the answer is not reset.
            #expect(client.send([UInt8](repeating: 0x78, count: 4_000_000)) == 4_000_000)
            #expect(client.receiveText()?.hasPrefix("HTTP/1.1 \(status) ") == true)
        }
    }

    @Test func aPausedBodyWaitsInTheClient() async throws {
        try await SocketServer.with { server in
            let client = try server.connect()
            let size = 64 << 20
            client.send("POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
            try await server.until { $0.exchanges.count == 1 }
            try await server.look { $0.exchanges[0].pausesAfter = 1 }
            let piece = [UInt8](repeating: 0x78, count: 1 << 20)
            var sent = 0
            // Until nothing goes any more, though the server's loop has turned many times.
            var standstill = 0
            while standstill < 200, sent < size {
                let count = client.send(piece, waits: false)
                sent += count
                standstill = count == 0 ? standstill + 1 : 0
                _ = try await server.look { $0.requests.count }
            }
            #expect(sent < 32 << 20)
            #expect(try await server.look { $0.exchanges[0].body.utf8.count } < 1 << 20)
            try await server.look { responder in
                responder.exchanges[0].pausesAfter = .max
                responder.connection?.resumeReading()
            }
            while sent < size { sent += client.send(piece.prefix(size - sent)) }
            try await server.until { $0.exchanges[0].isComplete }
            #expect(try await server.look { $0.exchanges[0].body.utf8.count } == size)
            try await server.look { $0.exchanges[0].finish("done") }
            #expect(client.receiveText(answer("done").utf8.count) == answer("done"))
        }
    }

    @Test func manyPipelinedRequestsWaitInTheClient() async throws {
        try await SocketServer.with { server in
            let client = try server.connect()
            client.send(request("/later"))
            try await server.until { $0.exchanges.count == 1 }
            let many = String(repeating: request("/x"), count: 10_000)
            client.send(many)
            try await server.look { $0.exchanges[0].finish("first") }
            client.send(request("/end", "Connection: close"))
            let expected =
                answer("first") + String(repeating: answer("GET /x"), count: 10_000) + answer("GET /end", closes: true)
            #expect(client.receiveText() == expected)
        }
    }

    @Test func aClientThatGoesIsNoticedOnce() async throws {
        try await SocketServer.with { server in
            do {
                let client = try server.connect()
                client.send(request("/later") + request("/later"))
                try await server.until { $0.exchanges.count == 1 }
            }
            try await server.until { $0.closed == 1 }
            #expect(try await server.look { $0.exchanges.map(\.cancellations) } == [1])
        }
    }

    @Test func aConnectionIsFreedWhenItHasClosed() async throws {
        try await SocketServer.with { server in
            for target in ["/a", "/big?3000000"] {
                let client = try server.connect()
                client.send(request(target, "Connection: close"))
                #expect(client.receive() != nil)
            }
            try await server.until { $0.closed == 2 && $0.connection == nil }
        }
    }

    @Test func backpressureReachesTheExchange() async throws {
        try await SocketServer.with { server in
            let client = try server.connect()
            client.send(request("/later"))
            try await server.until { $0.exchanges.count == 1 }
            let piece = 1 << 20
            try await server.look { responder in
                responder.connection?.start(ByteBuffer(string: "head"), framing: .length)
                for _ in 0..<20 { responder.connection?.proceed(ByteBuffer(repeating: 0x78, count: piece)) }
            }
            #expect(try await server.look { $0.exchanges[0].writability.first } == false)
            #expect(client.receive(4 + 20 * piece)?.count == 4 + 20 * piece)
            try await server.until { $0.exchanges[0].writability.last == true }
            // A client that reads nothing more is cut off after two deadlines without progress.
            try await server.look { responder in
                for _ in 0..<20 { responder.connection?.proceed(ByteBuffer(repeating: 0x78, count: piece)) }
            }
            try await server.until { responder in
                responder.connection?.deadlinePassed()
                return responder.closed == 1
            }
            #expect(try await server.look { $0.exchanges[0].cancellations } == 1)
        }
    }
}
