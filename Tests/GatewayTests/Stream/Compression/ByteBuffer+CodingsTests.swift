import Brotli
import NIOCore
import TestSupport
import Testing
import Zlib
import Zstd

@testable import Gateway

@Suite struct ByteBufferCodingsTests {
    private static func texts() -> [[UInt8]] {
        var generator = SeededGenerator(seed: 41)
        return [[], [0x61]] + (0..<8).map { _ in SampleTexts.any(using: &generator) }
    }

    @Test func appendsWhatOthersRead() throws {
        var zstd = try ZstdCompressor()
        for text in Self.texts() {
            var output = ByteBuffer(string: "head")
            try output.writeBrotli(text.span.bytes, Brotli.Settings(quality: 5))
            #expect(output.readString(length: 4) == "head")
            #expect(try Tool.run("brotli", ["-dc"], input: output.bytes) == text)
            output = ByteBuffer(string: "head")
            try output.writeZstd(text.span.bytes, level: 3, through: &zstd)
            #expect(output.readString(length: 4) == "head")
            #expect(try Tool.run("zstd", ["-dc"], input: output.bytes) == text)
        }
    }

    @Test(arguments: [0, 1, 64, 65_535])
    func aStoredBlockIsPartOfAMember(count: Int) throws {
        var generator = SeededGenerator(seed: 42)
        let text = SampleTexts.noise(count, using: &generator)
        var output = ByteBuffer()
        var member = JoinedGzip(into: &output)
        member.append(deflated: text.span.bytes)
        output.writeStoredBlock(text.span.bytes)
        member.finish(into: &output)
        #expect(try gunzip([output.bytes]) == [text])
    }
}
