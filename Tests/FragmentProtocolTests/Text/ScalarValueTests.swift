import FoundationEssentials
import FragmentProtocol
import Testing

@Suite("ScalarValue")
struct ScalarValueTests {
    @Test(
        "writes parameters in one way",
        arguments: [
            (ScalarValue.string("a b"), "a b"), (3, "3"), (-3, "-3"), (1.5, "1.5"), (.number(3), "3"),
            (.number(-0.0), "0"), (true, "true"), (false, "false"), (.number(1e300), "1e+300"),
        ]
    )
    func text(_ value: ScalarValue, _ text: String) {
        #expect(value.text == text)
    }

    @Test("reads JSON by its kind")
    func reads() throws {
        let json = Data(#"["a", 1, 1.5, true, -9223372036854775808]"#.utf8)
        #expect(try JSONDecoder().decode([ScalarValue].self, from: json) == ["a", 1, 1.5, true, .integer(.min)])
    }

    @Test("refuses other JSON", arguments: ["[null]", "[[]]", "[{}]", "[1e999]"])
    func refuses(_ json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([ScalarValue].self, from: Data(json.utf8)) }
    }
}
