import Hiredis
import NIOCore
import NIOPosix

/// A connection to Redis for what is no lookup of a page: each command is answered by its whole reply, or the connection ends.
struct RedisClient: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<RedisCallHandler>

    /// Connects, and signs in.
    ///
    /// - Parameters:
    ///   - address: where to.
    ///   - access: the name, the password and the database.
    ///   - patience: how long the connection may take to be made, and each of the first commands.
    ///   - loop: where the connection lives.
    /// - Returns: the connection.
    /// - Throws: a ``RedisFailure`` when there is nobody, or they refuse.
    static func connect(
        to address: RedisTierSettings.Address,
        access: RedisAccess,
        within patience: Duration,
        on loop: any EventLoop
    ) async throws(RedisFailure) -> RedisClient {
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(patience))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RedisCallHandler())
                }
            }
        let client: RedisClient
        do {
            let connected =
                switch address {
                case .tcp(let host, let port):
                    bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
                case .unixSocket(let path): bootstrap.connect(unixDomainSocketPath: path)
                }
            client = try await connected.flatMapThrowing { channel in
                let handler = try channel.pipeline.syncOperations.handler(type: RedisCallHandler.self)
                return RedisClient(channel: channel, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop))
            }.get()
        } catch {
            throw RedisFailure(code: .connect, message: String(describing: error))
        }
        do throws(RedisFailure) {
            for command in access.signIn + [["PING"]] { _ = try await client.call(command, within: patience) }
        } catch {
            client.close()
            throw error.code == .replied ? RedisFailure(code: .refused, message: error.message) : error
        }
        return client
    }

    /// Sends a command and waits for its reply.
    ///
    /// - Parameters:
    ///   - arguments: the command's name and its arguments.
    ///   - timeout: when the reply has not come by then, the connection is closed.
    /// - Returns: the reply, which is no error.
    /// - Throws: a ``RedisFailure``; one of the code ``RedisFailure/Code/replied`` leaves the connection usable.
    func call(_ arguments: [String], within timeout: Duration) async throws(RedisFailure) -> RedisReply {
        let replies = try await self.callTogether([arguments.map { Array($0.utf8) }], within: timeout)
        if case .error(let message) = replies[0] { throw RedisFailure(code: .replied, message: message) }
        return replies[0]
    }

    /// Sends commands that nothing else of this connection comes between, and waits for all replies.
    ///
    /// - Parameters:
    ///   - commands: each command's name and its arguments.
    ///   - timeout: when a reply has not come by then, the connection is closed.
    /// - Returns: a reply for each command; errors among them.
    /// - Throws: a ``RedisFailure`` when the connection ended before the last reply.
    func callTogether(_ commands: [[[UInt8]]], within timeout: Duration) async throws(RedisFailure) -> [RedisReply] {
        let handler = self.handler
        let replies: [Result<RedisReply, RedisFailure>]
        do {
            replies = try await self.channel.eventLoop.flatSubmit {
                let loop = self.channel.eventLoop
                let futures = commands.map { arguments in
                    let promise = loop.makePromise(of: Result<RedisReply, RedisFailure>.self)
                    handler.value.call(arguments, within: timeout) { promise.succeed($0) }
                    return promise.futureResult
                }
                handler.value.flush()
                return EventLoopFuture.whenAllSucceed(futures, on: loop)
            }.get()
        } catch {
            throw RedisFailure(code: .closed, message: String(describing: error))
        }
        var result: [RedisReply] = []
        for reply in replies { result.append(try reply.get()) }
        return result
    }

    /// Whether a command would be sent.
    var isOpen: Bool { self.channel.isActive }

    /// Whether another value stands for the same connection.
    func isSame(as other: RedisClient) -> Bool { self.channel === other.channel }

    /// Closes the connection; calls under way fail.
    func close() { self.channel.close(promise: nil) }
}

/// The channel's handler: sends commands, and matches replies to them in order.
private final class RedisCallHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private struct Call {
        let completion: (Result<RedisReply, RedisFailure>) -> Void
        let timer: Scheduled<Void>
    }

    /// The most bytes of a reply: some ten thousand purges.
    private static let maximumReplyBytes = 16 << 20

    private let assembler = ReplyAssembler()
    private lazy var reader = ReplyReader(visitor: self.assembler, maximumReplyBytes: Self.maximumReplyBytes)
    private var calls = CircularBuffer<Call>()
    private var context: ChannelHandlerContext?
    private var failure: RedisFailure?

    /// Writes a command, which ``flush()`` sends.
    func call(
        _ arguments: [[UInt8]],
        within timeout: Duration,
        completion: @escaping (Result<RedisReply, RedisFailure>) -> Void
    ) {
        guard let context, self.failure == nil else {
            completion(.failure(self.failure ?? RedisFailure(code: .closed, message: "the connection is closed")))
            return
        }
        var builder = CommandBuilder()
        // Every byte of an array of bytes is initialized.
        for argument in arguments { unsafe builder.append(bytes: argument.span.bytes) }
        var bytes = ByteBuffer()
        do throws(CommandError) {
            try builder.format { _ = bytes.writeBytes($0) }
        } catch {
            completion(.failure(RedisFailure(code: .replied, message: "the command cannot be formed: \(error.code)")))
            return
        }
        let timer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) {
            let name = String(decoding: arguments[0], as: UTF8.self)
            self.end(RedisFailure(code: .tooSlow, message: "no answer to \(name) within \(timeout)"))
        }
        self.calls.append(Call(completion: completion, timer: timer))
        context.write(self.wrapOutboundOut(bytes), promise: nil)
    }

    func flush() { self.context?.flush() }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.end(RedisFailure(code: .closed, message: "the connection is closed"))
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = self.unwrapInboundIn(data)
        do throws(ReplyError) {
            try self.reader.feed(bytes.readableBytesSpan)
            while self.failure == nil, try self.reader.next() == .reply {
                guard let reply = self.assembler.take(), let call = self.calls.popFirst() else {
                    self.end(RedisFailure(code: .malformedReply, message: "a reply that belongs to no command"))
                    return
                }
                call.timer.cancel()
                call.completion(.success(reply))
            }
        } catch {
            self.end(RedisFailure(code: .malformedReply, message: error.message))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end(RedisFailure(code: .closed, message: "the server closed the connection"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.end(RedisFailure(code: .closed, message: String(describing: error)))
    }

    private func end(_ failure: RedisFailure) {
        guard self.failure == nil else { return }
        self.failure = failure
        let calls = self.calls
        self.calls.removeAll()
        for call in calls {
            call.timer.cancel()
            call.completion(.failure(failure))
        }
        self.context?.close(promise: nil)
    }
}
