import NIOCore
import NIOPosix

/// A connection that sends commands and gives replies as they come, to look at a Redis from outside.
///
/// Only for replies that arrive whole.
struct RawRedis {
    private let channel: any Channel
    private let replies: Replies

    init(port: Int) throws {
        let replies = Replies()
        self.replies = replies
        self.channel = try ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(replies) }
            .connect(host: "127.0.0.1", port: port).wait()
    }

    /// Sends a command, and gives its reply.
    func run(_ command: [String]) throws -> String {
        let text = "*\(command.count)\r\n" + command.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
        let promise = self.channel.eventLoop.makePromise(of: String.self)
        self.channel.eventLoop.execute { self.replies.next = promise }
        try self.channel.writeAndFlush(ByteBuffer(string: text)).wait()
        return try promise.futureResult.wait()
    }

    private final class Replies: ChannelInboundHandler, @unchecked Sendable {
        typealias InboundIn = ByteBuffer

        // Used on the channel's loop only.
        var next: EventLoopPromise<String>?

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.next?.succeed(String(buffer: self.unwrapInboundIn(data)))
            self.next = nil
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.next?.fail(ChannelError.eof)
            self.next = nil
        }
    }
}
