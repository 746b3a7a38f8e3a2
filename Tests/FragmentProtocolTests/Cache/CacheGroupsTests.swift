import FragmentProtocol
import Testing

@Suite("CacheGroups")
struct CacheGroupsTests {
    @Test(
        "reads lists of strings (RFC 9875, section 2; RFC 8941, section 3.1)",
        arguments: [
            ("", []), ("  ", []), (#""a""#, ["a"]), (#""a", "b""#, ["a", "b"]), ("\"a\"\t ,\t\"b\" ", ["a", "b"]),
            (#""a","a""#, ["a"]), (#""A", "a""#, ["A", "a"]), (#""user:42";since=3;x, "b""#, ["user:42", "b"]),
            // What a tag cannot hold.
            (#""a b", "c,d", "50%", "a%20b""#, ["a%20b", "c%2Cd", "50%25", "a%2520b"]),
            (#""say \"x\"", "back\\slash""#, [#"say%20"x""#, #"back\slash"#]), ("\"\", \"a\"", ["a"]),
        ] as [(String, [String])]
    )
    func reads(value: String, tags: [String]) {
        #expect(CacheGroups.tags(parsing: value) == tags)
    }

    @Test(
        "is void when malformed, or when a member is no string",
        arguments: [
            "a", "1", #""a", b"#, #""a", 1"#, #"("a" "b")"#, "?1", ":aGk=:", #""a"#, #"a""#, #""a","#, #","a""#,
            #""a",,"b""#, #""a" "b""#, #""a";"#, #""a";X"#, #""\x""#, #""é""#, "\"a\u{7F}\"", "\"a\n\"",
        ]
    )
    func refuses(value: String) {
        #expect(CacheGroups.tags(parsing: value) == nil)
    }

    @Test("as many and as long groups as must be supported, and none that is too long for a tag")
    func bounds() throws {
        let names = (0..<64).map { "group-\($0)-" + String(repeating: "x", count: 32) }
        #expect(CacheGroups.tags(parsing: names.map { "\"\($0)\"" }.joined(separator: ", ")) == names)
        let longest = String(repeating: "x", count: CacheTag.maximumLength)
        #expect(CacheGroups.tags(parsing: "\"\(longest)\", \"\(longest)x\"") == [longest])
    }

    @Test("the lines of a field are one list, and what is missing or malformed names nothing")
    func fields() {
        func tags(_ lines: [(String, String)]) -> [String] {
            CacheGroups.tags(in: HeaderName.cacheGroups, of: lines.map { (name: $0.0, value: $0.1) })
        }
        #expect(tags([("cache-groups", #""a""#), ("X", "y"), ("Cache-Groups", #""b", "a""#)]) == ["a", "b"])
        #expect(tags([("Cache-Groups", #""a""#), ("Cache-Groups", "b")]).isEmpty)
        #expect(tags([("Cache-Group-Invalidation", #""a""#)]).isEmpty)
        #expect(tags([]).isEmpty)
    }

    @Test("never fails, and gives nothing but tags", arguments: 0..<500 as Range<UInt64>)
    func fuzz(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let pieces = ["\"", "\\", ",", " ", ";", "=", "(", ")", "?1", "a", "%", "é", "\t", ":", "\u{0}", "1", "*"]
        for _ in 0..<20 {
            let tags = CacheGroups.tags(parsing: random.text(of: pieces, upTo: 14)) ?? []
            #expect(tags.allSatisfy { CacheTag.isValid($0) })
            #expect(Set(tags).count == tags.count)
        }
        // What is written by the grammar is read whole.
        let groups = (0..<5).map { _ in random.text(of: ["a", " ", ",", "\"", "\\", "%"], upTo: 6) }
        let written = groups.map { group in
            "\"" + group.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        let expected = groups.filter { !$0.isEmpty }.map {
            $0.replacing("%", with: "%25").replacing(" ", with: "%20").replacing(",", with: "%2C")
        }
        #expect(Set(CacheGroups.tags(parsing: written.joined(separator: ", ")) ?? []) == Set(expected))
    }
}
