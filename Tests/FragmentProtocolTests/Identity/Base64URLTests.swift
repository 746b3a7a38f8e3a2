import Testing

@testable import FragmentProtocol

@Suite("Base64URL")
struct Base64URLTests {
    @Test(
        "follows RFC 4648, section 10",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"), ("\u{3FF}~>?", "z79-Pj8"),
        ]
    )
    func vectors(_ text: String, _ encoded: String) {
        #expect(Base64URL.encode(text.utf8) == encoded)
        #expect(Base64URL.decode(encoded) == Array(text.utf8))
    }

    @Test(
        "refuses every other spelling",
        arguments: [
            "Z", "Zm9vY", "Zg==", "Zg=", "Zm9v\n", " Zm9v", "Zm 9v", "Zm+v", "Zm/v", "Zh", "Zm9", "Zm9vYh", "é",
            "Zm9v.",
            "Zg\0",
        ]
    )
    func refuses(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test("decodes what it encodes, and has one text for it", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        let text = Base64URL.encode(bytes)
        #expect(Base64URL.decode(text) == bytes)
        let mutated = random.mutated(text)
        if let other = Base64URL.decode(mutated), other == bytes { #expect(mutated == text) }
    }
}
