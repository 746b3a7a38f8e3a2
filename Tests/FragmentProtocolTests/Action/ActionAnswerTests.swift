import FragmentProtocol
import Testing

@Suite("ActionAnswer")
struct ActionAnswerTests {
    @Test("reads the documented answers")
    func reads() throws {
        let done = #"{"redirect": "/cart", "flash": "Added", "purge": ["cart:user-42"]}"#
        #expect(
            try ActionAnswer.decode(from: done.utf8)
                == ActionAnswer(redirect: "/cart", flash: "Added", purge: ["cart:user-42"])
        )
        let refused = #"{"errors": {"quantity": "is too large"}, "later": 1}"#
        #expect(
            try ActionAnswer.decode(from: refused.utf8) == ActionAnswer(errors: ["quantity": "is too large"])
        )
        #expect(try ActionAnswer.decode(from: "{}".utf8) == ActionAnswer())
    }

    @Test("refuses other JSON", arguments: ["", "[]", "{", #"{"redirect":1}"#, #"{"purge":"x"}"#, #"{"errors":[]}"#])
    func refuses(_ json: String) {
        #expect(throws: (any Error).self) { try ActionAnswer.decode(from: json.utf8) }
    }

    @Test("parses what it prints", arguments: 0..<50 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let answer = ActionAnswer(
            redirect: random.pick([nil, "/x"]),
            flash: random.pick([nil, random.anyText(upTo: 8)]),
            purge: random.pick([[], ["a", "b"]]),
            errors: random.pick([[:], ["f": random.anyText(upTo: 8)]])
        )
        #expect(try ActionAnswer.decode(from: answer.encoded()) == answer)
    }
}
