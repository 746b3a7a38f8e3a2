/// Random numbers that are the same for the same seed (SplitMix64), so that a failure can be had again.
struct SeededRandom: RandomNumberGenerator {
    /// Where the sequence stands.
    private var state: UInt64

    /// The sequence of a seed.
    init(seed: UInt64) { state = seed }

    /// The next number.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Whether a coin with so many sides fell on the first one.
    mutating func chance(of sides: Int) -> Bool { Int.random(in: 0..<sides, using: &self) == 0 }

    /// One of the elements; the list is not empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &self)]
    }

    /// A text of pieces that parsers find interesting.
    mutating func text(of pieces: [String], upTo count: Int) -> String {
        (0..<Int.random(in: 0...count, using: &self)).map { _ in pick(pieces) }.joined()
    }

    /// A text of any characters, with many that encodings find interesting.
    mutating func anyText(upTo count: Int) -> String {
        let pieces = [
            "a", "B", "7", " ", "%", "+", "&", "=", "/", "?", "\"", "\\", "é", "e\u{301}", "日", "🌹", "\n", "\u{7F}",
            "\u{0}", "<", ";", ",", "~", "%41",
        ]
        return text(of: pieces, upTo: count)
    }

    /// A name as services and types have them.
    mutating func name() -> String {
        pick(["a", "cart", "z"]) + text(of: ["a", "b", "-", "0", "9"], upTo: 6)
    }

    /// The text with a few of its bytes changed, taken out, doubled or put in.
    mutating func mutated(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &self) {
            let place = Int.random(in: 0...bytes.count, using: &self)
            switch Int.random(in: 0..<4, using: &self) {
            case 0 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &self)
            case 1 where place < bytes.count: bytes.remove(at: place)
            case 2 where place < bytes.count: bytes.removeSubrange(place...)
            default: bytes.insert(UInt8(ascii: pick(["\"", ",", "=", "%", "{", "}", ";", " "])), at: place)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
