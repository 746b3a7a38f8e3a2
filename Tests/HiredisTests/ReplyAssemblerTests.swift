import Hiredis
import Testing

@Suite("Whole replies are put together from their parts")
struct ReplyAssemblerTests {
    @Test(
        "each kind of reply, in pieces of any size",
        arguments: [
            ("+OK\r\n", .status("OK")),
            ("-ERR no\r\n", .error("ERR no")),
            (":-7\r\n", .integer(-7)),
            ("$5\r\nhello\r\n", .text("hello")),
            ("$0\r\n\r\n", .text("")),
            ("$-1\r\n", .null),
            ("*-1\r\n", .null),
            ("*0\r\n", .array([])),
            ("*2\r\n*0\r\n:1\r\n", .array([.array([]), .integer(1)])),
            (
                "*2\r\n*2\r\n$1\r\na\r\n*1\r\n*2\r\n$1\r\nb\r\n$-1\r\n$1\r\nc\r\n",
                .array([.array([.text("a"), .array([.array([.text("b"), .null])])]), .text("c")])
            ),
        ] as [(String, RedisReply)]
    )
    func replies(text: String, expected: RedisReply) throws {
        for size in [1, 3, 1000] {
            let assembler = ReplyAssembler()
            let reader = ReplyReader(visitor: assembler, maximumReplyBytes: 1 << 20)
            var rest = Array((text + text).utf8)[...]
            var replies: [RedisReply] = []
            while !rest.isEmpty {
                try reader.feed(Array(rest.prefix(size)).span.bytes)
                rest = rest.dropFirst(size)
                while try reader.next() == .reply { replies.append(try #require(assembler.take())) }
            }
            #expect(replies == [expected, expected])
        }
    }

    @Test("a value keeps its bytes, whether they are text or not")
    func bytes() throws {
        for value: [UInt8] in [[], [0x61, 0xc3, 0xa9], [0xff, 0, 0x0d, 0x0a], [0xc3], Array(0...255)] {
            let assembler = ReplyAssembler()
            let reader = ReplyReader(visitor: assembler, maximumReplyBytes: 1 << 20)
            let reply = Array("$\(value.count)\r\n".utf8) + value + Array("\r\n".utf8)
            try reader.feed(reply.span.bytes)
            #expect(try reader.next() == .reply)
            let whole = try #require(assembler.take())
            #expect(whole.value == value)
            #expect(whole.text == String(decoding: value, as: UTF8.self))
        }
    }
}
