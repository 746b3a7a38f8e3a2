import Curl
import NIOCore

/// One connection to an upstream, which carries one transfer at a time.
///
/// It lives as long as its channel, in which it is the only handler, and belongs to the channel's loop.
final class DirectConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Who hears of what becomes of transfers.
    private let driver: DirectDriver
    let address: DirectAddress
    private let headLimits: ResponseHeadReader.Limits

    private var context: ChannelHandlerContext?
    private var current: DirectTransfer?
    private var reader: AnswerReader
    /// The beginning of a line whose end has not come.
    private var unread: ByteBuffer?
    /// The storage of the next request.
    private var outgoing = ByteBuffer()
    private var closeReason: String?
    /// False once it has ended; it is given out when it stands.
    private(set) var isOpen = true
    /// Since when it carries nothing.
    private(set) var idleSince = NIODeadline.now()

    init(_ driver: DirectDriver, to address: DirectAddress, headLimits: ResponseHeadReader.Limits) {
        self.driver = driver
        self.address = address
        self.headLimits = headLimits
        reader = AnswerReader(limits: headLimits)
    }

    /// Sends the request of a transfer, whose target and header lines have been checked.
    func carry(_ transfer: DirectTransfer, headerLines: String) {
        guard let context, isOpen else {
            transfer.progress = .requested
            driver.finished(transfer, broken("the connection has ended", transfer))
            return
        }
        current = transfer
        transfer.connection = self
        transfer.progress = .requested
        reader = AnswerReader(limits: headLimits)
        let request = transfer.transfer.request
        outgoing.clear()
        outgoing.writeStaticString("GET ")
        outgoing.writeString(request.target)
        outgoing.writeStaticString(" HTTP/1.1\r\n")
        if !request.headers.namesHost {
            outgoing.writeStaticString("Host: ")
            outgoing.writeString(address.authority)
            outgoing.writeStaticString("\r\n")
        }
        outgoing.writeString(headerLines)
        if let field = request.remainingTime {
            outgoing.writeString(field.name)
            outgoing.writeStaticString(": ")
            outgoing.writeString(String(field.milliseconds(at: .now)))
            outgoing.writeStaticString("\r\n")
        }
        outgoing.writeStaticString("\r\n")
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: nil)
    }

    /// Closes the connection; what it carries is the caller's to end.
    func close() {
        current = nil
        isOpen = false
        context?.close(promise: nil)
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        // Bytes that nobody asked for: the next answer on this connection could not be told from them.
        guard let current else { return close() }
        if var all = unread.take() {
            all.writeBuffer(&bytes)
            bytes = all
        }
        do throws(TransferError) {
            try read(bytes, for: current)
        } catch {
            close()
            driver.finished(current, error)
        }
    }

    private func read(_ bytes: ByteBuffer, for current: DirectTransfer) throws(TransferError) {
        let span = bytes.readableBytesUInt8Span
        var cursor = 0
        while true {
            let step = try reader.next(span, cursor: &cursor)
            if reader.hasBegun { current.progress = .answered }
            switch step {
            case .needsMore:
                if cursor < span.count { unread = ByteBuffer(bytes: bytes.readableBytesView.dropFirst(cursor)) }
                return
            case .head(let head): try current.receive(head)
            case .content(let run): try current.receive(body: bytes.readableBytesSpan.extracting(run.range))
            case .finished:
                // What follows the answer, or may still wait to be read, would be taken for the next one's beginning.
                let mayHaveMore = cursor < span.count || bytes.writableBytes == 0
                finish(current, keepsConnection: reader.keepsConnection && !mayHaveMore)
                return
            }
        }
    }

    private func finish(_ transfer: DirectTransfer, keepsConnection: Bool) {
        current = nil
        if keepsConnection {
            idleSince = .now()
            driver.keep(self)
        } else {
            close()
        }
        driver.finished(transfer)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isOpen = false
        if let current {
            self.current = nil
            if closeReason == nil, reader.isWholeAtEnd() {
                driver.finished(current)
            } else {
                let reason = closeReason ?? "the connection was closed"
                driver.finished(current, broken(reason, current))
            }
        } else {
            driver.forget(self)
        }
        context.fireChannelInactive()
    }

    private func broken(_ reason: String, _ transfer: DirectTransfer) -> TransferError {
        TransferError(
            .reset,
            reason,
            progress: transfer.progress,
            brokeKeptConnection: !transfer.isFirstOfConnection && transfer.progress != .answered
        )
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        closeReason = String(describing: error)
        context.close(promise: nil)
    }
}
