import NIOCore
import TestSupport
import Testing
import Zlib

@testable import Gateway

@Suite struct StreamingCompressorTests {
    /// Reads what there is of a gzip member that goes on.
    private static let begunMember = """
        import zlib
        def decode(data):
            return zlib.decompressobj(31).decompress(data)
        """

    @Test func whatWasFlushedCanBeReadAtOnce() throws {
        var generator = SeededGenerator(seed: 21)
        let pool = StreamingCompressorPool()
        var begun: [[UInt8]] = []
        var expectedOfBegun: [[UInt8]] = []
        var members: [[UInt8]] = []
        var texts: [[UInt8]] = []
        for _ in 0..<30 {
            let compressor = try pool.take()
            var output = ByteBuffer()
            var text: [UInt8] = []
            for _ in 0..<Int.random(in: 0..<8, using: &generator) {
                let piece = SampleTexts.any(using: &generator)
                try compressor.append(piece.span.bytes, to: &output)
                text += piece
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: continue
                case 1: try compressor.isolate(to: &output)
                default: try compressor.flush(to: &output)
                }
                begun.append(output.bytes)
                expectedOfBegun.append(text)
            }
            try compressor.finish(to: &output)
            pool.giveBack(compressor)
            members.append(output.bytes)
            texts.append(text)
        }
        #expect(try Tool.python(Self.begunMember, inputs: begun) == expectedOfBegun)
        #expect(try gunzip(members) == texts)
        #expect(pool.idleCount == 1)
    }

    @Test func nothingRefersAcrossAnIsolation() throws {
        var generator = SeededGenerator(seed: 22)
        let secret = SampleTexts.noise(1000, using: &generator)
        func length(isolated: Bool) throws -> Int {
            let compressor = try StreamingCompressorPool().take()
            var output = ByteBuffer()
            try compressor.append(secret.span.bytes, to: &output)
            if isolated { try compressor.isolate(to: &output) } else { try compressor.flush(to: &output) }
            let before = output.readableBytes
            try compressor.append(secret.span.bytes, to: &output)
            try compressor.finish(to: &output)
            return output.readableBytes - before
        }
        #expect(try length(isolated: false) < 100)
        #expect(try length(isolated: true) >= 1000)
    }

    @Test func aSecondFlushWritesNothing() throws {
        let compressor = try StreamingCompressorPool().take()
        var output = ByteBuffer()
        try compressor.append(Array("part".utf8).span.bytes, to: &output)
        try compressor.flush(to: &output)
        let length = output.readableBytes
        try compressor.flush(to: &output)
        try compressor.append(RawSpan(), to: &output)
        try compressor.flush(to: &output)
        #expect(output.readableBytes == length)
    }

    @Test func anAnswerThatWasLeftDoesNotShowInTheNext() throws {
        let pool = StreamingCompressorPool()
        let first = try pool.take()
        var output = ByteBuffer()
        try first.append(Array("somebody's basket".utf8).span.bytes, to: &output)
        pool.giveBack(first)
        let second = try pool.take()
        #expect(second === first)
        output.clear()
        try second.append(Array("hello".utf8).span.bytes, to: &output)
        try second.finish(to: &output)
        #expect(try gunzip([output.bytes]) == [Array("hello".utf8)])
    }

    @Test func keepsNoMoreThanItsLimit() throws {
        let pool = StreamingCompressorPool(limit: 2)
        let taken = try (0..<5).map { _ in try pool.take() }
        #expect(pool.idleCount == 0)
        for compressor in taken { pool.giveBack(compressor) }
        #expect(pool.idleCount == 2)
    }
}
