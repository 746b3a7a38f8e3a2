import TestSupport
import Testing
import Zlib

@Suite("Deflate")
struct DeflateStreamTests {
    /// Reads raw deflate that need not have an end.
    static let inflateRaw = """
        import zlib
        def decode(data):
            return zlib.decompressobj(-15).decompress(data)
        """
    /// Reads exactly one gzip member with nothing after it.
    static let gunzip = """
        import zlib
        def decode(data):
            reader = zlib.decompressobj(31)
            plain = reader.decompress(data)
            assert reader.eof and not reader.unused_data
            return plain
        """

    static func texts() -> [[UInt8]] {
        var generator = SeededGenerator(seed: 1)
        return [[], [0], SampleTexts.markup(300_000, using: &generator)]
            + (0..<40).map { _ in SampleTexts.any(using: &generator) }
    }

    @Test("a gzip stream is read by others, whatever the level, the window and the output space")
    func gzip() throws {
        let texts = Self.texts()
        var compressed: [[UInt8]] = []
        for (number, text) in texts.enumerated() {
            let settings = DeflateSettings(
                framing: .gzip,
                level: Int32(number % 10),
                windowBits: Int32(9 + number % 7),
                memoryLevel: Int32(1 + number % 9)
            )
            var stream = try DeflateStream(settings)
            compressed.append(try stream.compress(text, flush: .finish, space: [7, 64, 4096, 1 << 20][number % 4]))
        }
        #expect(try Tool.python(Self.gunzip, inputs: compressed) == texts)
        #expect(try Tool.run("gunzip", ["-c"], input: compressed[2]) == texts[2])
    }

    @Test("a stream that was reset writes what a new one writes, finished before or not")
    func reset() throws {
        let settings = DeflateSettings(framing: .gzip, level: 6)
        var used = try DeflateStream(settings)
        for (number, text) in Self.texts().enumerated() {
            var fresh = try DeflateStream(settings)
            used.reset()
            let expected = try fresh.compress(text, flush: .finish)
            #expect(try used.compress(text, flush: .finish) == expected, "text \(number)")
            used.reset()
            _ = try used.compress(text, flush: number % 2 == 0 ? .sync : .none)
        }
    }

    @Test("runs with their flushes can be joined")
    func joined() throws {
        var stream = try DeflateStream(DeflateSettings(framing: .raw, level: 9))
        let texts = Self.texts()
        var joined: [UInt8] = []
        for text in texts {
            stream.reset()
            joined += try stream.compress(text, flush: .sync)
        }
        #expect(try Tool.python(Self.inflateRaw, inputs: [joined]) == [Array(texts.joined())])
    }

    @Test("one call is enough where the space is the bound", arguments: [9, 12, 15] as [Int32], [1, 6, 9] as [Int32])
    func bound(windowBits: Int32, memoryLevel: Int32) throws {
        var generator = SeededGenerator(seed: 5)
        for flush in [DeflateStream.Flush.sync, .full, .finish] {
            for level in [0, 1, 6] as [Int32] {
                var stream = try DeflateStream(
                    DeflateSettings(framing: .raw, level: level, windowBits: windowBits, memoryLevel: memoryLevel)
                )
                for count in [0, 1, 2, 100, 5000, 70_000] {
                    let noise = SampleTexts.noise(count, using: &generator)
                    stream.reset()
                    let space = stream.bound(of: count)
                    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: space, alignment: 1)
                    defer { buffer.deallocate() }
                    var output = OutputRawSpan(buffer: buffer, initializedCount: 0)
                    let progress = try stream.compress(noise.span.bytes, flush: flush, into: &output)
                    #expect(progress.consumed == count && progress.isComplete)
                }
            }
        }
    }

    @Test("references go into the dictionary, and a reader that has it before them follows them")
    func dictionary() throws {
        var generator = SeededGenerator(seed: 2)
        let dictionary = SampleTexts.markup(40_000, using: &generator)
        let text = Array(dictionary.suffix(5000)) + SampleTexts.markup(3000, using: &generator)
        var stream = try DeflateStream(DeflateSettings(framing: .raw, level: 6))
        let first = try stream.compress(dictionary, flush: .sync)
        stream.reset()
        let alone = try stream.compress(text, flush: .sync)
        stream.reset()
        try stream.setDictionary(dictionary)
        let referring = try stream.compress(text, flush: .sync)
        #expect(referring.count < alone.count / 2)
        #expect(try Tool.python(Self.inflateRaw, inputs: [first + referring]) == [dictionary + text])
        // After a completed flush as well.
        try stream.setDictionary(dictionary)
        let again = try stream.compress(text, flush: .sync)
        #expect(try Tool.python(Self.inflateRaw, inputs: [first + again]) == [dictionary + text])
    }

    @Test("after a full flush nothing is referred to")
    func fullFlush() throws {
        var generator = SeededGenerator(seed: 3)
        let text = SampleTexts.markup(3000, using: &generator)
        var stream = try DeflateStream(DeflateSettings(framing: .raw, level: 9))
        let alone = try stream.compress(text, flush: .full)
        #expect(try stream.compress(text, flush: .full) == alone)
        #expect(try stream.compress(text, flush: .sync).count == alone.count)
        // What came since then is near enough to be referred to.
        #expect(try stream.compress(text, flush: .sync).count < alone.count / 2)
    }

    @Test("a second flush with nothing new writes nothing")
    func repeatedFlush() throws {
        var stream = try DeflateStream(DeflateSettings(framing: .gzip, level: 6))
        #expect(try !stream.compress([1, 2, 3], flush: .sync).isEmpty)
        #expect(try stream.compress([], flush: .sync).isEmpty)
    }

    @Test("errors tell what was wrong")
    func errors() throws {
        for settings in [
            DeflateSettings(framing: .raw, level: 10), DeflateSettings(framing: .raw, level: 6, windowBits: 16),
            DeflateSettings(framing: .gzip, level: 6, memoryLevel: 0),
            DeflateSettings(framing: .gzip, level: 6, memoryLevel: 10),
        ] {
            #expect(throws: ZlibError(code: .invalidSettings)) { _ = try DeflateStream(settings) }
        }
        #expect(throws: ZlibError(code: .dictionaryNotAllowed)) {
            var stream = try DeflateStream(DeflateSettings(framing: .gzip, level: 6))
            try stream.setDictionary([1, 2, 3])
        }
        #expect(throws: ZlibError(code: .streamState)) {
            var stream = try DeflateStream(DeflateSettings(framing: .gzip, level: 6))
            _ = try stream.compress([1], flush: .finish)
            _ = try stream.compress([2], flush: .sync)
        }
        #expect("\(ZlibError(code: .streamState, detail: "x"))" == "streamState (x)")
    }

    @Test("a stream's memory is stated")
    func memory() {
        #expect(DeflateSettings(framing: .raw, level: 6).memoryCost == 256 << 10)
        #expect(DeflateSettings(framing: .raw, level: 6, windowBits: 13, memoryLevel: 5).memoryCost == 48 << 10)
    }
}
