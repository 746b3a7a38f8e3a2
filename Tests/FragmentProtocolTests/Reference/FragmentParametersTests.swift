import FragmentProtocol
import Testing

@Suite("FragmentParameters")
struct FragmentParametersTests {
    @Test(
        "reads queries and prints the canonical one",
        arguments: [
            ("", ""), ("a=1", "a=1"), ("b=2&a=1", "a=1&b=2"), ("a", "a="), ("&&a=1&", "a=1"), ("a=x+y", "a=x%20y"),
            ("a=x%2by", "a=x%2By"), ("a=%e2%82%ac", "a=%E2%82%AC"), ("a=€", "a=%E2%82%AC"), ("a=b=c", "a=b%3Dc"),
            ("%61=%62", "a=b"), ("a=~-._", "a=~-._"), ("a=%00", "a=%00"), ("per-page=2&page=1", "page=1&per-page=2"),
            ("Z=1&a=2", "Z=1&a=2"),
        ]
    )
    func canonical(_ query: String, _ canonical: String) throws {
        #expect(try FragmentParameters(query: query).query == canonical)
    }

    @Test(
        "refuses malformed queries",
        arguments: [
            ("a=%", FragmentSyntaxError.Code.badPercentEncoding), ("a=%4", .badPercentEncoding),
            ("a=%zz", .badPercentEncoding), ("a%=1", .badPercentEncoding), ("a=%ff", .badText),
            ("a=%c0%80", .badText), ("=1", .emptyParameterName), ("a=1&=", .emptyParameterName),
            ("a=1&a=2", .duplicateParameter), ("a=1&%61=1", .duplicateParameter), ("b&a&b", .duplicateParameter),
        ]
    )
    func refuses(_ query: String, _ code: FragmentSyntaxError.Code) {
        #expect(throws: FragmentSyntaxError(code, "")) { try FragmentParameters(query: query) }
    }

    @Test("of equal names the last pair counts, and nameless pairs are left out")
    func pairs() {
        let parameters = FragmentParameters([("b", "1"), ("a", "2"), ("b", "3"), ("", "4")])
        #expect(parameters.query == "a=2&b=3")
        #expect(parameters.pairs.map(\.name) == ["a", "b"])
        #expect(parameters["b"] == "3")
        #expect(parameters["c"] == nil)
        #expect(FragmentParameters.none.isEmpty)
    }

    @Test("tells texts apart that Unicode calls equivalent")
    func bytes() {
        let composed: FragmentParameters = ["q": "\u{E9}"]
        let decomposed: FragmentParameters = ["q": "e\u{301}"]
        #expect(composed != decomposed)
        #expect(FragmentParameters([("\u{E9}", "1"), ("e\u{301}", "2")]).pairs.count == 2)
    }

    @Test("parses what it prints", arguments: 0..<300 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let pairs = (0..<Int.random(in: 0...6, using: &random)).map { _ in
            (name: random.anyText(upTo: 3), value: random.anyText(upTo: 8))
        }
        let parameters = FragmentParameters(pairs)
        let parsed = try FragmentParameters(query: parameters.query)
        #expect(parsed == parameters)
        #expect(parsed.pairs.elementsEqual(parameters.pairs) { $0.name == $1.name && $0.value == $1.value })
        #expect(FragmentParameters(pairs.reversed().reversed()) == parameters)
    }

    @Test("never fails but with its error, and canonical is a fixed point", arguments: 0..<500 as Range<UInt64>)
    func fuzz(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let text = random.text(of: ["a", "b", "=", "&", "%", "%4", "1", "%C3%A9", "%ff", "+", " ", "é"], upTo: 10)
        do throws(FragmentSyntaxError) {
            let parameters = try FragmentParameters(query: text)
            #expect(try FragmentParameters(query: parameters.query).query == parameters.query)
        } catch {
            #expect(!error.message.isEmpty)
        }
    }
}
