import NIOCore
import Testing

@testable import Gateway

@Suite struct AnswerBlockTests {
    private static func random(_ generator: inout RepeatableGenerator) -> AnswerBlock {
        let pieces = ["a", "b c", "ä", "🍋", "\"x\"", ";", ",", ": ", "\t"]
        func text() -> String {
            (0..<Int.random(in: 0...9, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
                .joined()
        }
        func lines() -> ByteBuffer {
            AnswerHead.lines(
                of: (0..<Int.random(in: 0...4, using: &generator)).map { ("X-\($0)", text()) }
            )
        }
        if Bool.random(using: &generator) {
            let names = (0..<Int.random(in: 1...AnswerVariants.limit, using: &generator)).map { "x-\($0)" }
            return .variants(AnswerVariants(names: names, generation: generator.next()))
        }
        return .answer(
            AnswerHead(
                bornAt: Instant(milliseconds: .random(in: 0...4_000_000_000_000, using: &generator)),
                forbidsStale: Bool.random(using: &generator),
                lines: lines(),
                ownLines: lines()
            ),
            content: ByteBuffer(
                bytes: (0..<Int.random(in: 0...300, using: &generator)).map { UInt8(truncatingIfNeeded: $0) }
            )
        )
    }

    @Test("what is written is read again")
    func roundTrip() throws {
        var generator = RepeatableGenerator(seed: 1)
        for _ in 0..<2000 {
            let block = Self.random(&generator)
            let bytes = block.encoded()
            switch (block, try #require(AnswerBlock(bytes))) {
            case (.answer(let head, let content), .answer(let readHead, let readContent)):
                #expect(head.bornAt == readHead.bornAt)
                #expect(head.forbidsStale == readHead.forbidsStale)
                #expect(head.lines == readHead.lines)
                #expect(head.ownLines == readHead.ownLines)
                #expect(head.fields.map(\.value) == readHead.fields.map(\.value))
                #expect(content == readContent)
            case (.variants(let variants), .variants(let readVariants)): #expect(variants == readVariants)
            default: Issue.record("another form")
            }
            #expect(AnswerBlock(bytes)?.hasSoundLines == true)
        }
    }

    @Test("bytes that were changed or cut are read without harm, and send nothing that is no header")
    func fuzz() throws {
        var generator = RepeatableGenerator(seed: 2)
        for _ in 0..<20_000 {
            var bytes = Array(Self.random(&generator).encoded().readableBytesView)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                switch Int.random(in: 0...2, using: &generator) {
                case 0 where !bytes.isEmpty:
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                        in: 0...255,
                        using: &generator
                    )
                case 1: bytes.removeLast(min(bytes.count, Int.random(in: 0...20, using: &generator)))
                default:
                    bytes.insert(
                        UInt8.random(in: 0...255, using: &generator),
                        at: Int.random(in: 0...bytes.count, using: &generator)
                    )
                }
            }
            guard let block = AnswerBlock(ByteBuffer(bytes: bytes)) else { continue }
            switch block {
            case .variants(let variants): #expect((1...AnswerVariants.limit).contains(variants.names.count))
            case .answer(let head, _):
                _ = head.fields
                if block.hasSoundLines {
                    for field in head.fields {
                        #expect(ResponseHead.isToken(field.name))
                        #expect(ResponseHead.isFieldValue(field.value))
                    }
                    // What is read of sound lines makes the same lines, so that none is hidden.
                    if String(validating: head.lines.readableBytesView, as: UTF8.self) != nil {
                        #expect(AnswerHead.lines(of: head.fields) == head.lines)
                    }
                }
            }
        }
    }

    @Test(
        "header lines",
        arguments: [
            ("", true), ("A: b\r\n", true), ("A: \r\n", true), ("A: b\tc\r\nD: e\r\n", true), ("A:b\r\n", false),
            ("A: b", false), ("A: b\r", false), ("A: b\n", false), ("A: b\r\n\r\n", false), (": b\r\n", false),
            ("A B: c\r\n", false), ("A: b\u{0}\r\n", false), ("A: b\r\nC", false), ("A: b\rC: d\r\n", false),
        ]
    )
    func lines(text: String, areSound: Bool) {
        #expect(AnswerHead.areLines(ByteBuffer(string: text).readableBytesUInt8Span) == areSound)
    }
}
