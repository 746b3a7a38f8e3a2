import Gateway
import NIOCore
import TestSupport
import Testing

@Suite("Bodies that Redis keeps compressed")
struct BodyCompressorTests {
    private static func fragment(_ body: ByteBuffer) -> StoredFragment {
        let now = Instant(milliseconds: 1_000_000)
        return StoredFragment(
            status: 200,
            kind: .html,
            requestedAt: now,
            storedAt: now,
            freshUntil: now + .seconds(1),
            tags: ["a"],
            title: "A page",
            body: body
        )
    }

    private static func value(_ body: ByteBuffer, _ compressor: BodyCompressor?) -> ByteBuffer? {
        var value = ByteBuffer()
        return Self.fragment(body).encode(for: "key", into: &value, compressor: compressor) ? value : nil
    }

    private static func read(_ value: ByteBuffer, _ compressor: BodyCompressor?) -> StoredFragment? {
        StoredFragment(decoding: value.readableBytesSpan, for: "key", compressor: compressor)
    }

    private static func body(of frame: ByteBuffer, length: Int, _ compressor: BodyCompressor) -> ByteBuffer? {
        compressor.decompressed(frame.readableBytesSpan, length: length)
    }

    @Test("a body comes back as it was, from a smaller value")
    func roundTrip() throws {
        let compressor = try BodyCompressor(from: 512, to: 1 << 20)
        var generator = SeededGenerator(seed: 4)
        for length in [512, 700, 2048, 20_000, 300_000] {
            let body = ByteBuffer(bytes: SampleTexts.markup(length, using: &generator))
            let value = try #require(Self.value(body, compressor))
            let plain = try #require(Self.value(body, nil))
            #expect(value.readableBytes < plain.readableBytes)
            let read = Self.read(value, compressor)
            #expect(read?.body == body)
            #expect(read?.title == "A page")
        }
    }

    @Test("small bodies, and those that do not get smaller, stay as they are, and are read by all")
    func keptAsTheyAre() throws {
        let compressor = try BodyCompressor(from: 512, to: 1 << 20)
        var generator = SeededGenerator(seed: 5)
        let small = ByteBuffer(bytes: SampleTexts.markup(511, using: &generator).prefix(511))
        let noise = ByteBuffer(bytes: SampleTexts.noise(5000, using: &generator))
        for body in [ByteBuffer(), small, noise] {
            let value = try #require(Self.value(body, compressor))
            #expect(value == Self.value(body, nil))
            #expect(Self.read(value, nil)?.body == body)
        }
    }

    @Test("a gateway that compresses nothing reads what another has compressed")
    func offStillReads() throws {
        var generator = SeededGenerator(seed: 6)
        let body = ByteBuffer(bytes: SampleTexts.markup(4000, using: &generator))
        let value = try #require(Self.value(body, try BodyCompressor(from: 512, to: 1 << 20)))
        let off = try BodyCompressor(from: nil, to: 1 << 20)
        #expect(Self.read(value, off)?.body == body)
        #expect(Self.value(body, off) == Self.value(body, nil))
    }

    @Test("a body that claims more than the bound is not read")
    func bounded() throws {
        let body = ByteBuffer(repeating: 0x61, count: 100_000)
        let value = try #require(Self.value(body, try BodyCompressor(from: 512, to: 1 << 20)))
        #expect(value.readableBytes < 1000)
        let careful = try BodyCompressor(from: 512, to: 99_999)
        #expect(Self.read(value, careful) == nil)
    }

    @Test("no frame that is cut short or changed is taken for a body, and none writes past its length")
    func hostileFrames() throws {
        let compressor = try BodyCompressor(from: 512, to: 1 << 20)
        var generator = SeededGenerator(seed: 7)
        let body = ByteBuffer(bytes: SampleTexts.markup(3000, using: &generator).prefix(3000))
        let frame = try #require(compressor.compressed(body))
        for _ in 0..<2000 {
            var bytes = Array(frame.readableBytesView)
            if Bool.random(using: &generator) { bytes.removeLast(.random(in: 1...bytes.count, using: &generator)) }
            if !bytes.isEmpty {
                bytes[.random(in: bytes.indices, using: &generator)] ^= .random(in: 1...255, using: &generator)
            }
            let length = Bool.random(using: &generator) ? 3000 : Int.random(in: 0...4000, using: &generator)
            let read = Self.body(of: ByteBuffer(bytes: bytes), length: length, compressor)
            #expect(read.map { $0.readableBytes == length } ?? true)
        }
        #expect(Self.body(of: frame, length: 2999, compressor) == nil)
        #expect(Self.body(of: frame, length: 3001, compressor) == nil)
        #expect(Self.body(of: frame, length: 3000, compressor) == body)
    }
}
