/// The header lines of a head that ``RequestReader`` has checked, one after the other.
package struct HeaderFields {
    private var cursor: Int
    private let end: Int

    package init(of head: RequestHead) {
        self.cursor = head.fieldsOffset
        // Without the empty line.
        self.end = head.length - 2
    }

    /// The next line's name and value, which are in bounds because the reader has walked them.
    package mutating func next(in bytes: Span<UInt8>) -> (name: ByteRange, value: ByteRange)? {
        guard self.cursor < self.end else { return nil }
        var position = self.cursor
        while bytes[position] != .colon { position += 1 }
        let name = ByteRange(offset: self.cursor, length: position - self.cursor)
        position += 1
        var lineEnd = position
        while bytes[lineEnd] != .carriageReturn { lineEnd += 1 }
        self.cursor = lineEnd + 2
        while position < lineEnd, bytes[position] == .space || bytes[position] == .tab { position += 1 }
        while lineEnd > position, bytes[lineEnd - 1] == .space || bytes[lineEnd - 1] == .tab { lineEnd -= 1 }
        return (name, ByteRange(offset: position, length: lineEnd - position))
    }
}
