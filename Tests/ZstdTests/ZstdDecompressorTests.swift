import TestSupport
import Testing
import Zstd

@Suite("Reading Zstandard")
struct ZstdDecompressorTests {
    /// What a frame holds, in so much space.
    private static func content(of frame: [UInt8], space: Int) throws -> [UInt8] {
        var decompressor = try ZstdDecompressor()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(space, 1), alignment: 1)
        defer { buffer.deallocate() }
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(space))
        var output = OutputRawSpan(buffer: room, initializedCount: 0)
        try decompressor.decompress(frame.span.bytes, into: &output)
        return Array(room.prefix(output.finalize(for: room)))
    }

    @Test("what was compressed is read again, by this and by others")
    func roundTrips() throws {
        var compressor = try ZstdCompressor()
        for text in ZstdCompressorTests.texts() {
            let frame = try ZstdCompressorTests.compressed(text) { input, output throws(ZstdError) in
                try compressor.compress(input, level: 3, into: &output)
            }
            #expect(try Self.content(of: frame, space: text.count) == text)
            let foreign = try Tool.run("zstd", ["-c", "-19"], input: text)
            #expect(try Self.content(of: foreign, space: text.count + 100) == text)
        }
    }

    @Test("what is no whole frame, or too large, is an error", arguments: [0, 1, 50])
    func refuses(missing: Int) throws {
        var compressor = try ZstdCompressor()
        let text = Array("some text, and some text again".utf8)
        let frame = try ZstdCompressorTests.compressed(text) { input, output throws(ZstdError) in
            try compressor.compress(input, level: 3, into: &output)
        }
        let cut = Array(frame.dropLast(missing))
        let space = missing == 0 ? text.count - 1 : text.count
        // Nothing at all is a sequence of no frames, whose content is nothing.
        guard !cut.isEmpty else {
            #expect(try Self.content(of: cut, space: space).isEmpty)
            return
        }
        #expect(throws: ZstdError(code: .malformed)) { try Self.content(of: cut, space: space) }
    }
}
