import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Gateway

/// What a reader makes of a message.
private struct Message: Equatable {
    var method: String
    var target: String
    var fields: [String]
    var body: [UInt8]
}

/// Compares the reader with llhttp, which may accept more and must never understand another message.
@Suite struct RequestReaderDifferentialTests {
    private static let lines = [
        "GET / HTTP/1.1", "POST /a?b=c HTTP/1.1", "HEAD http://b/c HTTP/1.1", "PUT /x%2f HTTP/1.0",
        "OPTIONS * HTTP/1.1",
        "GET  / HTTP/1.1", "GET /", "DELETE /a HTTP/1.1 ", "POST /\u{e9} HTTP/1.1", "get / HTTP/1.1",
        "PATCH /?? HTTP/1.1",
    ]
    private static let fields = [
        "Host: a", "Host: a.b:80", "host:a", "Content-Length: 5", "Content-Length: 5", "content-length:5 ",
        "Content-Length: 0",
        "Content-Length: 05", "Content-Length: 5,5", "Content-Length: 9999999999999999999",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked", "transfer-encoding:\tchunked", "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: xchunked", "Transfer-Encoding: gzip", "Connection: close", "Connection: keep-alive, x",
        "Expect: 100-continue", "Cookie: a=b; c=d", "x: y", "x:", "x:  \u{e9}\t\u{fc} ", " folded", "\tfolded: x",
        "x : y", ": y",
        "Accept: a, b", "x: \"q\"", "Keep-Alive: 5", "Proxy-Connection: close", "x:y:z",
    ]
    private static let ends = ["\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\r\n"]

    private static func message(_ random: inout RepeatableGenerator) -> [UInt8] {
        var text = Int.random(in: 0..<12, using: &random) == 0 ? "\r\n" : ""
        text += Self.lines.randomElement(using: &random) ?? ""
        // Most messages are good but for one thing, so that both readers get far.
        let isClean = Int.random(in: 0..<3, using: &random) > 0
        func end(_ random: inout RepeatableGenerator) -> String {
            isClean ? "\r\n" : Self.ends.randomElement(using: &random) ?? ""
        }
        text += end(&random)
        if Int.random(in: 0..<8, using: &random) > 0 { text += "Host: a\r\n" }
        for _ in 0..<Int.random(in: 0..<5, using: &random) {
            text += (Self.fields.randomElement(using: &random) ?? "") + end(&random)
        }
        text += end(&random)
        var bytes = Array(text.utf8)
        for _ in 0..<[0, 0, 0, 1, 1, 2, 4][Int.random(in: 0..<7, using: &random)] {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let byte =
                Bool.random(using: &random)
                ? UInt8.random(in: 0...255, using: &random)
                : Array("\r\n\t :;,/?#%\0\u{7f}5c".utf8).randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = byte
            case 1: bytes.insert(byte, at: place)
            default: if bytes.count > 1 { bytes.remove(at: place) }
            }
        }
        return bytes
    }

    /// What llhttp makes of the bytes; nil when it refuses them or waits for more.
    private static func llhttp(_ bytes: [UInt8]) -> Message? {
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        do {
            try channel.pipeline.syncOperations.addHandler(
                ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
            )
            try channel.writeInbound(ByteBuffer(bytes: bytes))
            var message: Message?
            while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
                switch part {
                case .head(let head):
                    message = Message(
                        method: head.method.rawValue,
                        target: head.uri,
                        fields: head.headers.map { "\($0.name): \(Self.trimmed($0.value))" },
                        body: []
                    )
                case .body(let piece): message?.body += piece.readableBytesView
                case .end: return message
                }
            }
            return nil
        } catch { return nil }
    }

    /// llhttp leaves the white space behind a value to its user (RFC 9112, section 5.1).
    private static func trimmed(_ value: String) -> String {
        var text = value[...]
        while text.utf8.last == .space || text.utf8.last == .tab { text.removeLast() }
        return String(text)
    }

    private static func ours(_ bytes: [UInt8], _ head: RequestHead) -> Message {
        let span = bytes.span
        var fields: [String] = []
        var walk = HeaderFields(of: head)
        while let field = walk.next(in: span) {
            fields.append("\(span.string(at: field.name)): \(span.string(at: field.value))")
        }
        let lineStart = head.methodName.range.upperBound + 1
        let target = ByteRange(offset: lineStart, length: head.fieldsOffset - 2 - 9 - lineStart)
        return Message(
            method: span.string(at: head.methodName),
            target: span.string(at: target),
            fields: fields,
            body: []
        )
    }

    @Test(arguments: 0..<8) func acceptsNothingThatLlhttpReadsInAnotherWay(seed: Int) throws {
        var random = RepeatableGenerator(seed: UInt64(seed) &+ 1)
        let reader = RequestReader(limits: RequestLimits())
        var accepted = 0
        for _ in 0..<4000 {
            var bytes = Self.message(&random)
            let read: RequestHead?
            do throws(RequestRefusal) { read = try reader.read(bytes.span) } catch { continue }
            // llhttp knows a list of methods, and the reader any.
            guard let head = read, head.method != .other else { continue }
            accepted += 1
            bytes.removeLast(bytes.count - head.length)
            var expected = Self.ours(bytes, head)
            switch head.body {
            case .none: break
            case .length(let length):
                guard length < 10_000 else { continue }
                expected.body = Array(repeating: 0x78, count: length)
                bytes += expected.body
            case .chunked:
                expected.body = Array("abc".utf8)
                bytes += Array("3\r\nabc\r\n0\r\n\r\n".utf8)
            }
            #expect(Self.llhttp(bytes) == expected, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
        #expect(accepted > 200)
    }

    @Test(arguments: 0..<4) func aHeadIsReadTheSameInPieces(seed: Int) {
        var random = RepeatableGenerator(seed: UInt64(seed) &+ 100)
        let reader = RequestReader(limits: RequestLimits())
        func outcome(_ bytes: some Collection<UInt8>) -> Result<RequestHead?, RequestRefusal> {
            do throws(RequestRefusal) { return .success(try reader.read(Array(bytes).span)) } catch {
                return .failure(error)
            }
        }
        for _ in 0..<150 {
            let bytes = Self.message(&random)
            let whole = outcome(bytes)
            // The first decision on a growing prefix is the decision on the whole.
            var inPieces = Result<RequestHead?, RequestRefusal>.success(nil)
            for length in 0...bytes.count {
                inPieces = outcome(bytes.prefix(length))
                if case .success(nil) = inPieces { continue }
                break
            }
            #expect(inPieces == whole, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
    }

    /// The chunked body's reader against llhttp's: the same content, or a refusal.
    @Test(arguments: 0..<8) func chunkedBodiesAreReadAsLlhttpReadsThem(seed: Int) {
        var random = RepeatableGenerator(seed: UInt64(seed) &+ 1000)
        let pieces = [
            "3\r\nabc\r\n", "A\r\n0123456789\r\n", "1;x=y\r\nz\r\n", "2;x=\"a\\\"b\"\r\nhi\r\n", "0\r\n", "\r\n",
            "x: y\r\n", "3\r\nabcd\r\n",
            "g\r\n", "3\nabc\r\n", "3 \r\nabc\r\n", "003\r\nabc\r\n", ";x\r\n", "3;\r\nabc\r\n", "1;a;b\r\nq\r\n",
        ]
        var accepted = 0
        for _ in 0..<1500 {
            var text = ""
            for _ in 0..<Int.random(in: 0..<4, using: &random) { text += pieces.randomElement(using: &random) ?? "" }
            text += Int.random(in: 0..<4, using: &random) == 0 ? "0\r\nx: y\r\n\r\n" : "0\r\n\r\n"
            var bytes = Array(text.utf8)
            if Int.random(in: 0..<2, using: &random) == 0 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let (content, length) = ChunkedBodyStateMachineTests.decode([bytes]) else { continue }
            accepted += 1
            let head = Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
            let message = Self.llhttp(head + bytes.prefix(length))
            #expect(message?.body == content, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
        #expect(accepted > 100)
    }
}
