import Logging
import NIOCore

/// The answer to one request for a page: what has been written of the page goes out whole if nothing has been sent
/// before, and otherwise in pieces, compressed as the client has it.
///
/// It belongs to its connection's event loop. Nothing happens once it is over.
final class PageAnswer {
    private let request: PageRequest
    private let connection: Connection
    private let surroundings: PageSurroundings
    /// The page as it is written.
    var output: RecordedPage
    /// Where the parts came from that the head, or then the trailers, will tell of.
    var timing = PageTiming()
    /// Compresses an answer that is sent as it comes, from its head on.
    private var stream: StreamingCompressor?
    private(set) var headIsSent = false
    private(set) var isOver = false

    init(to request: PageRequest, on connection: Connection, _ surroundings: PageSurroundings) {
        self.request = request
        self.connection = connection
        self.surroundings = surroundings
        self.output = RecordedPage(
            PageRecipe(text: request.page.textKey, hasher: surroundings.resolver.hasher),
            isRecording: surroundings.codings.mayCompress
        )
        self.output.reserveCapacity(
            request.page.program.staticText.readableBytes + 16 * 1024,
            headRoom: request.page.headRoom
        )
    }

    private func head(_ status: Int, _ coding: ContentCoding = .identity, tag: PageTag? = nil) -> PageHead {
        PageHead(
            page: self.request.page,
            status: status,
            isHTTP10: self.request.head.isHTTP10,
            closes: self.connection.closesAfterAnswer,
            timing: self.timing,
            coding: coding,
            tag: tag,
            dictionary: self.surroundings.codings.offersDictionary ? self.surroundings.site.dictionary : nil,
            cookie: self.surroundings.cookie,
            dateLine: self.surroundings.dateLine()
        )
    }

    // MARK: In pieces

    /// Sends the head of a page whose rest is not known; the pieces follow.
    func start(_ status: Int) {
        var bytes = ByteBuffer()
        let framing: Connection.Framing = self.request.head.isHTTP10 ? .close : .chunked
        if framing == .close { self.connection.closesAfterAnswer = true }
        self.beginStream()
        self.head(status, self.stream == nil ? .identity : .gzip).writeLines(into: &bytes)
        if framing == .chunked { bytes.writeStaticString("Transfer-Encoding: chunked\r\nTrailer: Server-Timing\r\n") }
        bytes.writeStaticString("\r\n")
        self.headIsSent = true
        self.timing = PageTiming()
        self.connection.start(bytes, framing: framing)
    }

    /// Begins to compress what is sent as it comes, if that is agreed.
    private func beginStream() {
        guard self.surroundings.codings.gzip == .gzip else { return }
        do {
            self.stream = try self.surroundings.compressor.beginStream()
        } catch {
            self.surroundings.logger.error("an answer is not compressed", metadata: ["error": "\(error)"])
        }
    }

    /// Sends what has been written since the last piece.
    func sendPiece(isLast: Bool = false) {
        guard isLast || self.output.bytes.readableBytes > 0 else { return }
        let part = self.output.takePart()
        guard let stream = self.stream else {
            self.connection.proceed(part.bytes)
            return
        }
        do {
            var compressed = ByteBuffer()
            try stream.append(part, to: &compressed)
            if isLast { try stream.finish(to: &compressed) }
            self.connection.proceed(compressed)
        } catch {
            // What the client has is not whole, and must not look so.
            self.surroundings.logger.error("an answer cannot be compressed further", metadata: ["error": "\(error)"])
            self.end()
            self.connection.abort()
        }
    }

    /// Sends the last piece, and where its parts came from.
    func finish() {
        self.sendPiece(isLast: true)
        guard !self.isOver else { return }
        self.end()
        self.connection.end(trailers: self.timing.isEmpty ? "" : "Server-Timing: \(self.timing.text)\r\n")
    }

    // MARK: Whole

    /// Sends the whole page, with its length.
    func send(_ status: Int) {
        let tag = status == 200 ? self.tag : nil
        var head = ByteBuffer()
        head.reserveCapacity(self.request.page.headRoom)
        if let tag, self.request.holds(tag) {
            self.head(304, tag: tag).writeNotModified(into: &head)
            self.end()
            self.connection.send(head)
            return
        }
        var (body, coding) = self.wholeBody()
        self.head(status, coding, tag: tag).writeWhole(bodyLength: body.readableBytes, into: &head)
        if self.request.head.method == .head { body = head } else { body.putInFront(head) }
        self.end()
        self.connection.send(body)
    }

    private var tag: PageTag {
        self.surroundings.codings.shared == .identity
            ? self.surroundings.tagger.tag(of: self.output.version)
            : self.surroundings.tagger.tag(of: self.output.recipe)
    }

    /// The page's bytes as they are sent when none have been yet, taken out of the output.
    private func wholeBody() -> (ByteBuffer, ContentCoding) {
        let coding = self.surroundings.codings.coding(of: self.output.recipe)
        let compressor = self.surroundings.compressor
        guard coding != .identity, compressor.isWorthwhile(self.output.bytes.readableBytes) else {
            return (self.output.takePart().bytes, .identity)
        }
        do {
            var compressed = ByteBuffer()
            try compressor.write(self.output, coding, self.surroundings.codings.dictionary, into: &compressed)
            return (compressed, coding)
        } catch {
            self.surroundings.logger.error("an answer is not compressed", metadata: ["error": "\(error)"])
            return (self.output.takePart().bytes, .identity)
        }
    }

    /// Sends the client elsewhere.
    func redirect(_ status: Int, _ location: String) {
        var answer = ByteBuffer()
        self.head(status).writeLines(into: &answer)
        answer.writeString("Location: \(location)\r\nContent-Length: 0\r\n\r\n")
        self.end()
        self.connection.send(answer)
    }

    /// The answer is over: it has been sent, or the client has gone, or another one takes its place.
    func end() {
        self.isOver = true
        if let stream = self.stream { self.surroundings.compressor.endStream(stream) }
        self.stream = nil
    }
}
