import Testing

@testable import Gateway

/// A generator whose numbers follow from its seed (SplitMix64).
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

@Suite struct ConfigurationFuzzTests {
    private static let pieces = [
        "\n", "  ", "\t", ":", ": ", ",", "[", "]", "{", "}", "&a ", "*a", "\"", "'", "#", "|", ">", "- ", "? ", "!x ",
        "%",
        "---\n", "...\n", "${", "${PORT}", "}", "$${", "<<: ", "~", "null", "true", "0", "-1", "99999999999999999999",
        "1ms",
        "1GB", "*", "/", "..", "{slug}", "unix:/", "http://", "redis://", "@", "\\", "\u{0}", "\u{FEFF}", "ü", "😀",
        "\r",
    ]

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func mutatedFilesAreReadOrRefused(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        for _ in 0..<150 {
            var text = Array(ConfigurationSamples.everything.unicodeScalars)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                Self.mutate(&text, using: &generator)
            }
            var mutated = ""
            mutated.unicodeScalars.append(contentsOf: text)
            Self.check(mutated)
        }
    }

    private static func mutate(_ text: inout [Unicode.Scalar], using generator: inout SeededGenerator) {
        let place = Int.random(in: 0...text.count, using: &generator)
        let end = min(text.count, place + Int.random(in: 0...30, using: &generator))
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: text.removeSubrange(place..<end)
        case 1: text.insert(contentsOf: text[place..<end], at: Int.random(in: 0...text.count, using: &generator))
        case 2: text.removeLast(Int.random(in: 0...text.count / 4, using: &generator))
        case 3 where place < text.count: text.swapAt(place, Int.random(in: 0..<text.count, using: &generator))
        default:
            let piece = pieces.randomElement(using: &generator) ?? ""
            text.replaceSubrange(place..<min(end, place + 3), with: piece.unicodeScalars)
        }
    }

    /// Whatever is read can be printed and read again; whatever is refused has mistakes of one line each within the file.
    private static func check(_ text: String) {
        do {
            let (configuration, effective) = try GatewayConfiguration.read(
                text: text,
                file: "gateway.yaml",
                environment: ConfigurationSamples.environment
            )
            #expect(!configuration.services.isEmpty)
            #expect(configuration.services.allSatisfy { !$0.upstreams.isEmpty })
            #expect(!effective.description.contains("iiiiiiii"))
        } catch {
            #expect(!error.errors.isEmpty)
            // libYAML puts what is missing at the end on a further line.
            let lines = text.unicodeScalars.count { ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains($0) } + 2
            for mistake in error.errors {
                #expect(mistake.message.split(whereSeparator: \.isNewline).count == 1)
                #expect(!mistake.message.contains("iiiiiiii"))
                if let position = mistake.position {
                    #expect((1...lines).contains(position.line) && position.column >= 1, "\(mistake) of \(lines) lines")
                }
            }
        }
    }
}
