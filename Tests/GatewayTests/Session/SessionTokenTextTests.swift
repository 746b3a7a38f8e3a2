import Testing

@testable import Gateway

@Suite("Token text")
struct SessionTokenTextTests {
    /// RFC 4648, section 10, and what tells base64url from base64.
    static let cases: [(bytes: [UInt8], text: String)] = [
        ([], ""), (Array("f".utf8), "Zg"), (Array("fo".utf8), "Zm8"), (Array("foo".utf8), "Zm9v"),
        (Array("foob".utf8), "Zm9vYg"), (Array("fooba".utf8), "Zm9vYmE"), (Array("foobar".utf8), "Zm9vYmFy"),
        ([0xfb, 0xff, 0xfe], "-__-"),
    ]

    @Test("known texts", arguments: cases)
    func known(bytes: [UInt8], text: String) {
        #expect(SessionTokenText.encode(bytes) == text)
        #expect(SessionTokenText.decode(text.utf8) == bytes)
    }

    @Test(
        "other spellings are refused",
        arguments: ["A", "AAAAA", "Zh", "Zm9", "Zg==", "Zm9v ", "+/+/", "Zm9\u{e9}", "\n"]
    )
    func malformed(text: String) {
        #expect(SessionTokenText.decode(text.utf8) == nil)
    }

    @Test("what decodes encodes to the same text")
    func property() {
        var generator = RepeatableGenerator(seed: 5)
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            #expect(SessionTokenText.decode(SessionTokenText.encode(bytes).utf8) == bytes)
            let alphabet = Array("AZaz09-_+/= ".utf8)
            let text = (0..<Int.random(in: 0...9, using: &generator)).map { _ in
                alphabet[Int.random(in: alphabet.indices, using: &generator)]
            }
            if let decoded = SessionTokenText.decode(text) {
                #expect(Array(SessionTokenText.encode(decoded).utf8) == text)
            }
        }
    }
}
