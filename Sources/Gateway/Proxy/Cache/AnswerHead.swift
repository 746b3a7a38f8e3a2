import NIOCore

/// What is stored of an answer besides its times, its validators and its content.
struct AnswerHead: Sendable {
    /// When the answer was made or last confirmed, as its age tells: `Age` counts from here.
    var bornAt: Instant
    /// Whether the service forbids that it is used once it is stale (RFC 9111, section 4.2.4).
    var forbidsStale: Bool
    /// The header lines that clients get, each with its CRLF, `Content-Length` among them.
    var lines: ByteBuffer
    /// The header lines that are for the gateway alone, each with its CRLF.
    var ownLines: ByteBuffer

    /// The fields that clients get.
    var fields: [(name: String, value: String)] { Self.fields(in: self.lines) }

    /// The fields that are for the gateway alone.
    var ownFields: [(name: String, value: String)] { Self.fields(in: self.ownLines) }

    /// The first value of a field that clients get, its name given in small letters.
    func firstValue(of name: String) -> String? {
        self.fields.first { $0.name.lowercased() == name }?.value
    }

    /// Fields as header lines.
    static func lines(of fields: [(name: String, value: String)]) -> ByteBuffer {
        var lines = ByteBuffer()
        for field in fields {
            lines.writeString(field.name)
            lines.writeStaticString(": ")
            lines.writeString(field.value)
            lines.writeStaticString("\r\n")
        }
        return lines
    }

    /// The fields of header lines.
    private static func fields(in lines: ByteBuffer) -> [(name: String, value: String)] {
        let bytes = lines.readableBytesUInt8Span
        var fields: [(name: String, value: String)] = []
        var start = 0
        while let end = bytes.firstControl(from: start) {
            // A tab may stand in a value.
            var end = end
            while bytes[end] == .tab, let next = bytes.firstControl(from: end + 1) { end = next }
            guard let colon = (start..<end).first(where: { bytes[$0] == .colon }) else { return fields }
            fields.append(
                (
                    bytes.string(at: ByteRange(offset: start, length: colon - start)),
                    bytes.string(at: ByteRange(offset: colon + 2, length: max(0, end - colon - 2)))
                )
            )
            start = end + 2
        }
        return fields
    }

    /// Whether bytes are header lines as ``lines(of:)`` makes them: what came from Redis is sent to clients as it is.
    static func areLines(_ bytes: Span<UInt8>) -> Bool {
        var start = 0
        while start < bytes.count {
            var position = start
            while position < bytes.count, TokenTable.isToken(bytes[position]) { position += 1 }
            guard position > start, position + 1 < bytes.count, bytes[position] == .colon,
                bytes[position + 1] == .space
            else { return false }
            position += 2
            while position < bytes.count, bytes[position].isText { position += 1 }
            guard position + 1 < bytes.count, bytes[position] == .carriageReturn, bytes[position + 1] == .lineFeed
            else { return false }
            start = position + 2
        }
        return true
    }
}
