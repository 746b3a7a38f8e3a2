/// A whole reply of Redis.
package indirect enum RedisReply: Hashable, Sendable {
    /// A status line, such as `OK`.
    case status(String)
    /// An error line, such as `WRONGTYPE Operation against …`.
    case error(String)
    /// A value that is UTF-8.
    case text(String)
    /// A value that is no UTF-8.
    case bytes([UInt8])
    case integer(Int64)
    case null
    case array([RedisReply])

    /// The text of a value or of a status; bytes that are no UTF-8 are replaced.
    package var text: String? {
        switch self {
        case .text(let text), .status(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        default: nil
        }
    }

    /// The bytes of a value.
    package var value: [UInt8]? {
        switch self {
        case .text(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        default: nil
        }
    }

    /// The words of an error.
    package var error: String? {
        guard case .error(let message) = self else { return nil }
        return message
    }

    /// The elements of an array; of a null none.
    package var elements: [RedisReply]? {
        switch self {
        case .array(let elements): elements
        case .null: []
        default: nil
        }
    }
}

/// Puts replies together from the parts that a ``ReplyReader`` meets.
package final class ReplyAssembler: ReplyVisitor {
    /// An array whose elements are being met.
    private struct OpenArray {
        var elements: [RedisReply] = []
        let count: Int
    }

    private var open: [OpenArray] = []
    private var whole: RedisReply?

    package init() {}

    /// Takes the reply that ``ReplyReader/next()`` has said to be complete.
    package func take() -> RedisReply? {
        defer { self.whole = nil }
        return self.whole
    }

    package func visit(string: RawSpan, kind: ReplyStringKind, depth: Int) {
        let bytes = string.withUnsafeBytes { Array($0) }
        switch kind {
        case .value: self.add(String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .bytes(bytes))
        case .status: self.add(.status(String(decoding: bytes, as: UTF8.self)))
        case .error: self.add(.error(String(decoding: bytes, as: UTF8.self)))
        }
    }

    package func visit(integer: Int64, depth: Int) { self.add(.integer(integer)) }

    package func visitNull(depth: Int) { self.add(.null) }

    package func visit(arrayOf count: Int, depth: Int) {
        if count > 0 { self.open.append(OpenArray(count: count)) } else { self.add(.array([])) }
    }

    private func add(_ part: RedisReply) {
        var part = part
        while var array = self.open.popLast() {
            array.elements.append(part)
            guard array.elements.count == array.count else {
                self.open.append(array)
                return
            }
            part = .array(array.elements)
        }
        self.whole = part
    }
}
