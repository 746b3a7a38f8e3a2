import NIOCore
import Testing

@testable import Gateway

struct ByteBufferQueueTests {
    @Test func givesBackTheSameBytesInOrder() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<8 {
            var queue = ByteBufferQueue()
            var given: [UInt8] = []
            var taken: [UInt8] = []
            for _ in 0..<30 {
                let piece = (0..<Int.random(in: 0...20_000, using: &generator)).map { UInt8(truncatingIfNeeded: $0) }
                if Bool.random(using: &generator) {
                    queue.append(ByteBuffer(bytes: piece))
                } else {
                    queue.append(copying: piece.span.bytes)
                }
                given += piece
                #expect(queue.byteCount == given.count - taken.count)
                if let first = queue.popFirst(upTo: Int.random(in: 1...30_000, using: &generator)) {
                    taken += first.readableBytesView
                }
            }
            while let first = queue.popFirst() { taken += first.readableBytesView }
            #expect(taken == given)
            #expect(queue.isEmpty && queue.byteCount == 0)
        }
    }

    @Test func joinsSmallPieces() {
        var queue = ByteBufferQueue()
        for _ in 0..<10_000 { queue.append(ByteBuffer(string: "x")) }
        #expect(queue.popFirst()?.readableBytes == 10_000)
        #expect(queue.isEmpty)
    }

    @Test func doesNotChangeWhatWasGiven() {
        var queue = ByteBufferQueue()
        let given = ByteBuffer(string: "one")
        queue.append(given)
        queue.append(ByteBuffer(string: "two"))
        #expect(String(buffer: given) == "one")
    }
}
