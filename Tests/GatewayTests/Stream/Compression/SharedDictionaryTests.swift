import NIOCore
import TestSupport
import Testing
import Zstd

@testable import Gateway

@Suite struct SharedDictionaryTests {
    private static let content: [UInt8] = {
        var generator = SeededGenerator(seed: 31)
        return SampleTexts.markup(6000, using: &generator)
    }()

    private static func dictionary(level: Int32 = 9) throws -> SharedDictionary {
        let hash = try Tool.python(
            "import hashlib\ndef decode(data):\n    return hashlib.sha256(data).digest()",
            inputs: [self.content]
        )
        return try SharedDictionary(content: ByteBuffer(bytes: self.content), hash: hash[0], level: level, url: "/d")
    }

    private static func isNamed(_ field: String, _ dictionary: SharedDictionary) -> Bool {
        // Something in front and behind, so that places count.
        let bytes = Array("::\(field)::".utf8)
        return dictionary.isNamed(by: ByteRange(offset: 2, length: field.utf8.count), in: bytes.span)
    }

    /// The bytes that RFC 9842 shows, in section 5, and the frame behind them, which others read with the content.
    @Test(arguments: [-1, 3, 19] as [Int32])
    func writesAFrameBehindItsHeader(level: Int32) throws {
        let dictionary = try Self.dictionary(level: level)
        var generator = SeededGenerator(seed: 32)
        var compressor = try ZstdCompressor()
        for count in [0, 1, 500, 20_000, 300_000] {
            let text = Self.content.prefix(count / 2) + SampleTexts.markup(count, using: &generator).prefix(count)
            var output = ByteBuffer()
            try dictionary.write(Array(text).span.bytes, through: &compressor, into: &output)
            #expect(output.readBytes(length: 8) == [0x5e, 0x2a, 0x4d, 0x18, 0x20, 0x00, 0x00, 0x00])
            let hash = output.readBytes(length: 32)
            let digest = try Tool.run("sha256sum", ["-b"], input: Self.content)
            #expect(
                hash?.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                    == String(decoding: digest.prefix(64), as: UTF8.self)
            )
            let plain = try Tool.withFile(Self.content) { path in
                try Tool.run("zstd", ["-dc", "-D", path], input: output.bytes)
            }
            #expect(plain == Array(text))
        }
    }

    @Test func aPageLikeTheContentIsSmall() throws {
        var compressor = try ZstdCompressor()
        var output = ByteBuffer()
        try Self.dictionary().write(Self.content.span.bytes, through: &compressor, into: &output)
        // The header is most of it.
        #expect(output.readableBytes < 40 + 60)
    }

    @Test func isNamedByItsHashAlone() throws {
        let dictionary = try Self.dictionary()
        let name = try Tool.run("sh", ["-c", "openssl dgst -sha256 -binary | base64 -w0"], input: Self.content)
        let field = ":\(String(decoding: name, as: UTF8.self)):"
        #expect(Self.isNamed(field, dictionary))
        for wrong in ["", ":", "::", String(field.dropLast()), field + " ", field.lowercased(), ":\(field):"] {
            #expect(!Self.isNamed(wrong, dictionary))
        }
        for index in field.indices {
            var changed = field
            changed.replaceSubrange(index...index, with: "!")
            #expect(!Self.isNamed(changed, dictionary))
        }
    }

    @Test func refusesWhatIsNoPlainContent() {
        let hash = [UInt8](repeating: 0, count: 32)
        for content in [[], [1, 2, 3], [0x37, 0xa4, 0x30, 0xec, 0, 0, 0, 0, 0]] as [[UInt8]] {
            #expect(throws: ZstdError(code: .dictionaryContent)) {
                try SharedDictionary(content: ByteBuffer(bytes: content), hash: hash, level: 3, url: "/d")
            }
        }
    }
}
