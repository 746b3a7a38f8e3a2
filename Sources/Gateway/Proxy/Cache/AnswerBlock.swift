import NIOCore

/// The body of a ``StoredFragment`` of the kind `answer`: a small head, and the answer's content.
///
/// With it, both tiers keep answers without knowing of them.
enum AnswerBlock: Sendable {
    /// An answer with its content.
    case answer(AnswerHead, content: ByteBuffer)
    /// The fields that the address's answers vary by.
    case variants(AnswerVariants)
}

// All numbers are little-endian. An answer:
//
//     0  1  1
//     1  1  1 when it must not be used stale, or 0
//     2  8  bornAt: milliseconds since the epoch
//    10  4  length of the lines for clients
//    14  4  length of the lines for the gateway
//    18     the lines for clients, the lines for the gateway, the content
//
// Variants:
//
//     0  1  2
//     1  1  number of names
//     2  8  generation
//    10     names: each a length of 2 bytes, and a token in small letters
extension AnswerBlock {
    private static let answerForm: UInt8 = 1
    private static let variantsForm: UInt8 = 2
    private static let answerLength = 18

    /// The block as bytes, in storage of its own.
    func encoded() -> ByteBuffer {
        switch self {
        case .answer(let head, let content):
            let length =
                Self.answerLength + head.lines.readableBytes + head.ownLines.readableBytes + content.readableBytes
            var buffer = ByteBufferAllocator().buffer(capacity: length)
            buffer.writeInteger(Self.answerForm)
            buffer.writeInteger(head.forbidsStale ? 1 as UInt8 : 0)
            buffer.writeInteger(head.bornAt.milliseconds, endianness: .little)
            buffer.writeInteger(UInt32(clamping: head.lines.readableBytes), endianness: .little)
            buffer.writeInteger(UInt32(clamping: head.ownLines.readableBytes), endianness: .little)
            buffer.writeImmutableBuffer(head.lines)
            buffer.writeImmutableBuffer(head.ownLines)
            buffer.writeImmutableBuffer(content)
            return buffer
        case .variants(let variants):
            var buffer = ByteBufferAllocator().buffer(capacity: 64)
            buffer.writeInteger(Self.variantsForm)
            buffer.writeInteger(UInt8(clamping: variants.names.count))
            buffer.writeInteger(variants.generation, endianness: .little)
            for name in variants.names.prefix(AnswerVariants.limit) {
                buffer.writeInteger(UInt16(clamping: name.utf8.count), endianness: .little)
                buffer.writeString(name)
            }
            return buffer
        }
    }

    /// Reads a block; nil when the bytes are none.
    ///
    /// Its parts are slices of the bytes. Header lines are taken as they are: those of a block that comes from outside
    /// are to be checked once (``hasSoundLines``).
    init?(_ bytes: ByteBuffer) {
        var rest = bytes
        guard let form = rest.readInteger(as: UInt8.self), let count = rest.readInteger(as: UInt8.self),
            let number = rest.readInteger(endianness: .little, as: UInt64.self)
        else { return nil }
        switch form {
        case Self.answerForm:
            let bornAt = Instant(milliseconds: Int64(bitPattern: number))
            guard count <= 1, (Instant.distantPast...Instant.distantFuture).contains(bornAt),
                let linesLength = rest.readInteger(endianness: .little, as: UInt32.self),
                let ownLength = rest.readInteger(endianness: .little, as: UInt32.self),
                let lines = rest.readSlice(length: Int(linesLength)),
                let ownLines = rest.readSlice(length: Int(ownLength))
            else { return nil }
            self = .answer(
                AnswerHead(bornAt: bornAt, forbidsStale: count == 1, lines: lines, ownLines: ownLines),
                content: rest
            )
        case Self.variantsForm:
            guard (1...AnswerVariants.limit).contains(Int(count)) else { return nil }
            var names: [String] = []
            for _ in 0..<count {
                guard let length = rest.readInteger(endianness: .little, as: UInt16.self),
                    let name = rest.readString(length: Int(length)), Self.isName(name)
                else { return nil }
                names.append(name)
            }
            guard rest.readableBytes == 0 else { return nil }
            self = .variants(AnswerVariants(names: names, generation: number))
        default:
            return nil
        }
    }

    /// Whether what would be sent to clients is header lines.
    var hasSoundLines: Bool {
        guard case .answer(let head, _) = self else { return true }
        return AnswerHead.areLines(head.lines.readableBytesUInt8Span)
            && AnswerHead.areLines(head.ownLines.readableBytesUInt8Span)
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { TokenTable.isToken($0) && $0.lowercased == $0 }
    }
}
