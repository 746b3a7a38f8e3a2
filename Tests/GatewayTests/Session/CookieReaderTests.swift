import Testing

@testable import Gateway

@Suite("Cookie reader")
struct CookieReaderTests {
    static let cases: [(header: String, values: [String])] = [
        ("", []),
        ("sid=abc", ["abc"]),
        ("sid=", [""]),
        ("sid", []),
        ("=sid", []),
        ("a=1; sid=abc; b=2", ["abc"]),
        ("a=1;sid=abc;b=2", ["abc"]),
        ("a=1;  sid = abc ; b=2", ["abc"]),
        ("\tsid=abc\t", ["abc"]),
        ("SID=abc; Sid=def", []),
        ("xsid=1; sidx=2; si=3; __Host-Http-sid=4", []),
        ("sid=a=b=c", ["a=b=c"]),
        ("sid=\"abc\"", ["\"abc\""]),
        ("sid=one; sid=two;sid=three", ["one", "two", "three"]),
        (";;; ;sid=abc;;", ["abc"]),
        ("a=sid=no; sid=yes", ["yes"]),
        ("a; sid=yes", ["yes"]),
        ("a=\"x; sid=inside\"", ["inside\""]),
        ("sid=a b", ["a b"]),
        ("sid=caf\u{e9}", ["caf\u{e9}"]),
    ]

    private func values(_ header: String, named name: StaticString = "sid") -> [String] {
        // The header stands amid other bytes, which are not the reader's.
        let bytes = Array("Cookie: \(header)\r\nX: y; sid=outside\r\n".utf8)
        let range = ByteRange(offset: 8, length: header.utf8.count)
        var reader = CookieReader(range)
        var values: [String] = []
        while let value = reader.next(named: name, in: bytes.span) { values.append(bytes.string(at: value)) }
        let first = CookieReader.value(of: name, in: bytes, at: range)
        #expect(first.map { bytes.string(at: $0) } == values.first)
        return values
    }

    @Test("all cookies of the name, in their order", arguments: cases)
    func reading(header: String, values: [String]) {
        #expect(self.values(header) == values)
    }

    @Test("a request without cookies has none")
    func absent() {
        let bytes = Array("sid=1".utf8)
        #expect(CookieReader.value(of: "sid", in: bytes, at: .none) == nil)
    }

    @Test("the prefixed name is another name")
    func prefixed() {
        #expect(self.values("sid=a; __Host-Http-sid=b", named: "__Host-Http-sid") == ["b"])
    }

    @Test("any bytes are read like the plain definition reads them")
    func fuzz() {
        var generator = RepeatableGenerator(seed: 23)
        let pieces = ["sid", "=", ";", " ", "\t", "a", "sid=", "; ", "\"", "é", "SID", "sid=x;"]
        for _ in 0..<5000 {
            let header = (0..<Int.random(in: 0...12, using: &generator))
                .map { _ in pieces[Int.random(in: pieces.indices, using: &generator)] }.joined()
            #expect(self.values(header) == Self.plainly(header), "\(header)")
        }
    }

    /// RFC 6265bis, section 5.6, written with strings.
    private static func plainly(_ header: String) -> [String] {
        func trimmed(_ text: Substring) -> String {
            String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
        return header.split(separator: ";", omittingEmptySubsequences: false).compactMap { pair in
            guard let equals = pair.firstIndex(of: "="), trimmed(pair[..<equals]) == "sid" else { return nil }
            return trimmed(pair[pair.index(after: equals)...])
        }
    }
}
