import NIOCore

/// Bytes that wait, in pieces; small pieces are joined, so that many of them cost no more than their bytes.
struct ByteBufferQueue {
    private var pieces = CircularBuffer<ByteBuffer>()

    /// Bytes in all pieces.
    private(set) var byteCount = 0

    private static let joinedSize = 16_384

    var isEmpty: Bool { pieces.isEmpty }

    mutating func append(_ piece: ByteBuffer) {
        guard piece.readableBytes > 0 else { return }
        byteCount += piece.readableBytes
        if joins(piece.readableBytes) {
            pieces[pieces.index(before: pieces.endIndex)].writeImmutableBuffer(piece)
        } else {
            pieces.append(piece)
        }
    }

    mutating func append(copying bytes: RawSpan) {
        guard bytes.byteCount > 0 else { return }
        byteCount += bytes.byteCount
        if joins(bytes.byteCount) {
            _ = pieces[pieces.index(before: pieces.endIndex)].writeBytes(bytes)
        } else {
            var piece = ByteBufferAllocator().buffer(capacity: bytes.byteCount)
            _ = piece.writeBytes(bytes)
            pieces.append(piece)
        }
    }

    /// The first bytes, at most `limit` of them; nil when there are none.
    mutating func popFirst(upTo limit: Int = .max) -> ByteBuffer? {
        guard var first = pieces.popFirst() else { return nil }
        guard first.readableBytes > limit, let part = first.readSlice(length: limit) else {
            byteCount -= first.readableBytes
            return first
        }
        byteCount -= limit
        pieces.prepend(first)
        return part
    }

    mutating func removeAll() {
        pieces.removeAll()
        byteCount = 0
    }

    private func joins(_ count: Int) -> Bool {
        guard let last = pieces.last else { return false }
        return last.readableBytes + count <= Self.joinedSize
    }
}
