import FragmentProtocol
import Testing

@Suite("FragmentMeta")
struct FragmentMetaTests {
    @Test("writes ASCII in the order of names")
    func writes() {
        let meta: FragmentMeta = ["title": "Café \"x\"\n🌹", "count": 3, "ratio": 1.5, "new": true]
        #expect(meta.json == #"{"count":3,"new":true,"ratio":1.5,"title":"Caf\u00e9 \"x\"\u000a\ud83c\udf39"}"#)
        #expect(FragmentMeta([:]).json == "{}")
        #expect(FragmentMeta(["x": .number(.infinity)]).json == #"{"x":null}"#)
    }

    @Test("reads any JSON object")
    func reads() throws {
        let meta = try FragmentMeta(json: "\t{\"a\": [1, {\"b\": null}],\n \"c\": \"é\", \"d\": 2}")
        #expect(meta.json == #"{"a": [1, {"b": null}],  "c": "\u00e9", "d": 2}"#)
        #expect(meta.values == ["c": "é", "d": 2])
    }

    @Test(
        "refuses what is no object",
        arguments: [
            "", "null", "[]", "\"x\"", "{", "{\"a\"}", "{a:1}", "{\"a\":\"\n\"}", "{}{}", "\u{FEFF}{}", "{\0}\0",
        ]
    )
    func refuses(_ json: String) {
        #expect(throws: HeaderError.self) { try FragmentMeta(json: json) }
    }

    @Test("reads what it writes", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var values: [String: ScalarValue] = [:]
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            values[random.anyText(upTo: 4)] = random.pick([
                .string(random.anyText(upTo: 8)), .integer(Int.random(in: .min ... .max, using: &random)),
                .number(0.25),
                .boolean(true),
            ])
        }
        let meta = FragmentMeta(values)
        #expect(meta.json.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        #expect(try FragmentMeta(json: meta.json) == meta)
        #expect(meta.values == values)
    }

    @Test("never fails but with its error, and stays JSON", arguments: 0..<300 as Range<UInt64>)
    func fuzz(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let text = random.mutated("{\"a\": \"\\u00e9é\", \"b\": [1, true, null]}")
        guard let meta = try? FragmentMeta(json: text) else { return }  // A refusal is as good as a value here.
        #expect(try FragmentMeta(json: meta.json) == meta)
    }
}
