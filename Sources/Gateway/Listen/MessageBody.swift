/// What is left to read of a message's body, by its framing (RFC 9112, section 6).
struct MessageBody {
    private enum Rest {
        case none
        case length(Int)
        case chunked(ChunkedBodyStateMachine)
    }

    /// One step of reading.
    enum Step: Equatable {
        case content(ByteRange)
        case needsMore
        case finished
    }

    private var rest: Rest
    /// Bytes of content that have been read.
    private(set) var received = 0

    static var none: MessageBody { MessageBody(.none) }

    init(_ framing: BodyFraming) {
        self.rest =
            switch framing {
            case .none: .none
            case .length(let length): .length(length)
            case .chunked: .chunked(ChunkedBodyStateMachine())
            }
    }

    var isFinished: Bool {
        if case .none = self.rest { return true }
        return false
    }

    /// Whether the rest may be as short as that; of a chunked body nobody knows.
    func mayEnd(within limit: Int) -> Bool {
        switch self.rest {
        case .none, .chunked: true
        case .length(let length): length <= limit
        }
    }

    /// Reads on from `cursor`, which moves past what is used.
    mutating func next(_ bytes: Span<UInt8>, cursor: inout Int) throws(ChunkedBodyStateMachine.Malformed) -> Step {
        switch self.rest {
        case .none: return .finished
        case .length(let remaining):
            let length = min(remaining, bytes.count - cursor)
            guard length > 0 else { return .needsMore }
            let run = ByteRange(offset: cursor, length: length)
            cursor += length
            self.received += length
            self.rest = length == remaining ? .none : .length(remaining - length)
            return .content(run)
        case .chunked(var machine):
            defer { if case .chunked = self.rest { self.rest = .chunked(machine) } }
            switch try machine.next(bytes, cursor: &cursor) {
            case .content(let run):
                self.received += Int(run.length)
                return .content(run)
            case .needsMore: return .needsMore
            case .finished:
                self.rest = .none
                return .finished
            }
        }
    }
}
