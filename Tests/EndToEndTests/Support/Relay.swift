import NIOCore
import NIOPosix
import Synchronization

/// A line to a server that can be cut and mended: bytes go through as they come.
final class Relay: Sendable {
    private let target: Int
    /// The port of its own.
    let port: Int
    private struct State {
        var listener: (any Channel)?
        var open: [any Channel] = []
    }
    private let state = Mutex(State())

    private init(port: Int, target: Int) {
        self.port = port
        self.target = target
    }

    /// Runs a relay to a port of this machine for the length of a call.
    static func with<Result: Sendable>(to target: Int, _ use: (Relay) async throws -> Result) async throws -> Result {
        let relay = Relay(port: try FreePorts.row(), target: target)
        try await relay.mend()
        do {
            let result = try await use(relay)
            await relay.cut()
            return result
        } catch {
            await relay.cut()
            throw error
        }
    }

    /// Ends all connections, and takes no new one.
    func cut() async {
        let (listener, open) = self.state.withLock { state in
            defer { state = State() }
            return (state.listener, state.open)
        }
        for channel in open + [listener].compactMap({ $0 }) {
            // One that is closed already is closed.
            try? await channel.close()
        }
    }

    /// Takes connections again.
    func mend() async throws {
        let target = self.target
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { inbound in
                self.state.withLock { $0.open.append(inbound) }
                let connected = ClientBootstrap(group: inbound.eventLoop)
                    .channelInitializer { outbound in
                        outbound.eventLoop.makeCompletedFuture {
                            try outbound.pipeline.syncOperations.addHandler(RelayHandler(to: inbound))
                        }
                    }
                    .connect(host: "127.0.0.1", port: target)
                return connected.flatMap { outbound in
                    self.state.withLock { $0.open.append(outbound) }
                    return inbound.eventLoop.makeCompletedFuture {
                        try inbound.pipeline.syncOperations.addHandler(RelayHandler(to: outbound))
                    }.flatMap { inbound.setOption(.autoRead, value: true) }
                }
            }
            .bind(host: "127.0.0.1", port: self.port).get()
        self.state.withLock { $0.listener = listener }
    }
}

/// Hands on what comes, and ends the other side when this one ends.
private final class RelayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let other: any Channel

    init(to other: any Channel) { self.other = other }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.other.writeAndFlush(self.unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { self.other.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
