import NIOCore
import Zlib

extension ByteBuffer {
    /// Appends the deflated form of a run, and what the flush asks for.
    mutating func writeDeflated(
        _ input: RawSpan,
        flush: DeflateStream.Flush,
        through stream: inout DeflateStream
    ) throws(ZlibError) {
        // In most cases one turn: what an unflushed stream has held back is the exception.
        let space = stream.bound(of: input.byteCount)
        var consumed = 0
        var isComplete = false
        while !isComplete {
            try self.writeWithOutputRawSpan(minimumWritableBytes: space) { output throws(ZlibError) in
                let rest = input.extracting(droppingFirst: consumed)
                let progress = try stream.compress(rest, flush: flush, into: &output)
                consumed += progress.consumed
                isComplete = progress.isComplete
            }
        }
    }

    /// Appends a block of deflate that holds a text of at most 65,535 bytes as it is (RFC 1951, section 3.2.4); to
    /// follow a flush.
    mutating func writeStoredBlock(_ text: RawSpan) {
        let length = UInt16(text.byteCount)
        self.writeMultipleIntegers(0 as UInt8, length, ~length, endianness: .little)
        self.writeBytes(text)
    }
}
