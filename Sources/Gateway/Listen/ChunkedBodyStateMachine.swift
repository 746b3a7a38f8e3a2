/// Takes the chunked coding off a body (RFC 9112, section 7.1), as bytes arrive in any pieces.
///
/// Chunk extensions and trailers are checked and dropped, within bounds.
package struct ChunkedBodyStateMachine: Sendable {
    /// What the machine found in the bytes it was given.
    package enum Output: Equatable, Sendable {
        /// A run of the body, as positions in the bytes that were given; go on after it.
        case content(ByteRange)
        /// All bytes are used up; more must come.
        case needsMore
        /// The body has ended; the bytes from the cursor on belong to the next request.
        case finished
    }

    /// The coding breaks RFC 9112, so that nobody can tell where the body ends.
    package struct Malformed: Error, Equatable, Sendable {
        package let reason: String
    }

    private enum State: Sendable {
        case size(value: Int, digits: Int)
        /// After the semicolon, and in the name of an extension.
        case extensionName(size: Int, isEmpty: Bool)
        case extensionValue(size: Int, isEmpty: Bool)
        case extensionQuotes(size: Int)
        /// After the backslash in quotes.
        case extensionEscape(size: Int)
        case extensionQuotesEnd(size: Int)
        case sizeLineFeed(value: Int)
        case content(remaining: Int)
        case contentCarriageReturn
        case contentLineFeed
        case trailerStart
        case trailerName
        case trailerValue
        case trailerLineFeed
        case lastLineFeed
        case finished
    }

    /// Bytes of extensions and trailers that are read before the body is refused.
    private static let overheadLimit = 16 * 1024
    private var state = State.size(value: 0, digits: 0)
    private var overhead = 0

    package init() {}

    /// Goes on from `cursor`, which it moves past what it has used.
    package mutating func next(_ bytes: Span<UInt8>, cursor: inout Int) throws(Malformed) -> Output {
        while true {
            if case .finished = self.state { return .finished }
            guard cursor < bytes.count else { return .needsMore }
            if case .content(let remaining) = self.state {
                let length = min(remaining, bytes.count - cursor)
                let run = ByteRange(offset: cursor, length: length)
                cursor += length
                self.state = length == remaining ? .contentCarriageReturn : .content(remaining: remaining - length)
                return .content(run)
            }
            self.state = try self.state(after: bytes[cursor])
            cursor += 1
        }
    }

    /// The state after a byte that is not content.
    private mutating func state(after byte: UInt8) throws(Malformed) -> State {
        switch self.state {
        case .size(let value, let digits): return try Self.size(value, digits: digits, byte)
        case .extensionName, .extensionValue, .extensionQuotes, .extensionEscape, .extensionQuotesEnd:
            try self.countOverhead()
            return try self.stateInExtension(after: byte)
        case .sizeLineFeed(let value):
            guard byte == .lineFeed else { throw Malformed(reason: "a chunk's line does not end in CRLF") }
            return value == 0 ? .trailerStart : .content(remaining: value)
        case .contentCarriageReturn:
            guard byte == .carriageReturn else { throw Malformed(reason: "a chunk is longer than its size") }
            return .contentLineFeed
        case .contentLineFeed:
            guard byte == .lineFeed else { throw Malformed(reason: "a chunk does not end in CRLF") }
            return .size(value: 0, digits: 0)
        case .trailerStart where byte == .carriageReturn: return .lastLineFeed
        case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed:
            try self.countOverhead()
            return try self.stateInTrailer(after: byte)
        case .lastLineFeed:
            guard byte == .lineFeed else { throw Malformed(reason: "the body does not end in CRLF") }
            return .finished
        case .content, .finished: return self.state
        }
    }

    private mutating func countOverhead() throws(Malformed) {
        self.overhead += 1
        guard self.overhead <= Self.overheadLimit else {
            throw Malformed(reason: "the chunks' extensions and trailers are too long")
        }
    }

    private static func size(_ value: Int, digits: Int, _ byte: UInt8) throws(Malformed) -> State {
        if let digit = byte.hexadecimalValue {
            // Fifteen digits fit an Int with room to spare.
            guard digits < 15 else { throw Malformed(reason: "a chunk's size is too large") }
            return .size(value: value << 4 | Int(digit), digits: digits + 1)
        }
        switch byte {
        case .carriageReturn where digits > 0: return .sizeLineFeed(value: value)
        case .semicolon where digits > 0: return .extensionName(size: value, isEmpty: true)
        default: throw Malformed(reason: "a chunk's size is not a hexadecimal number")
        }
    }

    private func stateInExtension(after byte: UInt8) throws(Malformed) -> State {
        switch (self.state, byte) {
        case (.extensionName(let size, _), _) where TokenTable.isToken(byte):
            return .extensionName(size: size, isEmpty: false)
        case (.extensionName(let size, isEmpty: false), 0x3d): return .extensionValue(size: size, isEmpty: true)
        case (.extensionValue(let size, _), _) where TokenTable.isToken(byte):
            return .extensionValue(size: size, isEmpty: false)
        case (.extensionValue(let size, isEmpty: true), 0x22): return .extensionQuotes(size: size)
        case (.extensionQuotes(let size), 0x22): return .extensionQuotesEnd(size: size)
        case (.extensionQuotes(let size), 0x5c): return .extensionEscape(size: size)
        case (.extensionQuotes(let size), _) where byte.isText: return .extensionQuotes(size: size)
        case (.extensionEscape(let size), _) where byte.isText: return .extensionQuotes(size: size)
        case (.extensionName(let size, isEmpty: false), .semicolon),
            (.extensionValue(let size, isEmpty: false), .semicolon),
            (.extensionQuotesEnd(let size), .semicolon):
            return .extensionName(size: size, isEmpty: true)
        case (.extensionName(let size, isEmpty: false), .carriageReturn),
            (.extensionValue(let size, isEmpty: false), .carriageReturn),
            (.extensionQuotesEnd(let size), .carriageReturn):
            return .sizeLineFeed(value: size)
        default: throw Malformed(reason: "a chunk's extension is not a list of names and values")
        }
    }

    private func stateInTrailer(after byte: UInt8) throws(Malformed) -> State {
        switch (self.state, byte) {
        case (.trailerStart, _) where TokenTable.isToken(byte), (.trailerName, _) where TokenTable.isToken(byte):
            return .trailerName
        case (.trailerName, .colon): return .trailerValue
        case (.trailerValue, .carriageReturn): return .trailerLineFeed
        case (.trailerValue, _) where byte.isText: return .trailerValue
        case (.trailerLineFeed, .lineFeed): return .trailerStart
        default: throw Malformed(reason: "a trailer is not a header line")
        }
    }
}
