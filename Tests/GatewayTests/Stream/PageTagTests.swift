import NIOCore
import Testing

@testable import Gateway

@Suite("The entity tag of a page")
struct PageTagTests {
    static let hasher = CacheKeyHasher()
    static let tagger = PageTagger(hasher: CacheKeyHasher())

    static func tag(_ pieces: [(text: String, nature: PieceNature)], text: String = "t") -> PageTag {
        var recipe = PageRecipe(text: Self.hasher.hash(text), hasher: Self.hasher)
        for piece in pieces {
            recipe.add(Self.hasher.hash(piece.text), length: piece.text.utf8.count, piece.nature)
        }
        return Self.tagger.tag(of: recipe)
    }

    @Test("the same pieces make the same tag, and any others another")
    func pieces() {
        let pages: [[(String, PieceNature)]] = [
            [], [("a", .common)], [("b", .common)], [("a", .common), ("b", .common)], [("b", .common), ("a", .common)],
            [("a", .personal)], [("a", .common), ("b", .personal)], [("a", .personal), ("b", .common)],
            [("a", .common), ("p", .personal), ("b", .common)], [("a", .common), ("b", .common), ("p", .personal)],
        ]
        let tags = pages.map { Self.tag($0.map { (text: $0.0, nature: $0.1) }) }
        // Who may know a piece changes nothing of its bytes: "a" and "ab" are there twice.
        #expect(Set(tags).count == pages.count - 2)
        #expect(tags == pages.map { Self.tag($0.map { (text: $0.0, nature: $0.1) }) })
        #expect(Self.tag([], text: "u") != Self.tag([], text: "t"))
    }

    @Test("the line names the tag that a condition is held against")
    func line() throws {
        let tag = Self.tag([("a", .common)])
        var line = ByteBuffer()
        tag.writeLine(into: &line)
        let text = String(buffer: line)
        #expect(text.hasPrefix("ETag: W/\"") && text.hasSuffix("\"\r\n"))
        #expect(text.utf8.count == 9 + 32 + 3)
        // CR LF is one character.
        let value = String(text.dropFirst("ETag: ".count).dropLast())
        for (field, isNamed) in [(value, true), ("\"x\", \(value)", true), ("*", true), ("\"x\"", false), ("", false)] {
            let bytes = ByteBuffer(string: field)
            let range = ByteRange(offset: 0, length: field.utf8.count)
            #expect(tag.isNamed(by: range, in: bytes.readableBytesUInt8Span) == isNamed, "\(field)")
        }
    }

    @Test(
        "a number's hexadecimal digits",
        arguments: [
            (0, "0000000000000000"), (255, "00000000000000ff"), (.max, "ffffffffffffffff"),
            (0x0123_4567_89ab_cdef, "0123456789abcdef"),
        ] as [(UInt64, String)]
    )
    func digits(number: UInt64, text: String) { #expect(HexadecimalDigits(of: number).text == text) }

    @Test("gateways with one secret make the same keys, for each purpose others; without one each makes its own")
    func secrets() throws {
        let secret = Secret(String(repeating: "5e", count: 32))
        func key(_ secret: Secret?, _ purpose: String) throws -> CacheKey {
            try CacheKeyHasher(derivedFrom: secret, for: purpose).hash("text")
        }
        #expect(try key(secret, "a") == key(secret, "a"))
        #expect(try key(secret, "a") != key(secret, "b"))
        #expect(try key(secret, "a") != key(Secret(String(repeating: "5f", count: 32)), "a"))
        #expect(try key(nil, "a") != key(nil, "a"))
    }
}
