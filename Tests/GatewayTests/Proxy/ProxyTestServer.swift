import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Gateway

/// Makes the exchange for a request.
struct ExchangeMaker: Sendable {
    let make: @Sendable (RequestHead, ByteBuffer, Connection, Fetcher) -> (any Exchange)?
}

/// A listener whose requests all go to one service, by exchanges that the test makes.
final class ProxyTestServer: Sendable {
    let channel: any Channel
    var port: Int { channel.localAddress?.port ?? 0 }

    private init(channel: any Channel) {
        self.channel = channel
    }

    /// Runs `body` with a gateway in front of a scripted origin; everything is ended afterwards.
    static func with(
        origin options: ScriptedOrigin.Options = ScriptedOrigin.Options(),
        bodyLimit: Int = 1 << 30,
        streamWindow: Int = 65_536,
        answer: OriginHandler,
        exchange: ExchangeMaker,
        _ body: (ProxyTestServer, ScriptedOrigin) async throws -> Void
    ) async throws {
        try await ScriptedOrigin.with(options, handler: answer) { origin in
            var settings = FetcherSettings()
            settings.streamWindow = streamWindow
            let upstream = try #require(Upstream(origin.url))
            let fetcher = Fetcher(
                services: [UpstreamService(name: "s", upstreams: [upstream])],
                settings: settings
            )
            let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .childChannelOption(.allowRemoteHalfClosure, value: false)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let connection = Connection(
                            responder: TestResponder(fetcher: fetcher, make: exchange),
                            limits: RequestLimits(),
                            bodyLimit: bodyLimit,
                            timeouts: ConnectionTimeouts()
                        )
                        try channel.pipeline.syncOperations.addHandler(connection)
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            do {
                try await body(ProxyTestServer(channel: channel), origin)
            } catch {
                try await channel.close()
                await fetcher.shutdown()
                throw error
            }
            try await channel.close()
            await fetcher.shutdown()
        }
    }
}

/// Has each request answered by an exchange of the test's making.
private final class TestResponder: RequestResponder {
    private let fetcher: Fetcher
    private let make: ExchangeMaker

    init(fetcher: Fetcher, make: ExchangeMaker) {
        self.fetcher = fetcher
        self.make = make
    }

    var now: NIODeadline { .now() }
    func beginBurst() {}
    func connectionOpened(_ connection: Connection) {}
    func connectionClosed(_ connection: Connection) {}

    func respond(to head: RequestHead, in bytes: ByteBuffer, on connection: Connection) -> (any Exchange)? {
        make.make(head, bytes, connection, fetcher)
    }

    func refusal(status: Int, explanation: String) -> ByteBuffer {
        ByteBuffer(string: "HTTP/1.1 \(status) \r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }
}

/// A client that sends bytes and reads what comes.
enum ProxyTestClient {
    /// Runs `body` with a connection that is closed afterwards; what is written waits for the socket to take it.
    static func with<Result>(
        port: Int,
        _ body:
            @escaping (
                NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator, any Channel
            ) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, _ in
            try await body(inbound.makeAsyncIterator(), channel.channel)
        }
    }

    /// Sends a request and reads until the gateway closes.
    static func exchange(port: Int, _ request: String) async throws -> String {
        try await with(port: port) { incoming, outgoing in
            var incoming = incoming
            try await outgoing.writeAndFlush(ByteBuffer(string: request))
            var answer = ByteBuffer()
            do {
                while let bytes = try await incoming.next() { answer.writeImmutableBuffer(bytes) }
            } catch {
                // A reset ends an answer that was broken off; what came before it is what the test looks at.
            }
            return String(buffer: answer)
        }
    }
}
