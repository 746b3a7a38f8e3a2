import Curl
import FragmentProtocol

/// Reads the answer to one `GET` out of a connection's bytes, as they arrive in any pieces (RFC 9112).
///
/// The head is read by the same reader as libcurl's answers are. Informational answers are passed over, trailers are
/// checked and dropped. What leaves open where the answer ends is refused.
struct AnswerReader {
    /// What the bytes that were given led to; go on with what the cursor has not passed.
    enum Step {
        /// All that can be used is used: more must come.
        case needsMore
        case head(TransferHead)
        /// A run of the body, as positions in the bytes that were given.
        case content(ByteRange)
        /// The answer is whole; what follows belongs to nobody.
        case finished
    }

    /// Valid: head → body → finished, head → untilClose → finished, head → finished.
    private enum State {
        case head
        case body(MessageBody)
        case untilClose
        case finished
    }

    private var state = State.head
    private var headReader: ResponseHeadReader
    /// How many bytes of the present line are known not to end it.
    private var searched = 0
    /// Whether the connection may serve another request once this answer is whole.
    private(set) var keepsConnection = false

    init(limits: ResponseHeadReader.Limits = .init()) {
        headReader = ResponseHeadReader(limits: limits)
    }

    /// Whether a whole line of an answer has arrived.
    var hasBegun: Bool { headReader.hasBegun }

    /// Goes on from the cursor, which moves past what is used.
    ///
    /// Throws `protocolError` for what is no answer of HTTP/1.
    mutating func next(_ bytes: Span<UInt8>, cursor: inout Int) throws(TransferError) -> Step {
        while true {
            switch state {
            case .head:
                guard let line = try self.line(bytes, from: cursor) else { return .needsMore }
                cursor = line.upperBound
                guard case .complete(let head) = try headReader.read(bytes.extracting(line)) else { continue }
                try settle(head)
                return .head(head)
            case .body(var body):
                let step: MessageBody.Step
                do throws(ChunkedBodyStateMachine.Malformed) {
                    step = try body.next(bytes, cursor: &cursor)
                } catch {
                    throw TransferError(.protocolError, error.reason, progress: .answered)
                }
                state = body.isFinished ? .finished : .body(body)
                switch step {
                case .content(let run): return .content(run)
                case .needsMore: return .needsMore
                case .finished: continue
                }
            case .untilClose:
                guard cursor < bytes.count else { return .needsMore }
                let run = ByteRange(offset: cursor, length: bytes.count - cursor)
                cursor = bytes.count
                return .content(run)
            case .finished: return .finished
            }
        }
    }

    /// Whether the answer is whole now that the connection has ended: it is when nothing else was to tell its end.
    func isWholeAtEnd() -> Bool {
        switch state {
        case .untilClose, .finished: true
        case .head, .body: false
        }
    }

    /// The next line with its line end; nil when that has not arrived.
    private mutating func line(_ bytes: Span<UInt8>, from start: Int) throws(TransferError) -> Range<Int>? {
        var position = start + searched
        while position < bytes.count {
            if bytes[position] == .lineFeed {
                searched = 0
                return start..<(position + 1)
            }
            position += 1
        }
        searched = bytes.count - start
        guard searched <= headReader.limits.bytes else {
            throw TransferError(
                .protocolError,
                "the head is over \(headReader.limits.bytes) bytes",
                progress: .answered
            )
        }
        return nil
    }

    /// Finds out from the head how the body ends (RFC 9112, section 6.3), and the connection (section 9.3).
    private mutating func settle(_ head: TransferHead) throws(TransferError) {
        guard let version = headReader.minorVersion else {
            throw TransferError(.protocolError, "the answer is not HTTP/1", progress: .answered)
        }
        var codings: [String] = []
        var closes = version == 0
        for field in head.headers {
            switch field.name.utf8.count {
            case 17 where HeaderName.isSame(field.name, "transfer-encoding"): codings.append(field.value)
            case 10 where HeaderName.isSame(field.name, "connection"):
                closes = closes || field.value.split(separator: ",").contains { HeaderName.isSame($0.trimmed, "close") }
            default: continue
            }
        }
        keepsConnection = !closes
        if head.status == 204 || head.status == 304 {
            state = .finished
            // A service that tells of a body may send it, though there is none.
            if !codings.isEmpty || (head.contentLength ?? 0) > 0 { keepsConnection = false }
        } else if !codings.isEmpty {
            guard codings.count == 1, HeaderName.isSame(codings[0], "chunked") else {
                throw TransferError(.protocolError, "the transfer coding is not chunked", progress: .answered)
            }
            state = .body(MessageBody(.chunked))
        } else if let length = head.contentLength {
            state = length == 0 ? .finished : .body(MessageBody(.length(Int(length))))
        } else {
            state = .untilClose
            keepsConnection = false
        }
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var rest = self
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
