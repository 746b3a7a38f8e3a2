/// Texts of the kinds that compressors meet, the same ones at every run.
package enum SampleTexts {
    private static let words = """
        the gateway composes a page from fragments of services and keeps what it may organic roses mug linen ash \
        delivery tomorrow basket add workshop kiln seats left price members öffnen élève 日本語 🌹 ceramic wool
        """.split(separator: " ")

    /// Prose with markup, of at least so many bytes.
    package static func markup(_ count: Int, using generator: inout some RandomNumberGenerator) -> [UInt8] {
        var text: [UInt8] = []
        while text.count < count {
            let number = Int.random(in: 0..<10_000, using: &generator)
            text += Array("<article class=\"card\" id=\"item-\(number)\"><h3>".utf8)
            for _ in 0..<Int.random(in: 1..<20, using: &generator) {
                text += Array(Self.words[Int.random(in: 0..<Self.words.count, using: &generator)].utf8) + [0x20]
            }
            text += Array("</h3></article>\n".utf8)
        }
        return text
    }

    /// Bytes that nothing makes smaller.
    package static func noise(_ count: Int, using generator: inout some RandomNumberGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// A text of any kind: empty, of one byte, small, large, noise, or one byte repeated.
    package static func any(using generator: inout some RandomNumberGenerator) -> [UInt8] {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0, 1: []
        case 2, 3: Self.noise(1, using: &generator)
        case 4: Self.noise(Int.random(in: 1..<5000, using: &generator), using: &generator)
        case 5: [UInt8](repeating: 0x61, count: Int.random(in: 1..<70_000, using: &generator))
        case 6: Self.markup(300_000, using: &generator)
        case 7: Self.markup(Int.random(in: 20_000..<80_000, using: &generator), using: &generator)
        default: Self.markup(Int.random(in: 1..<4000, using: &generator), using: &generator)
        }
    }
}

/// A random number generator with a seed, so that a failure can be repeated (xorshift64*).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        self.state = seed &* 2 &+ 1
    }

    package mutating func next() -> UInt64 {
        self.state ^= self.state >> 12
        self.state ^= self.state << 25
        self.state ^= self.state >> 27
        return self.state &* 0x2545_f491_4f6c_dd1d
    }
}
