import Brotli
import NIOCore
import Zstd

extension ByteBuffer {
    /// Appends the Brotli form of a text.
    mutating func writeBrotli(_ text: RawSpan, _ settings: Brotli.Settings) throws(BrotliError) {
        try self.writeWithOutputRawSpan(
            minimumWritableBytes: Brotli.bound(of: text.byteCount)
        ) { output throws(BrotliError) in
            try Brotli.compress(text, settings: settings, into: &output)
        }
    }

    /// Appends the Zstandard form of a text.
    mutating func writeZstd(
        _ text: RawSpan,
        level: Int32,
        through compressor: inout ZstdCompressor
    ) throws(ZstdError) {
        try self.writeWithOutputRawSpan(
            minimumWritableBytes: ZstdCompressor.bound(of: text.byteCount)
        ) { output throws(ZstdError) in
            try compressor.compress(text, level: level, into: &output)
        }
    }
}
