import Testing

@testable import Gateway

@Suite struct QueryFieldsTests {
    private struct Field: Equatable {
        let name: String
        let value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Bytes with others around them that must not be read, and where they are.
    private static func enclosed(_ text: String) -> (bytes: [UInt8], range: ByteRange) {
        (Array("41&\(text)41&z=9".utf8), ByteRange(offset: 3, length: text.utf8.count))
    }

    private static func fields(_ query: String, decode: Bool = false) -> [Field] {
        let (bytes, range) = Self.enclosed(query)
        var fields = QueryFields(of: range)
        var result: [Field] = []
        func text(_ range: ByteRange) -> String {
            decode ? PercentEncoding.decodedFormField(range, in: bytes.span) : bytes.span.string(at: range)
        }
        while let (name, value) = fields.next(in: bytes.span) { result.append(Field(text(name), text(value))) }
        return result
    }

    @Test(
        arguments: [
            ("", []), ("&", []), ("&&&", []), ("a", [Field("a", "")]), ("a=", [Field("a", "")]),
            ("a=1", [Field("a", "1")]), ("=1", [Field("", "1")]), ("=", [Field("", "")]), ("==", [Field("", "=")]),
            ("a=b=c", [Field("a", "b=c")]), ("a==", [Field("a", "=")]),
            ("a=1&b=2", [Field("a", "1"), Field("b", "2")]), ("a&b", [Field("a", ""), Field("b", "")]),
            ("&a=1&&b=2&", [Field("a", "1"), Field("b", "2")]), ("a=1&a=2", [Field("a", "1"), Field("a", "2")]),
            // Only `&` parts fields, and nothing is decoded.
            ("a=1;b=2", [Field("a", "1;b=2")]), ("a=1?b=2", [Field("a", "1?b=2")]),
            ("a%3D1=%26+x", [Field("a%3D1", "%26+x")]), ("é=ü", [Field("é", "ü")]),
        ] as [(String, [Field])]
    )
    private func partsFields(query: String, expected: [Field]) {
        #expect(Self.fields(query) == expected)
    }

    @Test func anAbsentQueryHasNoFields() {
        let bytes = Array("a=1".utf8)
        var fields = QueryFields(of: .none)
        let isOver = fields.next(in: bytes.span) == nil
        #expect(isOver)
    }

    /// What is sent, what it means in a path, and what it means in a field.
    @Test(arguments: [
        ("", "", ""), ("abc", "abc", "abc"), ("a+b", "a+b", "a b"), ("+", "+", " "), ("a%20b", "a b", "a b"),
        ("%2B", "+", "+"), ("%2b", "+", "+"), ("%41%5a%7A", "AZz", "AZz"), ("%26%3D%3f%2F", "&=?/", "&=?/"),
        ("caf%C3%A9", "café", "café"), ("%E2%82%ac", "€", "€"), ("%F0%9F%8C%B9", "🌹", "🌹"), ("ü", "ü", "ü"),
        // Decoded once.
        ("%2541", "%41", "%41"), ("%25", "%", "%"), ("%252B", "%2B", "%2B"),
        // What begins no encoding stays, and the bytes that follow the field are not read.
        ("%", "%", "%"), ("%4", "%4", "%4"), ("a%", "a%", "a%"), ("%%", "%%", "%%"), ("%zz", "%zz", "%zz"),
        ("%4g", "%4g", "%4g"), ("%g4", "%g4", "%g4"), ("%%41", "%A", "%A"), ("%4%41", "%4A", "%4A"),
        ("%+41", "%+41", "% 41"), ("%-1", "%-1", "%-1"), ("% 41", "% 41", "% 41"), ("%u0041", "%u0041", "%u0041"),
        // Bytes that are no text.
        ("%ff", "\u{FFFD}", "\u{FFFD}"), ("a%c3b", "a\u{FFFD}b", "a\u{FFFD}b"),
        ("%c0%af", "\u{FFFD}\u{FFFD}", "\u{FFFD}\u{FFFD}"),
        ("%00", "\0", "\0"), ("%0d%0A", "\r\n", "\r\n"),
    ])
    func decodes(encoded: String, path: String, field: String) {
        let (bytes, range) = Self.enclosed(encoded)
        #expect(PercentEncoding.decoded(range, in: bytes.span) == path)
        #expect(PercentEncoding.decodedFormField(range, in: bytes.span) == field)
    }

    /// However fields are encoded, they come back.
    @Test(arguments: 0..<8) private func anyFieldsComeBack(seed: Int) {
        var random = RepeatableGenerator(seed: UInt64(seed))
        let letters = Array("aZ09-._~ +%&=?#/;\0\r\n\"<é€🌹\u{FFFD}".unicodeScalars)
        func randomText(atLeast least: Int) -> String {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: least..<8, using: &random) {
                if let scalar = letters.randomElement(using: &random) { text.append(scalar) }
            }
            return String(text)
        }
        func encoded(_ text: String) -> String {
            var result = ""
            for byte in text.utf8 {
                let isPlain = byte.isDigit || (0x61...0x7a).contains(byte.lowercased)
                if byte == .space, Bool.random(using: &random) {
                    result += "+"
                } else if isPlain, Bool.random(using: &random) {
                    result += String(UnicodeScalar(byte))
                } else {
                    let digits = String(byte, radix: 16, uppercase: Bool.random(using: &random))
                    result += "%" + (byte < 16 ? "0" : "") + digits
                }
            }
            return result
        }
        for _ in 0..<200 {
            let count = Int.random(in: 0..<6, using: &random)
            let expected = (0..<count).map { _ in Field(randomText(atLeast: 1), randomText(atLeast: 0)) }
            var query = ""
            for field in expected {
                query += String(repeating: "&", count: Int.random(in: query.isEmpty ? 0..<2 : 1..<3, using: &random))
                query += encoded(field.name)
                if !field.value.isEmpty || Bool.random(using: &random) { query += "=" + encoded(field.value) }
            }
            #expect(Self.fields(query, decode: true) == expected, "\(query)")
        }
    }
}
