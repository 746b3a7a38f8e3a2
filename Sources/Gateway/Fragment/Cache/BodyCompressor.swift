package import NIOCore
package import Zstd

/// Makes the bodies smaller that Redis keeps, and reads them again; it belongs to one event loop.
///
/// What it saves is Redis's memory and the network's time, and what it costs is the gateway's: so small bodies stay as
/// they are.
package final class BodyCompressor {
    /// The level of Zstandard: reading takes half as long as at level 1, for a fifth more bytes.
    private static let level: Int32 = -1

    private let smallest: Int
    private let greatest: Int
    private var compressor: ZstdCompressor
    private var decompressor: ZstdDecompressor
    private var scratch = ByteBuffer()

    /// - Parameters:
    ///   - smallest: bodies with fewer bytes stay as they are; nil for all of them.
    ///   - greatest: the most bytes of a body that is read, whatever its value says.
    /// - Throws: that there is no memory.
    package init(from smallest: Int?, to greatest: Int) throws(ZstdError) {
        self.smallest = smallest ?? .max
        self.greatest = greatest
        self.compressor = try ZstdCompressor()
        self.decompressor = try ZstdDecompressor()
    }

    /// The frame of a body; nil when the body is better kept as it is.
    package func compressed(_ body: ByteBuffer) -> ByteBuffer? {
        let length = body.readableBytes
        guard length >= self.smallest, length <= self.greatest else { return nil }
        self.scratch.clear()
        do {
            try self.scratch.writeZstd(body.readableBytesSpan, level: Self.level, through: &self.compressor)
        } catch {
            // There is room for the worst case, so only memory can be missing: the body is stored as it is.
            return nil
        }
        // An eighth at least, or reading it would be work for nothing.
        return self.scratch.readableBytes <= length - length / 8 ? self.scratch : nil
    }

    /// The body of a frame; nil when the frame is not whole, or its body does not have the length.
    package func decompressed(_ frame: RawSpan, length: Int) -> ByteBuffer? {
        guard length <= self.greatest else { return nil }
        var body = ByteBufferAllocator().buffer(capacity: length)
        do {
            try body.writeWithOutputRawSpan(minimumWritableBytes: length) { output throws(ZstdError) in
                try self.decompressor.decompress(frame, into: &output)
            }
        } catch {
            return nil
        }
        return body.readableBytes == length ? body : nil
    }
}
