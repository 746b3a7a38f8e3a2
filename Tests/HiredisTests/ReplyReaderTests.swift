import Hiredis
import Testing

@Suite struct ReplyReaderTests {
    static let cases: [(bytes: String, events: [Event])] = [
        ("+OK\r\n", [.string("OK", .status, 0), .end]),
        ("-WRONGTYPE of key\r\n", [.string("WRONGTYPE of key", .error, 0), .end]),
        (":-42\r\n", [.integer(-42, 0), .end]),
        (":9223372036854775807\r\n", [.integer(.max, 0), .end]),
        ("$3\r\na\r\n\r\n", [.string("a\r\n", .value, 0), .end]),
        ("$0\r\n\r\n", [.string("", .value, 0), .end]),
        ("$-1\r\n", [.null(0), .end]),
        ("*-1\r\n", [.null(0), .end]),
        ("*0\r\n", [.array(0, 0), .end]),
        ("*2\r\n$1\r\na\r\n$-1\r\n", [.array(2, 0), .string("a", .value, 1), .null(1), .end]),
        (
            "*2\r\n*1\r\n:1\r\n-ERR x\r\n+OK\r\n",
            [
                .array(2, 0), .array(1, 1), .integer(1, 2), .string("ERR x", .error, 1), .end,
                .string("OK", .status, 0), .end,
            ]
        ),
    ]

    @Test(arguments: cases.indices)
    func readsRepliesHoweverTheyAreCut(index: Int) throws {
        let (text, events) = Self.cases[index]
        let bytes = Array(text.utf8)
        for size in 1...bytes.count {
            let recorder = Recorder()
            let reader = ReplyReader(visitor: recorder, maximumReplyBytes: 1 << 20)
            for start in stride(from: 0, to: bytes.count, by: size) {
                try reader.feed(bytes[start..<min(start + size, bytes.count)].span.bytes)
                while try reader.next() == .reply { recorder.events.append(.end) }
            }
            #expect(recorder.events == events, "in pieces of \(size)")
        }
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n\r\n", "$abc\r\n", "$-2\r\n", "*-2\r\n", ":12x\r\n", "*99999999999999\r\n",
        ":\r\n", "?\r\n", String(repeating: "*1\r\n", count: 12),
    ])
    func refusesWhatIsNoReply(text: String) throws {
        let reader = ReplyReader(visitor: Recorder(), maximumReplyBytes: 1 << 20)
        try reader.feed(Array(text.utf8).span.bytes)
        #expect(throws: ReplyError(code: .malformed, message: "")) { while try reader.next() == .reply {} }
        // It stays refused.
        #expect(throws: ReplyError(code: .malformed, message: "")) { try reader.next() }
        #expect(throws: ReplyError(code: .malformed, message: "")) { try reader.feed(Array("+OK\r\n".utf8).span.bytes) }
    }

    @Test func boundsTheBytesOfAReplyThatDoesNotEnd() throws {
        let reader = ReplyReader(visitor: Recorder(), maximumReplyBytes: 1000)
        try reader.feed(Array("$100000000\r\n".utf8).span.bytes)
        let chunk = [UInt8](repeating: 0x78, count: 400)
        try reader.feed(chunk.span.bytes)
        try reader.feed(chunk.span.bytes)
        #expect(try reader.next() == .needsMore)
        #expect(throws: ReplyError(code: .tooLarge, message: "")) { try reader.feed(chunk.span.bytes) }
    }

    @Test func doesNotCountWhatHasBeenRead() throws {
        let recorder = Recorder()
        let reader = ReplyReader(visitor: recorder, maximumReplyBytes: 5000)
        let reply = Array("$2000\r\n".utf8) + [UInt8](repeating: 0x78, count: 2000) + Array("\r\n".utf8)
        for _ in 0..<100 {
            try reader.feed(reply.span.bytes)
            #expect(try reader.next() == .reply)
            #expect(try reader.next() == .needsMore)
        }
        #expect(recorder.events.count == 100)
    }

    @Test func readsWhatItPrinted() throws {
        var generator = SplitMix(state: 7)
        for _ in 0..<300 {
            var bytes: [UInt8] = []
            var events: [Event] = []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                Self.makeReply(depth: 0, into: &bytes, &events, using: &generator)
                events.append(.end)
            }
            let recorder = Recorder()
            let reader = ReplyReader(visitor: recorder, maximumReplyBytes: 1 << 20)
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...40, using: &generator))
                rest = rest.dropFirst(piece.count)
                try reader.feed(piece.span.bytes)
                while try reader.next() == .reply { recorder.events.append(.end) }
            }
            #expect(recorder.events == events)
        }
    }

    @Test func survivesNoise() {
        var generator = SplitMix(state: 11)
        let alphabet = Array("+-:$*\r\n0123456789ab".utf8)
        for _ in 0..<3000 {
            let reader = ReplyReader(visitor: Recorder(), maximumReplyBytes: 1 << 16)
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...60, using: &generator) {
                bytes.append(alphabet.randomElement(using: &generator) ?? 0)
            }
            do {
                try reader.feed(bytes.span.bytes)
                while try reader.next() == .reply {}
            } catch {
                #expect(error == ReplyError(code: .malformed, message: ""))
            }
        }
    }

    private static func makeReply(
        depth: Int,
        into bytes: inout [UInt8],
        _ events: inout [Event],
        using generator: inout SplitMix
    ) {
        switch Int.random(in: 0...(depth < 4 ? 5 : 4), using: &generator) {
        case 0:
            let text = String(Int.random(in: 0...1_000_000, using: &generator), radix: 36)
            bytes += Array("+\(text)\r\n".utf8)
            events.append(.string(text, .status, depth))
        case 1:
            let number = Int64.random(in: .min ... .max, using: &generator)
            bytes += Array(":\(number)\r\n".utf8)
            events.append(.integer(number, depth))
        case 2:
            bytes += Array("$-1\r\n".utf8)
            events.append(.null(depth))
        case 3, 4:
            let text = String(repeating: "\r\n*$", count: Int.random(in: 0...8, using: &generator))
            bytes += Array("$\(text.utf8.count)\r\n\(text)\r\n".utf8)
            events.append(.string(text, .value, depth))
        default:
            let count = Int.random(in: 0...4, using: &generator)
            bytes += Array("*\(count)\r\n".utf8)
            events.append(.array(count, depth))
            for _ in 0..<count { self.makeReply(depth: depth + 1, into: &bytes, &events, using: &generator) }
        }
    }
}

/// What a visitor was told; `end` stands between replies.
enum Event: Equatable {
    case string(String, ReplyStringKind, Int)
    case integer(Int64, Int)
    case null(Int)
    case array(Int, Int)
    case end
}

private final class Recorder: ReplyVisitor {
    var events: [Event] = []

    func visit(string: RawSpan, kind: ReplyStringKind, depth: Int) {
        let text = string.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        self.events.append(.string(text, kind, depth))
    }

    func visit(integer: Int64, depth: Int) {
        self.events.append(.integer(integer, depth))
    }

    func visitNull(depth: Int) {
        self.events.append(.null(depth))
    }

    func visit(arrayOf count: Int, depth: Int) {
        self.events.append(.array(count, depth))
    }
}

/// A generator with a seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var word = self.state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}
