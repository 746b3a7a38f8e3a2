import Testing

@testable import Gateway

@Suite struct ChunkedBodyStateMachineTests {
    /// The content of a body given in pieces, and how many bytes the coding took; nil when it is refused or not whole.
    static func decode(_ pieces: [[UInt8]]) -> (content: [UInt8], length: Int)? {
        var machine = ChunkedBodyStateMachine()
        var content: [UInt8] = []
        var before = 0
        for piece in pieces {
            var cursor = 0
            reading: while true {
                guard let output = try? machine.next(piece.span, cursor: &cursor) else { return nil }
                switch output {
                case .content(let run): content += piece[run.range]
                case .needsMore:
                    #expect(cursor == piece.count)
                    break reading
                case .finished: return (content, before + cursor)
                }
            }
            before += piece.count
        }
        return nil
    }

    private static let good: [(String, String)] = [
        ("0\r\n\r\n", ""), ("3\r\nabc\r\n0\r\n\r\n", "abc"), ("000\r\n\r\n", ""),
        ("a\r\n0123456789\r\n1\r\nx\r\n0\r\n\r\n", "0123456789x"),
        ("B\r\n\r\n0\r\n\r\nabcd\r\n0\r\n\r\n", "\r\n0\r\n\r\nabcd"),
        ("3;a\r\nabc\r\n0;b=c;d=\"e\\\"f;\"\r\n\r\n", "abc"),
        ("1\r\na\r\n0\r\nx: y\r\nz:\r\n\r\n", "a"),
    ]

    @Test(arguments: Self.good.indices) func readsGoodBodies(index: Int) throws {
        let (text, expected) = Self.good[index]
        let bytes = Array(text.utf8)
        let result = try #require(Self.decode([bytes + Array("GET".utf8)]))
        #expect(result.content == Array(expected.utf8))
        #expect(result.length == bytes.count)
        #expect(Self.decode(bytes.map { [$0] })?.content == Array(expected.utf8))
        for split in 0...bytes.count {
            #expect(Self.decode([Array(bytes[..<split]), Array(bytes[split...])])?.content == Array(expected.utf8))
        }
    }

    @Test(arguments: [
        "\r\n", "x\r\n", " 3\r\nabc\r\n", "3 \r\nabc\r\n", "3\nabc\r\n", "3\rabc\r\n", "3\r\nabcd\r\n", "3\r\nab\r\n0",
        "3\r\nabc\n0\r\n\r\n",
        "3\r\nabc\rx", "-3\r\nabc\r\n", "+3\r\nabc\r\n", "0x3\r\nabc\r\n", "1000000000000000\r\n",
        "fffffffffffffffff\r\n", "3;\r\nabc\r\n",
        "3; a\r\nabc\r\n", "3;a b\r\n", "3;=a\r\n", "3;a=\r\n", "3;a=\"b\r\n", "3;a=\"b\"c\r\n", "3;a\nabc\r\n",
        "3;a\0\r\n", "0\r\n\n", "0\r\nx\r\n",
        "0\r\n: x\r\n", "0\r\nx : y\r\n", "0\r\nx: y\n\r\n", "0\r\nx: \0\r\n", "0\r\n x: y\r\n", "0\r\n\rx",
    ])
    func refusesBadBodies(text: String) {
        let bytes = Array(text.utf8)
        func isRefused(_ pieces: [[UInt8]]) -> Bool {
            var machine = ChunkedBodyStateMachine()
            for piece in pieces {
                var cursor = 0
                reading: while true {
                    do {
                        switch try machine.next(piece.span, cursor: &cursor) {
                        case .content: continue
                        case .needsMore: break reading
                        case .finished: return false
                        }
                    } catch {
                        #expect(!error.reason.isEmpty)
                        return true
                    }
                }
            }
            return false
        }
        #expect(isRefused([bytes]))
        #expect(isRefused(bytes.map { [$0] }))
    }

    @Test func extensionsAndTrailersAreBounded() {
        let long = String(repeating: "a", count: 17_000)
        #expect(Self.decode([Array("1;\(long)\r\na\r\n0\r\n\r\n".utf8)]) == nil)
        #expect(Self.decode([Array("0\r\nx: \(long)\r\n\r\n".utf8)]) == nil)
        let many = String(repeating: "1;abcdefgh\r\na\r\n", count: 3000)
        #expect(Self.decode([Array("\(many)0\r\n\r\n".utf8)]) == nil)
    }

    @Test(arguments: 0..<8) func anySplitGivesTheSame(seed: Int) {
        var random = RepeatableGenerator(seed: UInt64(seed))
        for _ in 0..<200 {
            var coded: [UInt8] = []
            var content: [UInt8] = []
            for _ in 0..<Int.random(in: 0..<5, using: &random) {
                let chunk = (0..<Int.random(in: 1..<40, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                content += chunk
                coded += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)
            }
            coded += Array("0\r\n\r\n".utf8)
            var pieces: [[UInt8]] = []
            var rest = coded[...]
            while !rest.isEmpty {
                let length = Int.random(in: 1...min(rest.count, 9), using: &random)
                pieces.append(Array(rest.prefix(length)))
                rest = rest.dropFirst(length)
            }
            #expect(Self.decode(pieces)?.content == content)
            #expect(Self.decode([coded])?.content == content)
        }
    }
}
