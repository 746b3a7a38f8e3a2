import NIOCore
import Zlib

/// A gzip member (RFC 1952) put together from runs that were deflated each by itself.
///
/// One member and not one for each run: clients are known to stop after the first.
struct JoinedGzip {
    private var checksum = CRC32()
    private var length = 0

    /// Begins a member.
    init(into output: inout ByteBuffer) {
        // The identification, deflate, no flags, no time, no hint, an unknown system (section 2.3).
        output.writeMultipleIntegers(0x1f8b_0800 as UInt32, 0 as UInt32, 0x00ff as UInt16)
    }

    /// Goes on with a run.
    mutating func append(_ run: DeflatedRun, to output: inout ByteBuffer) {
        output.writeImmutableBuffer(run.bytes)
        self.checksum.append(run.checksum, run.combine)
        self.length += run.length
    }

    /// Goes on with a text, whose deflated form the caller has written or is about to write.
    mutating func append(deflated text: RawSpan) {
        self.checksum.append(text)
        self.length += text.byteCount
    }

    /// Ends the member.
    consuming func finish(into output: inout ByteBuffer) {
        // A last block of fixed codes, with nothing but its end (RFC 1951, section 3.2.6).
        output.writeInteger(0x0300 as UInt16)
        output.writeInteger(self.checksum.value, endianness: .little)
        // Modulo 2^32.
        output.writeInteger(UInt32(truncatingIfNeeded: self.length), endianness: .little)
    }
}
