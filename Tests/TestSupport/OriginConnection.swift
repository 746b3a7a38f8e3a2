import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// One connection of a scripted origin: reads requests, one after another, and plays the steps of their answers.
final class OriginConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let shared: OriginShared
    private let number: Int
    private var input = ByteBuffer()
    private var reader = OriginRequestReader()
    private var steps: [OriginStep] = []
    private var isPlaying = false
    private var isWaitingToWrite = false
    private var isStalled = false

    private static let block = ByteBuffer(repeating: UInt8(ascii: "x"), count: 65_536)

    init(_ shared: OriginShared) {
        self.shared = shared
        number = shared.counts.withLock { counts in
            counts.connections += 1
            counts.openConnections += 1
            return counts.connections
        }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        shared.connections.withLock { $0[ObjectIdentifier(channel)] = channel }
        if shared.options.uploadPace != nil {
            context.channel.setOption(.autoRead, value: false).whenFailure { _ in channel.close(promise: nil) }
        }
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        if shared.options.uploadPace != nil { context.read() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let channel = ObjectIdentifier(context.channel)
        shared.connections.withLock { $0[channel] = nil }
        shared.counts.withLock { $0.openConnections -= 1 }
        isStalled = true
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        input.writeBuffer(&bytes)
        readRequests(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard let pace = shared.options.uploadPace else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: TimeAmount(pace)) { bound.value.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event, !isPlaying { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The peer went away: nothing to answer to.
        context.close(promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, isWaitingToWrite {
            isWaitingToWrite = false
            play(context)
        }
    }

    private func readRequests(_ context: ChannelHandlerContext) {
        while !isStalled {
            let before = reader.bodyLength
            let event = reader.next(&input)
            shared.counts.withLock { $0.receivedBodyBytes += max(0, reader.bodyLength - before) }
            switch event {
            case .needsMore:
                input.discardReadBytes()
                return
            case .head:
                if shared.options.answersAtHead.contains(reader.path) { answer(context) }
            case .complete:
                if !shared.options.answersAtHead.contains(reader.path) { answer(context) }
                reader = OriginRequestReader()
            }
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        let request = reader.request(connection: number)
        shared.counts.withLock { $0.requests[request.path, default: 0] += 1 }
        steps += shared.handler.answer(request)
        if !isPlaying { play(context) }
    }

    private func play(_ context: ChannelHandlerContext) {
        isPlaying = true
        while !isStalled, !steps.isEmpty {
            switch steps.removeFirst() {
            case .head(let status, let headers):
                let fields = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
                write("HTTP/1.1 \(status) Reason\r\n\(fields)\r\n", context)
            case .bytes(let text):
                write(text, context)
            case .buffer(let buffer):
                context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
            case .chunk(let text):
                write("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n", context)
            case .lastChunk(let trailers):
                write("0\r\n\(trailers.map { "\($0.0): \($0.1)\r\n" }.joined())\r\n", context)
            case .fill(let count):
                guard fill(count, context) else { return }
            case .delay(let duration):
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                context.eventLoop.scheduleTask(in: TimeAmount(duration)) {
                    let (connection, context) = bound.value
                    connection.play(context)
                }
                return
            case .close:
                isStalled = true
                close(context)
            case .reset:
                isStalled = true
                reset(context)
            case .stall:
                isStalled = true
            }
        }
        isPlaying = false
    }

    /// False when the rest has to wait for the peer.
    private func fill(_ count: Int, _ context: ChannelHandlerContext) -> Bool {
        var left = count
        while left > 0 {
            guard context.channel.isActive else { return false }
            guard context.channel.isWritable else {
                steps.insert(.fill(left), at: 0)
                isWaitingToWrite = true
                return false
            }
            let size = min(left, Self.block.readableBytes)
            context.writeAndFlush(
                wrapOutboundOut(Self.block.getSlice(at: 0, length: size) ?? ByteBuffer()),
                promise: nil
            )
            left -= size
            shared.counts.withLock { $0.filledBytes += size }
        }
        return true
    }

    /// Closes once all is written: closing alone would drop what waits.
    private func close(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in bound.value.close(promise: nil) }
    }

    private func reset(_ context: ChannelHandlerContext) {
        // Closing with a linger time of zero sends a reset.
        guard let socket = context.channel as? any SocketOptionProvider else { return context.close(promise: nil) }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in bound.value.close(promise: nil) }
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
