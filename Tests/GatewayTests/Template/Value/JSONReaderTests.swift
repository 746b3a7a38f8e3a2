import NIOCore
import Testing

@testable import Gateway

struct JSONReaderTests {
    private func read(_ text: String) throws(JSONFailure) -> Value {
        try Value(json: ByteBuffer(string: text))
    }

    @Test(
        arguments: [
            ("null", Value.none), ("true", true), (" false\n", false), ("0", 0), ("-0", 0), ("12", 12),
            ("-1.5e2", -150.0), ("1E+2", 100.0),
            ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("\"\"", ""),
            ("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "a\"\\/\u{8}\u{C}\n\r\t"), ("\"\\u00e9\\ud83c\\udf39é\"", "é🌹é"),
            ("[]", []), ("[1,[2],{}]", [1, [2], [:]]),
            ("{\"b\":1, \"a\" : [true]}", ["b": 1, "a": [true]]), ("{\"a\":1,\"a\":2}", ["a": 2]),
        ] as [(String, Value)]
    )
    func reads(text: String, expected: Value) throws {
        #expect(try read(text) == expected)
    }

    @Test(arguments: [
        "", " ", "nul", "tru", "01", "-", "1.", ".5", "1e", "+1", "NaN", "1 2", "[1,]", "[1 2]", "[", "{", "{\"a\"}",
        "{\"a\":}", "{a:1}",
        "{\"a\":1,}", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\n\"",
        "1e999", "[1]]", "\u{FEFF}1",
    ])
    func refuses(text: String) {
        #expect(throws: JSONFailure.self) { try read(text) }
    }

    @Test func keepsTheOrderOfMembers() throws {
        let names = (0..<40).map { "k\(($0 * 7) % 40)" }
        let text = "{" + names.map { "\"\($0)\":\"\($0)\"" }.joined(separator: ",") + "}"
        guard case .object(let object) = try read(text) else { throw MissingProgram() }
        #expect(object.keys == names)
        for name in names { #expect(object[name] == .string(name)) }
        #expect(object["missing"] == nil)
    }

    @Test func refusesDeepNestingAndBytesThatAreNotUTF8() throws {
        let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(throws: Never.self) { try read(deepest) }
        #expect(throws: JSONFailure.self) { try read("[" + deepest + "]") }
        #expect(throws: JSONFailure.self) { try read(String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONFailure.self) { try Value(json: ByteBuffer(bytes: [0x22, 0xFF, 0x22])) }
        #expect(throws: JSONFailure.self) { try Value(json: ByteBuffer(bytes: [0x22, 0xC0, 0x80, 0x22])) }
    }

    @Test func readsWhatItWrites() throws {
        var random = SeededRandom(seed: 11)
        func value(_ depth: Int) -> Value {
            switch Int.random(in: 0...(depth > 3 ? 4 : 6), using: &random) {
            case 0: return .none
            case 1: return .bool(.random(using: &random))
            case 2: return .integer(.random(in: .min ... .max, using: &random))
            case 3: return .number(Double.random(in: -1e6...1e6, using: &random))
            case 4:
                let scalars = ["a", "\"", "\\", "\n", "\u{0}", "<", "&", "é", "🌹", "\u{2028}", "\u{7F}"]
                return .string((0..<5).map { _ in scalars.randomElement(using: &random) ?? "" }.joined())
            case 5: return .array((0..<3).map { _ in value(depth + 1) })
            default: return .object(ValueObject((0..<3).map { (key: "k\($0)\"", value: value(depth + 1)) }))
            }
        }
        for _ in 0..<500 {
            let value = value(0)
            #expect(try read(value.jsonText) == value)
        }
    }

    @Test func survivesRandomBytes() {
        var random = SeededRandom(seed: 5)
        let pieces = [
            "{", "}", "[", "]", "\"", ":", ",", "1", "-", ".", "e", "\\", "u", "d8", "00", "true", "null", " ", "a",
        ]
        for _ in 0..<5000 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            // Only that it ends is asked here.
            _ = try? read(text)
        }
    }
}
