import NIOCore
import Testing

@testable import Gateway

struct ResponseHeadTests {
    @Test func headIsWrittenInOrder() {
        var head = ResponseHead(303)
        head.append("Location", "/cart")
        head.append(lines: "Cache-Control: no-store\r\n")
        head.append(contentLength: 0)
        head.append("X-Of-Service", "yes")
        head.append(date: Instant(milliseconds: 784_111_777_999))
        head.appendConnection(closes: false, isHTTP10: false)
        let expected = [
            "HTTP/1.1 303 See Other", "Location: /cart", "Cache-Control: no-store", "Content-Length: 0",
            "X-Of-Service: yes", "Date: Sun, 06 Nov 1994 08:49:37 GMT", "", "",
        ]
        #expect(String(buffer: head.finish()) == expected.joined(separator: "\r\n"))
    }

    @Test(arguments: [
        (200, "HTTP/1.1 200 OK\r\n\r\n"), (422, "HTTP/1.1 422 Unprocessable Content\r\n\r\n"),
        (299, "HTTP/1.1 299 \r\n\r\n"), (599, "HTTP/1.1 599 \r\n\r\n"),
    ])
    func statusLine(status: Int, expected: String) {
        #expect(String(buffer: ResponseHead(status).finish()) == expected)
    }

    @Test(arguments: [
        (true, false, "Connection: close\r\n"), (true, true, "Connection: close\r\n"),
        (false, true, "Connection: keep-alive\r\n"), (false, false, ""),
    ])
    func connection(closes: Bool, isHTTP10: Bool, expected: String) {
        var head = ResponseHead(200)
        head.appendConnection(closes: closes, isHTTP10: isHTTP10)
        #expect(String(buffer: head.finish()) == "HTTP/1.1 200 OK\r\n\(expected)\r\n")
    }

    @Test(arguments: [
        ("a-b", true), ("", false), ("a b", false), ("a:", false), ("ä", false), ("a\r\n", false),
    ])
    func token(text: String, expected: Bool) {
        #expect(ResponseHead.isToken(text) == expected)
    }

    @Test(arguments: [
        ("a b\tc", true), ("", true), ("grüße", true), ("a\rb", false), ("a\nb", false), ("a\0", false),
        ("a\u{7f}", false), ("\u{1}", false),
    ])
    func fieldValue(text: String, expected: Bool) {
        #expect(ResponseHead.isFieldValue(text) == expected)
    }
}
