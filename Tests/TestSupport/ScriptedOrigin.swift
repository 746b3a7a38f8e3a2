import NIOCore
import NIOPosix
import Synchronization

/// An HTTP/1.1 server for tests, on a real loopback socket, that answers by script: also what no good server would answer.
package final class ScriptedOrigin: Sendable {
    /// Oddities of the whole origin.
    package struct Options: Sendable {
        /// Waits this long after each read of at most 64 KB of a request body.
        package var uploadPace: Duration?
        /// Paths whose handler is asked at the head, before the body.
        package var answersAtHead: Set<String> = []
        /// Listens on this unix socket instead of a port.
        package var unixSocketPath: String?
        /// The port; 0 for any that is free.
        package var port = 0

        package init() {}
    }

    private let channel: any Channel
    private let shared: OriginShared

    /// The port listened on; 0 on a unix socket.
    package let port: Int
    /// `http://127.0.0.1:PORT`.
    package var url: String { "http://127.0.0.1:\(port)" }
    package var counts: OriginCounts { shared.counts.withLock { $0 } }

    private init(channel: any Channel, shared: OriginShared) {
        self.channel = channel
        self.shared = shared
        port = channel.localAddress?.port ?? 0
    }

    /// Starts an origin.
    package static func start(
        _ options: Options = Options(),
        answer: @escaping @Sendable (OriginRequest) -> [OriginStep]
    ) async throws -> ScriptedOrigin {
        let shared = OriginShared(options: options, handler: OriginHandler(answer))
        let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(OriginConnection(shared))
                }
            }
        let channel =
            if let path = options.unixSocketPath {
                try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
            } else {
                try await bootstrap.bind(host: "127.0.0.1", port: options.port).get()
            }
        return ScriptedOrigin(channel: channel, shared: shared)
    }

    /// Runs `body` with an origin that is stopped afterwards.
    package static func with<Result>(
        _ options: Options = Options(),
        handler: OriginHandler,
        _ body: (ScriptedOrigin) async throws -> Result
    ) async throws -> Result {
        let origin = try await start(options, answer: handler.answer)
        do {
            let result = try await body(origin)
            await origin.stop()
            return result
        } catch {
            await origin.stop()
            throw error
        }
    }

    /// How often a path was asked for, its query included.
    package func requestCount(_ path: String) -> Int {
        counts.requests[path] ?? 0
    }

    /// Closes the listening socket and all connections.
    package func stop() async {
        let channels = shared.connections.withLock { connections in
            defer { connections.removeAll() }
            return Array(connections.values)
        }
        // Closing what has closed by itself fails, and that is as good.
        try? await channel.close()
        for channel in channels { try? await channel.close() }
    }

    /// Closes the connections that are open, idle ones too, and goes on listening.
    package func dropConnections() async {
        let channels = shared.connections.withLock { Array($0.values) }
        // As above.
        for channel in channels { try? await channel.close() }
    }
}

/// What all connections of an origin share.
final class OriginShared: Sendable {
    let options: ScriptedOrigin.Options
    let handler: OriginHandler
    let counts = Mutex(OriginCounts())
    let connections = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(options: ScriptedOrigin.Options, handler: OriginHandler) {
        self.options = options
        self.handler = handler
    }
}
