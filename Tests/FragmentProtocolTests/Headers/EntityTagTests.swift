import Testing

@testable import FragmentProtocol

@Suite("EntityTag")
struct EntityTagTests {
    @Test("takes tags and prints them", arguments: ["\"\"", "\"a\"", "W/\"a\"", "\"a,b;=\\'\"", "\"é\"", "\"W/\""])
    func takes(_ text: String) throws {
        #expect(try #require(EntityTag(text)).description == text)
    }

    @Test(
        "refuses other texts",
        arguments: [
            "", "\"", "a", "'a'", "w/\"a\"", "W/a", "W/", "W/\"", "\"a", "a\"", "\"a\"b\"", "\"a b\"", "\"\n\"",
        ]
    )
    func refuses(_ text: String) {
        #expect(EntityTag(text) == nil)
    }

    @Test("compares weakly")
    func matches() throws {
        let strong = try #require(EntityTag("\"a\""))
        let weak = try #require(EntityTag("W/\"a\""))
        let other = try #require(EntityTag("\"b\""))
        #expect(strong.matches(weak) && weak.matches(strong))
        #expect(!strong.matches(other))
        #expect(strong != weak)
    }

    @Test(
        "reads lists",
        arguments: [
            ("", 0), ("\"a\"", 1), ("\"a\", W/\"b\"", 2), ("\"a\",\"b\",", 2), (" , \"a,b\"", 1), ("\"a\" \"b\"", 2),
        ]
    )
    func lists(_ value: String, _ count: Int) {
        #expect(EntityTag.list(value)?.count == count)
    }

    @Test("refuses malformed lists", arguments: ["a", "\"a", "\"a\"b", "\"a\", b", "*", "\"a\"\"b\"", "W/", "W/\"a"])
    func refusesLists(_ value: String) {
        #expect(EntityTag.list(value) == nil)
    }
}
