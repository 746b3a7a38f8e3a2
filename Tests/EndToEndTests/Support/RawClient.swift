import NIOCore
import NIOPosix

/// A client of bare bytes: it sends exactly what it is told to, and notes when each byte of the answer came.
enum RawClient {
    /// Opens a connection for the length of a call, and closes it after half a minute at the latest, so that a peer that
    /// hangs fails a test and does not hold it up.
    static func connect<Result: Sendable>(
        to port: Int,
        _ use: @Sendable (RawConnection) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(backPressureStrategy: .init(lowWatermark: 1, highWatermark: 2))
                    )
                }
            }
        let deadline = channel.channel.eventLoop.scheduleTask(in: .seconds(30)) {
            channel.channel.close(promise: nil)
        }
        defer { deadline.cancel() }
        return try await channel.executeThenClose { inbound, outbound in
            try await use(RawConnection(inbound: inbound, outbound: outbound))
        }
    }

    /// One request on a connection of its own.
    static func request(_ request: RawRequest, to port: Int) async throws -> RawResponse {
        try await connect(to: port) { connection in
            try await connection.send(request)
            return try await connection.response(to: request.method)
        }
    }

    /// `GET path` on a connection of its own.
    static func get(
        _ path: String,
        host: String,
        headers: [(String, String)] = [],
        from port: Int
    ) async throws -> RawResponse {
        try await request(RawRequest(target: path, host: host, headers: headers), to: port)
    }
}

/// A request as it is written to the wire; nothing is added but what stands here.
struct RawRequest: Sendable {
    var method = "GET"
    var target = "/"
    var host: String
    var headers: [(String, String)] = []
    var body: String?

    /// The bytes.
    var text: String {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        return text + "\r\n" + (body ?? "")
    }
}

/// What a peer does that HTTP does not allow, or that the test did not expect.
enum RawClientError: Error {
    /// The connection ended before the answer did; with what had come of it.
    case closed(afterBytes: Int, text: String)
    /// What came is not HTTP/1.
    case malformed(String)
}
