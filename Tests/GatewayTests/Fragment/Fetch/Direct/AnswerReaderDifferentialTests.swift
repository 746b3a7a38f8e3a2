import Curl
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Gateway

/// Compares the reader with llhttp, which may refuse more and must never understand another answer.
@Suite struct AnswerReaderDifferentialTests {
    private struct Message: Equatable {
        var status = 0
        var body = ""
    }

    private static let starts = [
        "HTTP/1.1 200 OK", "HTTP/1.0 200 OK", "HTTP/1.1 404 Not Found", "HTTP/1.1 204 No Content",
        "HTTP/1.1 304 Not Modified", "HTTP/1.1 200", "HTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\nHTTP/1.1 200 OK",
        "HTTP/1.1 599 ?", "HTTP/2 200 OK",
    ]
    private static let fields = [
        "Content-Length: 5", "Content-Length: 0", "Content-Length: 05", "Content-Length: 5, 5",
        "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Connection: close", "Connection: keep-alive",
        "Content-Type: text/html", " folded", "X:", "X: \u{e9}", "Transfer-Encoding : chunked", "Content-Length : 5",
    ]
    private static let bodies = [
        "hello", "5\r\nhello\r\n0\r\n\r\n", "0\r\n\r\n", "5;x=\"y\"\r\nhello\r\n0\r\nX: 1\r\n\r\n", "",
        "005\r\nhello\r\n0\r\n\r\n",
        "5\nhello\n0\n\n",
    ]

    /// What llhttp makes of the bytes up to their end, which is the connection's; nil when it refuses them.
    private static func llhttp(_ bytes: [UInt8]) -> Message? {
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish() }
        do {
            try channel.pipeline.syncOperations.addHandlers([
                HTTPRequestEncoder(), ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)),
            ])
            let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: ["Host": "a"])
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            channel.write(HTTPClientRequestPart.end(nil), promise: nil)
            channel.flush()
            try channel.writeInbound(ByteBuffer(bytes: bytes))
            channel.pipeline.fireChannelInactive()
            try channel.throwIfErrorCaught()
            var message = Message()
            while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
                switch part {
                case .head(let head): message.status = Int(head.status.code)
                case .body(let bytes): message.body += String(buffer: bytes)
                case .end: return message
                }
            }
            return nil
        } catch {
            return nil
        }
    }

    @Test(arguments: 0..<8) func understandsNoOtherAnswer(seed: Int) throws {
        var random = RepeatableGenerator(seed: UInt64(seed) &+ 1)
        var agreed = 0
        for _ in 0..<4000 {
            let head = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                Self.fields.randomElement(using: &random) ?? ""
            }
            var bytes = Array(
                ([Self.starts.randomElement(using: &random) ?? ""] + head).joined(separator: "\r\n").utf8
            )
            bytes += Array(("\r\n\r\n" + (Self.bodies.randomElement(using: &random) ?? "")).utf8)
            if Bool.random(using: &random), !bytes.isEmpty {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                bytes[position] = [9, 10, 13, 0, 32, 58, 44, 48, 127, 255].randomElement(using: &random) ?? 0
            }
            let pieces = [Int.random(in: 1...bytes.count, using: &random), Int.random(in: 1...9, using: &random)]
            let answer: ReadAnswer?
            do throws(TransferError) { answer = try ReadAnswer.read(bytes, pieces: pieces) } catch { continue }
            guard let answer, let other = Self.llhttp(bytes) else { continue }
            agreed += 1
            let text = String(decoding: bytes, as: UTF8.self).debugDescription
            #expect(Message(status: answer.status, body: answer.body) == other, "\(text)")
        }
        // Else nothing would have been compared.
        #expect(agreed > 300)
    }
}
