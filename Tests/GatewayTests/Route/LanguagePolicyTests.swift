import Testing

@testable import Gateway

@Suite struct LanguagePolicyTests {
    private static func choose(_ accepted: String, _ offered: [String]) -> String {
        // Something in front, so that places count from the head's beginning.
        let bytes = Array("de, fr\r\n\(accepted)\r\n".utf8)
        let field = ByteRange(offset: 8, length: accepted.utf8.count)
        return LanguagePolicy.choose(field, in: bytes.span, offered: offered)
    }

    @Test(arguments: [
        // Nothing fits, or nothing is said.
        ("", "en"), ("ja", "en"), ("x", "en"), (",", "en"), (" , ,", "en"), (";q=1", "en"), ("ja, zh;q=0.5", "en"),
        // One that fits.
        ("de", "de"), ("DE", "de"), ("De", "de"), ("en", "en"), ("pt-BR", "pt-BR"), ("pt-br", "pt-BR"),
        // The range is shortened, the language is not.
        ("de-AT", "de"), ("de-DE-1996", "de"), ("de-", "de"), ("pt-BR-abl1943", "pt-BR"), ("pt", "en"),
        ("pt-PT", "en"), ("deu", "en"), ("d", "en"), ("-de", "en"),
        // The order counts where the weight does not.
        ("de, fr", "de"), ("fr, de", "fr"), ("fr,de", "fr"), ("ja, fr, de", "fr"), ("fr-CH, fr;q=0.9, de;q=0.8", "fr"),
        // Weights.
        ("de;q=0.5, fr", "fr"), ("de;q=0.5, fr;q=0.6", "fr"), ("de;q=0.6, fr;q=0.5", "de"), ("de;q=0.5,fr;q=0.5", "de"),
        ("de;q=0.501, fr;q=0.502", "fr"), ("de; q=0.1 , fr ; q=0.2", "fr"), ("de;Q=0.1, fr;Q=0.2", "fr"),
        ("de\t;\tq=0.1,\tfr", "fr"), ("de;q=0.999, fr;q=1.000", "fr"), ("de;q=1, fr;q=1.0", "de"),
        ("en;q=0.1, de;q=0.2", "de"), ("ja;q=1, de;q=0.001", "de"), ("de;x=y;q=0.1, fr;q=0.2", "fr"),
        // What is not wanted, and what is no weight.
        ("de;q=0", "en"), ("de;q=0.000, fr;q=0.001", "fr"), ("de;q=2, fr;q=0.1", "fr"), ("de;q=-1, fr;q=0.1", "fr"),
        ("de;q=, fr;q=0.1", "fr"), ("de;q=x, fr;q=0.1", "fr"), ("de;q=nan, fr;q=0.1", "fr"),
        ("de;q=inf, fr;q=0.1", "fr"),
        // Anything.
        ("*", "en"), ("fr, *;q=0.5", "fr"), ("fr;q=0.1, *;q=0.5", "en"), ("ja, *;q=0.5", "en"),
        ("*;q=0, fr;q=0.1", "fr"),
    ])
    func choosesWhatTheClientLikesBest(accepted: String, expected: String) {
        #expect(Self.choose(accepted, ["en", "de", "fr", "pt-BR"]) == expected)
    }

    @Test(arguments: [
        ("de", [], "en"), ("de", ["fr"], "fr"), ("", ["fr"], "fr"), ("", ["fr", "de"], "fr"),
        ("de", ["fr", "de"], "de"),
        ("*", ["fr", "de"], "fr"), ("ja", ["fr", "de"], "fr"), ("de-AT", ["fr", "de", "de-AT"], "de-AT"),
        ("de-AT", ["de-CH", "de"], "de"),
    ])
    func theFirstOfTheSiteStandsIn(accepted: String, offered: [String], expected: String) {
        #expect(Self.choose(accepted, offered) == expected)
    }

    @Test func aRequestWithoutTheFieldGetsTheFirst() {
        let bytes = Array("de".utf8)
        #expect(LanguagePolicy.choose(.none, in: bytes.span, offered: ["fr", "de"]) == "fr")
    }

    @Test(arguments: 0..<4) func whateverIsSentTheAnswerIsOneOfTheSites(seed: Int) {
        var random = RepeatableGenerator(seed: UInt64(seed))
        let offered = ["en", "de", "pt-BR"]
        let pieces = ["de", "en", "pt", "-", "BR", "*", ";", "q=", "0.5", "1", ",", " ", "\t", "é", "x", "=", "q"]
        var chosen: Set<String> = []
        for _ in 0..<500 {
            let count = Int.random(in: 0..<12, using: &random)
            let accepted = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let language = Self.choose(accepted, offered)
            #expect(offered.contains(language), "\(accepted)")
            chosen.insert(language)
        }
        #expect(chosen.isSuperset(of: ["en", "de"]))
    }
}
