import Brotli
import TestSupport
import Testing

@Suite("Brotli")
struct BrotliTests {
    static func compress(_ text: [UInt8], _ settings: Brotli.Settings, space: Int? = nil) throws -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: space ?? Brotli.bound(of: text.count),
            alignment: 1
        )
        defer { buffer.deallocate() }
        var output = OutputRawSpan(buffer: buffer, initializedCount: 0)
        try Brotli.compress(text.span.bytes, settings: settings, into: &output)
        return Array(buffer.prefix(output.finalize(for: buffer)))
    }

    @Test("what it writes is read by others, whatever the quality and the window")
    func readable() throws {
        var generator = SeededGenerator(seed: 1)
        let texts =
            [[], [0x61], SampleTexts.markup(100_000, using: &generator)]
            + (0..<30).map { _ in SampleTexts.any(using: &generator) }
        for (number, text) in texts.enumerated() {
            let settings = Brotli.Settings(quality: Int32(number % 12), windowBits: Int32(10 + number % 15))
            let compressed = try Self.compress(text, settings)
            #expect(try Tool.run("brotli", ["-dc"], input: compressed) == text, "\(settings)")
        }
    }

    @Test("it appends to what is there")
    func appends() throws {
        let text = Array("a text, a text".utf8)
        let alone = try Self.compress(text, Brotli.Settings(quality: 5))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 200, alignment: 1)
        defer { buffer.deallocate() }
        var output = OutputRawSpan(buffer: buffer, initializedCount: 0)
        output.append(7, as: UInt8.self)
        try Brotli.compress(text.span.bytes, settings: Brotli.Settings(quality: 5), into: &output)
        #expect(Array(buffer.prefix(output.finalize(for: buffer))) == [7] + alone)
    }

    @Test("errors tell what was wrong")
    func errors() throws {
        for settings in [
            Brotli.Settings(quality: 12), Brotli.Settings(quality: -1), Brotli.Settings(quality: 5, windowBits: 9),
            Brotli.Settings(quality: 5, windowBits: 25),
        ] {
            #expect(throws: BrotliError(code: .invalidSettings)) { try Self.compress([1], settings) }
        }
        var generator = SeededGenerator(seed: 2)
        let noise = SampleTexts.noise(1000, using: &generator)
        #expect(throws: BrotliError(code: .noSpace)) {
            try Self.compress(noise, Brotli.Settings(quality: 5), space: 500)
        }
        #expect("\(BrotliError(code: .noSpace, detail: "x"))" == "noSpace (x)")
    }
}
