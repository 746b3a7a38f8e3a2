import NIOCore
import Testing

@testable import Gateway

@Suite struct RefererPolicyTests {
    private static let ownOrigin = "http://blog.localhost:8080"

    /// The path and query that are found in a request with these header lines, with a `|` between them.
    private static func found(_ lines: String, ownOrigin: String = Self.ownOrigin) throws -> String? {
        let bytes = Array("POST /sent?from=here HTTP/1.1\r\nHost: blog.localhost:8080\r\n\(lines)\r\n".utf8)
        let head = try #require(try RequestReader(limits: RequestLimits()).read(bytes.span))
        guard let (path, query) = RefererPolicy.pathAndQuery(of: head, in: bytes.span, ownOrigin: ownOrigin) else {
            return nil
        }
        return bytes.span.string(at: path) + "|" + bytes.span.string(at: query)
    }

    @Test(arguments: [
        ("http://blog.localhost:8080/", "/|"), ("http://blog.localhost:8080/posts/a", "/posts/a|"),
        ("http://blog.localhost:8080/posts?page=2", "/posts|page=2"), ("http://blog.localhost:8080/?", "/|"),
        ("http://blog.localhost:8080/?a?b", "/|a?b"), ("http://blog.localhost:8080/a#part", "/a|"),
        ("http://blog.localhost:8080/a#part?b", "/a|"),
        ("http://blog.localhost:8080//evil.example/", "//evil.example/|"),
        ("http://blog.localhost:8080/@evil.example", "/@evil.example|"), ("http://blog.localhost:8080/%3fa", "/%3fa|"),
    ])
    func ownPagesAreFound(referer: String, expected: String) throws {
        #expect(try Self.found("Referer: \(referer)\r\n") == expected)
    }

    @Test(arguments: [
        // Other origins.
        "http://market.localhost:8080/", "https://blog.localhost:8080/", "http://blog.localhost/",
        "http://blog.localhost:80/", "http://blog.localhost:8081/", "http://localhost:8080/", "http://evil.example/",
        "http://BLOG.localhost:8080/", "HTTP://blog.localhost:8080/", "//blog.localhost:8080/",
        "blog.localhost:8080/", "null", "about:blank", "", "/", "/posts",
        // Own beginnings of other origins.
        "http://blog.localhost:8080.evil/", "http://blog.localhost:80801/", "http://blog.localhost:8080evil/",
        "http://blog.localhost:8080-x/", "http://blog.localhost.:8080/", "http://blog.localhost:808/",
        "http://xblog.localhost:8080/", " x http://blog.localhost:8080/",
        // A name and password in front of another host.
        "http://blog.localhost:8080@evil.example/", "http://blog.localhost:8080:x@evil.example/",
        "http://blog.localhost@evil.example:8080/", "http://user@blog.localhost:8080/",
        "http://blog.localhost:8080%2f@evil.example/", "http://blog.localhost:8080%00.evil/",
        // What browsers take for a slash, or for the end of a host.
        "http://blog.localhost:8080\\@evil.example/", "http://blog.localhost:8080\\", "http://blog.localhost:8080#/",
        "http://blog.localhost:8080?/", "http://blog.localhost:8080;/", "http://blog.localhost:8080\t/",
        "http://blog.localhost:8080 /",
        // An origin without a path.
        "http://blog.localhost:8080", "http://blog.localhost:8080 ", "http://blog.localhost:808",
        // Two addresses, the other first.
        "http://evil.example/, http://blog.localhost:8080/", "http://evil.example/http://blog.localhost:8080/",
    ])
    func othersAreNot(referer: String) throws {
        #expect(try Self.found("Referer: \(referer)\r\n") == nil)
    }

    @Test(
        arguments: [
            ("", nil), ("X-Referer: \(ownOrigin)/a\r\n", nil), ("Referrer: \(ownOrigin)/a\r\n", nil),
            ("Origin: \(ownOrigin)/a\r\n", nil), ("Accept: */*\r\nreferer:\(ownOrigin)/a\r\nX: y\r\n", "/a|"),
            ("REFERER: \t\(ownOrigin)/a?b \t\r\n", "/a|b"),
            // The first one counts.
            ("Referer: \(ownOrigin)/a\r\nReferer: http://evil.example/\r\n", "/a|"),
            ("Referer: http://evil.example/\r\nReferer: \(ownOrigin)/a\r\n", nil),
        ] as [(String, String?)]
    )
    func theFieldIsFoundAmongOthers(lines: String, expected: String?) throws {
        #expect(try Self.found(lines) == expected)
    }

    @Test(arguments: [
        ("https://blog.rose-ash.example", "https://blog.rose-ash.example/a", "/a|"),
        ("https://blog.rose-ash.example", "https://blog.rose-ash.example:443/a", nil),
        ("https://blog.rose-ash.example", "https://blog.rose-ash.example.evil/a", nil),
        ("https://blog.rose-ash.example", "https://blog.rose-ash.example@evil/a", nil),
        ("https://blog.rose-ash.example", "http://blog.rose-ash.example/a", nil),
    ])
    func anOriginMayHaveNoPort(ownOrigin: String, referer: String, expected: String?) throws {
        #expect(try Self.found("Referer: \(referer)\r\n", ownOrigin: ownOrigin) == expected)
    }

    @Test func aCopyOfAHeadHoldsTheHeadAlone() throws {
        let text = "POST /sent HTTP/1.1\r\nHost: blog.localhost\r\n\r\n"
        var received = ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n\(text)the body")
        received.moveReaderIndex(forwardBy: 18)
        let head = try #require(try RequestReader(limits: RequestLimits()).read(Array(text.utf8).span))
        let copy = received.copyOfHead(head)
        #expect(String(buffer: copy) == text)
        #expect(copy.readerIndex == 0)
    }
}
