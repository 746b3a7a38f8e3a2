import TestSupport
import Testing
import Zstd

@Suite("Zstandard")
struct ZstdCompressorTests {
    /// Runs a compression into as much space as it may need, or a given one.
    static func compressed(
        _ text: [UInt8],
        space: Int? = nil,
        _ body: (RawSpan, inout OutputRawSpan) throws(ZstdError) -> Void
    ) throws -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: space ?? ZstdCompressor.bound(of: text.count),
            alignment: 1
        )
        defer { buffer.deallocate() }
        var output = OutputRawSpan(buffer: buffer, initializedCount: 0)
        try body(text.span.bytes, &output)
        return Array(buffer.prefix(output.finalize(for: buffer)))
    }

    static func dictionary(_ content: [UInt8], level: Int32) throws(ZstdError) -> ZstdDictionary {
        try ZstdDictionary(content: content.span.bytes, level: level)
    }

    static func texts() -> [[UInt8]] {
        var generator = SeededGenerator(seed: 1)
        return [[], [0x61], SampleTexts.markup(300_000, using: &generator)]
            + (0..<20).map { _ in SampleTexts.any(using: &generator) }
    }

    @Test("frames are read by others, and one compressor writes them at all levels")
    func readable() throws {
        var compressor = try ZstdCompressor()
        for (number, text) in Self.texts().enumerated() {
            let level = Int32(number % 27) - 7
            let frame = try Self.compressed(text) { input, output throws(ZstdError) in
                try compressor.compress(input, level: level, into: &output)
            }
            #expect(try Tool.run("zstd", ["-dc"], input: frame) == text, "level \(level)")
        }
    }

    @Test("a frame tells its content's size, has no checksum, and its window suits browsers")
    func frameHeader() throws {
        var compressor = try ZstdCompressor()
        var generator = SeededGenerator(seed: 6)
        // Larger than 8 MB: the window is no longer the content.
        let large = SampleTexts.noise(9 << 20, using: &generator)
        for text in [Array("a text".utf8), large] {
            let frame = try Self.compressed(text) { input, output throws(ZstdError) in
                try compressor.compress(input, level: text.count > 100 ? 19 : 3, into: &output)
            }
            let descriptor = frame[4]
            let isSingleSegment = descriptor & 0x20 != 0
            // RFC 8878, section 3.1.1.1.1: a size is there when the flag is not 0, or the content is one segment.
            #expect(descriptor >> 6 != 0 || isSingleSegment)
            #expect(descriptor & 0x04 == 0)
            #expect(descriptor & 0x03 == 0)
            if !isSingleSegment {
                // Section 3.1.1.1.2.
                let base = 1 << (10 + Int(frame[5] >> 3))
                #expect(base + base / 8 * Int(frame[5] & 7) <= 8 << 20)
            }
        }
    }

    @Test("a frame with a dictionary is small, and read with it alone", arguments: [-1, 3, 9, 19] as [Int32])
    func dictionary(level: Int32) throws {
        var compressor = try ZstdCompressor()
        var generator = SeededGenerator(seed: 7)
        let content = SampleTexts.markup(10_000, using: &generator)
        let text = Array(content[1000..<9000]) + SampleTexts.markup(2000, using: &generator)
        let dictionary = try Self.dictionary(content, level: level)
        #expect(dictionary.memoryCost > content.count)
        let alone = try Self.compressed(text) { input, output throws(ZstdError) in
            try compressor.compress(input, level: level, into: &output)
        }
        let frame = try Self.compressed(text) { input, output throws(ZstdError) in
            try compressor.compress(input, dictionary: dictionary, into: &output)
        }
        #expect(frame.count < alone.count / 2)
        let plain = try Tool.withFile(content) { path in
            try Tool.run("zstd", ["-dc", "-D", path], input: frame)
        }
        #expect(plain == text)
        #expect(throws: Tool.Failure.self) { try Tool.run("zstd", ["-dc"], input: frame) }
        // Used without it again.
        let after = try Self.compressed(text) { input, output throws(ZstdError) in
            try compressor.compress(input, level: level, into: &output)
        }
        #expect(after == alone)
    }

    @Test("errors tell what was wrong")
    func errors() throws {
        for level in [-8, 20, 22] as [Int32] {
            #expect(throws: ZstdError(code: .level)) {
                var compressor = try ZstdCompressor()
                _ = try Self.compressed([1]) { input, output throws(ZstdError) in
                    try compressor.compress(input, level: level, into: &output)
                }
            }
            #expect(throws: ZstdError(code: .level)) {
                try Self.dictionary([1, 2, 3, 4, 5, 6, 7, 8], level: level)
            }
        }
        #expect(throws: ZstdError(code: .dictionaryContent)) { try Self.dictionary([1, 2, 3], level: 3) }
        #expect(throws: ZstdError(code: .dictionaryContent)) {
            try Self.dictionary([0x37, 0xa4, 0x30, 0xec, 0, 0, 0, 0, 0], level: 3)
        }
        var generator = SeededGenerator(seed: 2)
        let noise = SampleTexts.noise(1000, using: &generator)
        #expect(throws: ZstdError(code: .noSpace)) {
            var compressor = try ZstdCompressor()
            _ = try Self.compressed(noise, space: 500) { input, output throws(ZstdError) in
                try compressor.compress(input, level: 3, into: &output)
            }
        }
    }
}
