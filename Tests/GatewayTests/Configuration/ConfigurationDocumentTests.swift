import Testing

@testable import Gateway

@Suite struct ConfigurationDocumentTests {
    /// Nine lists, each of nine times the one before.
    private static func laughs(as use: String) -> String {
        var text = "site:\n  a0: &a0 [\"ha\", \"ha\", \"ha\", \"ha\", \"ha\", \"ha\", \"ha\", \"ha\", \"ha\"]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "  a\(level): &a\(level) [\(aliases)]\n"
        }
        return text + use
    }

    @Test func aliasesOfAliasesAreTooMany() {
        #expect(
            ConfigurationSamples.mistakes(Self.laughs(as: ConfigurationSamples.smallest))
                == "gateway.yaml:3:12: too many aliases for a file of this size; write the values out"
        )
    }

    @Test func aliasesOfAliasesAsKeysAreTooMany() {
        #expect(
            ConfigurationSamples.mistakes(Self.laughs(as: "  ? *a9\n  : x\n" + ConfigurationSamples.smallest))
                == "gateway.yaml:3:12: too many aliases for a file of this size; write the values out"
        )
    }

    @Test func whatAliasesStandForIsCounted() {
        let list = "[" + Array(repeating: "x", count: 20_000).joined(separator: ",") + "]"
        let text = "site: { a: &a \(list), b: [*a, *a, *a, *a, *a, *a] }\n" + ConfigurationSamples.smallest
        let mistakes = ConfigurationSamples.mistakes(text)
        #expect(mistakes.contains("more than 100000 values, counting what aliases stand for; write fewer"))
        #expect(mistakes.split(separator: "\n").count == 1)
    }

    @Test(arguments: ["[", "{", "[{a: ", "- ", "? ", "{? "])
    func deepNestingIsRefused(opener: String) {
        let text = String(repeating: opener, count: 1_000_000 / opener.utf8.count)
        #expect(ConfigurationSamples.mistakes(text).hasPrefix("gateway.yaml:1:"))
    }

    @Test func deepIndentationIsRefused() {
        let text = (0..<1200).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        #expect(ConfigurationSamples.mistakes(text).contains("Maximum nesting level reached"))
    }

    @Test func freeValuesHaveADepth() {
        let text = "site: { a: \(String(repeating: "[", count: 40))\(String(repeating: "]", count: 40)) }\n"
        let mistakes = ConfigurationSamples.mistakes(text + ConfigurationSamples.smallest)
        #expect(mistakes.contains("is nested more than 32 deep; make it flatter"))
    }

    @Test func aLargeFileIsRefused() {
        let text = String(repeating: "# much\n", count: 200_000) + ConfigurationSamples.smallest
        #expect(
            ConfigurationSamples.mistakes(text)
                == "gateway.yaml: the file is larger than 1MB; a configuration is smaller"
        )
    }

    @Test(arguments: ["\u{0}", "\u{7}", "\u{1B}", "\u{FFFE}"])
    func charactersThatYAMLDoesNotKnowAreRefused(character: String) {
        let mistakes = ConfigurationSamples.mistakes("domain: a\nsite: { name: \"ü\(character)\" }\n")
        #expect(mistakes.hasPrefix("gateway.yaml:2:17: this is not YAML: control characters are not allowed; "))
    }
}
