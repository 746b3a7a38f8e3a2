import Curl
import Testing

@testable import Gateway

/// A whole answer, as its reader tells it.
struct ReadAnswer: Equatable, CustomStringConvertible {
    var status = 0
    var body = ""
    var keepsConnection = false
    /// Bytes that stand behind it.
    var left = 0

    var description: String { "\(status) \(body.debugDescription) \(keepsConnection ? "keep" : "close") +\(left)" }

    /// Reads bytes that arrive in pieces of the given sizes, the last one as often as needed, until the answer is whole.
    ///
    /// Nil when it is not whole at the end, which is also the connection's.
    static func read(_ bytes: [UInt8], pieces: [Int] = [.max]) throws(TransferError) -> ReadAnswer? {
        var reader = AnswerReader()
        var answer = ReadAnswer()
        var body: [UInt8] = []
        var unread: [UInt8] = []
        var offset = 0
        var piece = 0
        while offset < bytes.count {
            let size = min(pieces[min(piece, pieces.count - 1)], bytes.count - offset)
            unread += bytes[offset..<(offset + size)]
            offset += size
            piece += 1
            var cursor = 0
            reading: while true {
                switch try reader.next(unread.span, cursor: &cursor) {
                case .needsMore: break reading
                case .head(let head): answer.status = head.status
                case .content(let run): body += unread[run.range]
                case .finished:
                    answer.left = unread.count - cursor + bytes.count - offset
                    answer.keepsConnection = reader.keepsConnection
                    answer.body = String(decoding: body, as: UTF8.self)
                    return answer
                }
            }
            unread.removeFirst(cursor)
        }
        guard reader.isWholeAtEnd() else { return nil }
        answer.body = String(decoding: body, as: UTF8.self)
        return answer
    }
}

@Suite struct AnswerReaderTests {
    private static let whole: [(String, ReadAnswer)] = [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            ReadAnswer(status: 200, body: "hello", keepsConnection: true)
        ),
        (
            "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
            ReadAnswer(status: 200, body: "hello", keepsConnection: true)
        ),
        ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", ReadAnswer(status: 200, keepsConnection: true)),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello",
            ReadAnswer(status: 200, body: "he", keepsConnection: true, left: 3)
        ),
        (
            "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=1\r\nde\r\n0\r\nX: 1\r\n\r\n",
            ReadAnswer(status: 404, body: "abcde", keepsConnection: true)
        ),
        // The coding says where the body ends, whatever the length says (RFC 9112, section 6.3).
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
            ReadAnswer(status: 200, body: "a", keepsConnection: true)
        ),
        ("HTTP/1.1 200 OK\r\n\r\nto the end", ReadAnswer(status: 200, body: "to the end")),
        ("HTTP/1.1 204 No Content\r\n\r\n", ReadAnswer(status: 204, keepsConnection: true)),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n", ReadAnswer(status: 304, keepsConnection: true)),
        // There is no body, but who tells of one may send it.
        ("HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n", ReadAnswer(status: 204)),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", ReadAnswer(status: 304)),
        ("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", ReadAnswer(status: 204)),
        (
            "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
            ReadAnswer(status: 200, body: "x", keepsConnection: true)
        ),
        ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", ReadAnswer(status: 200, body: "x")),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", ReadAnswer(status: 200, body: "x")),
        (
            "HTTP/1.1 200 OK\r\nconnection: x, \tCLOSE \r\nContent-Length: 1\r\n\r\nx",
            ReadAnswer(status: 200, body: "x")
        ),
        (
            "HTTP/1.1 200 OK\r\nConnection: closed\r\nContent-Length: 1\r\n\r\nx",
            ReadAnswer(status: 200, body: "x", keepsConnection: true)
        ),
    ]

    @Test(arguments: whole) func readsWholeAnswers(text: String, expected: ReadAnswer) throws {
        #expect(try ReadAnswer.read(Array(text.utf8)) == expected)
    }

    @Test(arguments: whole) func piecesMakeNoDifference(text: String, expected: ReadAnswer) throws {
        let bytes = Array(text.utf8)
        for size in 1..<bytes.count { #expect(try ReadAnswer.read(bytes, pieces: [size]) == expected, "by \(size)") }
        for first in 1..<bytes.count { #expect(try ReadAnswer.read(bytes, pieces: [first, .max]) == expected) }
    }

    @Test(arguments: whole.filter { !$0.0.hasSuffix("to the end") && $0.1.left == 0 })
    func isNotWholeWithoutItsLastByte(text: String, expected: ReadAnswer) throws {
        #expect(try ReadAnswer.read(Array(text.utf8.dropLast())) == nil)
    }

    @Test(arguments: [
        "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/ 200 OK\r\n\r\n",
        "HTTP/1.10 200 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        "HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX : a\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
    ]) func refusesWhatIsNoAnswer(text: String) {
        #expect(throws: TransferError(.protocolError, "")) { try ReadAnswer.read(Array(text.utf8)) }
    }

    @Test func boundsALineThatNeverEnds() {
        let endless = Array("HTTP/1.1 200 OK\r\nX: ".utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: 70_000)
        for size in [1000, .max] {
            #expect(throws: TransferError(.protocolError, "")) { try ReadAnswer.read(endless, pieces: [size]) }
        }
    }

    /// A line that comes byte by byte costs no more than its bytes.
    @Test func looksAtEachByteOfALineOnce() throws {
        var reader = AnswerReader()
        var line = Array("HTTP/1.1 200 OK\r\nX: ".utf8)
        var cursor = 0
        #expect(throws: Never.self) { _ = try reader.next(line.span, cursor: &cursor) }
        #expect(cursor == 17)
        line.removeFirst(cursor)
        cursor = 0
        _ = try reader.next(line.span, cursor: &cursor)
        // What has been looked at is not looked at again: the line end there now is not found.
        line[1] = .lineFeed
        guard case .needsMore = try reader.next(line.span, cursor: &cursor) else {
            Issue.record("the bytes are looked at again")
            return
        }
    }
}
