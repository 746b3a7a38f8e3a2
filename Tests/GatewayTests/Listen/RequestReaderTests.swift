import Testing

@testable import Gateway

/// What is looked at of a head that was read.
private struct Seen: Equatable, CustomStringConvertible {
    var method = ""
    var path = ""
    var query = ""
    var host = ""
    var body = BodyFraming.none
    var keepsAlive = true

    var description: String {
        "\(self.method) \(self.path) ?\(self.query) @\(self.host) \(self.body) \(self.keepsAlive ? "keep" : "close")"
    }
}

private func read(_ text: String, limits: RequestLimits = RequestLimits()) throws(RequestRefusal) -> RequestHead? {
    try read(Array(text.utf8), limits: limits)
}

private func read(_ bytes: [UInt8], limits: RequestLimits = RequestLimits()) throws(RequestRefusal) -> RequestHead? {
    try RequestReader(limits: limits).read(bytes.span)
}

private func refusal(_ text: String, limits: RequestLimits = RequestLimits()) -> RequestRefusal? {
    do throws(RequestRefusal) {
        _ = try read(text, limits: limits)
        return nil
    } catch { return error }
}

@Suite struct RequestReaderTests {
    private static func seen(_ head: RequestHead, _ text: String) -> Seen {
        let bytes = Array(text.utf8)
        func part(_ range: ByteRange) -> String { bytes.span.string(at: range) }
        return Seen(
            method: part(head.methodName),
            path: part(head.path),
            query: part(head.query),
            host: part(head.host),
            body: head.body,
            keepsAlive: head.keepsAlive
        )
    }

    private static let good: [(String, Seen)] = [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Seen(method: "GET", path: "/", host: "a")),
        ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", Seen(method: "GET", path: "/", host: "a")),
        (
            "GET /p?q=1&r=/?%20 HTTP/1.1\r\nhOsT:a.b:80\r\n\r\n",
            Seen(method: "GET", path: "/p", query: "q=1&r=/?%20", host: "a.b:80")
        ),
        ("GET /p? HTTP/1.1\r\nHost:\ta \t\r\n\r\n", Seen(method: "GET", path: "/p", host: "a")),
        ("GET /[x]|{y}\"<>^` HTTP/1.1\r\nHost: a\r\n\r\n", Seen(method: "GET", path: "/[x]|{y}\"<>^`", host: "a")),
        ("GET http://b.c/d?e HTTP/1.1\r\nHost: a\r\n\r\n", Seen(method: "GET", path: "/d", query: "e", host: "b.c")),
        ("GET HTTP://b.c HTTP/1.1\r\nHost: a\r\n\r\n", Seen(method: "GET", path: "/", host: "b.c")),
        ("GET http://b.c?e=/ HTTP/1.1\r\nHost: a\r\n\r\n", Seen(method: "GET", path: "/", query: "e=/", host: "b.c")),
        ("GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", Seen(method: "GET", path: "/", host: "[::1]:8080")),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", Seen(method: "GET", path: "/")),
        ("GET / HTTP/1.0\r\n\r\n", Seen(method: "GET", path: "/", keepsAlive: false)),
        ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", Seen(method: "GET", path: "/")),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, ClOsE ,y\r\n\r\n",
            Seen(method: "GET", path: "/", host: "a", keepsAlive: false)
        ),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n",
            Seen(method: "GET", path: "/", host: "a", keepsAlive: false)
        ),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n", Seen(method: "GET", path: "/", host: "a")),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            Seen(method: "POST", path: "/", host: "a", body: .length(5))
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0005\t\r\n\r\n",
            Seen(method: "POST", path: "/", host: "a", body: .length(5))
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", Seen(method: "POST", path: "/", host: "a")),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked \r\n\r\n",
            Seen(method: "POST", path: "/", host: "a", body: .chunked)
        ),
        ("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", Seen(method: "BREW", path: "/", host: "a")),
        ("GET / HTTP/1.1\r\nHost: a\r\nx: \u{e9}\u{fc} tab\there\r\n\r\n", Seen(method: "GET", path: "/", host: "a")),
    ]

    @Test(arguments: Self.good.indices) func readsGoodRequests(index: Int) throws {
        let (text, expected) = Self.good[index]
        let head = try #require(try read(text))
        #expect(Self.seen(head, text) == expected)
        #expect(head.length == text.utf8.count)
    }

    private static let hosted = "GET / HTTP/1.1\r\nHost: a\r\n"

    private static let bad: [(String, RequestRefusal)] = [
        ("GET / HTTP/1.1\r\n\r\n", .malformed(.missingHost)),
        ("GET http://a/ HTTP/1.1\r\n\r\n", .malformed(.missingHost)),
        ("\(hosted)Host: a\r\n\r\n", .malformed(.repeatedHost)),
        ("\(hosted)HOST: b\r\n\r\n", .malformed(.repeatedHost)),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .malformed(.host)),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .malformed(.host)),
        ("GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", .malformed(.host)),
        ("GET / HTTP/1.1\r\nHost: user@a\r\n\r\n", .malformed(.host)),
        ("GET / HTTP/1.1\r\nHost: \u{e9}\r\n\r\n", .malformed(.host)),
        ("GET http://u@b/ HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.host)),
        ("GET http://b/ HTTP/1.1\r\nHost: a b\r\n\r\n", .malformed(.host)),
        ("GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET http:// HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET ftp://b/ HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", .serverWideOptions),
        ("OPTIONS *x HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", .connectRefused),
        ("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET /a?#b HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET /?\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET /  HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET  HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.target)),
        ("GET HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.requestLine)),
        ("GET /\r\nHost: a\r\n\r\n", .malformed(.requestLine)),
        ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .malformed(.requestLine)),
        ("GET / http/1.1\r\nHost: a\r\n\r\n", .malformed(.requestLine)),
        ("GET / HTTP/11\r\nHost: a\r\n\r\n", .malformed(.requestLine)),
        ("GET / HTTP/1.10\r\nHost: a\r\n\r\n", .malformed(.requestLine)),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", .versionNotSupported),
        ("GET / HTTP/1.2\r\nHost: a\r\n\r\n", .versionNotSupported),
        ("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.lineEnd)),
        (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.method)),
        ("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.method)),
        ("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.method)),
        ("GET / HTTP/1.1\nHost: a\n\n", .malformed(.lineEnd)),
        ("GET / HTTP/1.1\rHost: a\r\r", .malformed(.lineEnd)),
        ("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", .malformed(.lineEnd)),
        ("\(hosted)\rx: y\r\n\r\n", .malformed(.lineEnd)),
        ("\(hosted)\nx: y\r\n\r\n", .malformed(.fieldName)),
        ("\(hosted)x: y\n\r\n", .malformed(.fieldValue)),
        ("\(hosted)x: y\rz: a\r\n\r\n", .malformed(.fieldValue)),
        ("\(hosted)x: y\0z\r\n\r\n", .malformed(.fieldValue)),
        ("\(hosted)x: y\u{7f}z\r\n\r\n", .malformed(.fieldValue)),
        ("\(hosted)x: y\r\n z\r\n\r\n", .malformed(.foldedLine)),
        ("\(hosted)x: y\r\n\tz: 1\r\n\r\n", .malformed(.foldedLine)),
        ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", .malformed(.foldedLine)),
        ("\(hosted)x : y\r\n\r\n", .malformed(.fieldName)),
        ("\(hosted)Content-Length : 5\r\n\r\n", .malformed(.fieldName)),
        ("\(hosted): y\r\n\r\n", .malformed(.fieldName)),
        ("\(hosted)xy\r\n\r\n", .malformed(.fieldName)),
        ("\(hosted)x\u{e9}: y\r\n\r\n", .malformed(.fieldName)),
        ("\(hosted)x\0: y\r\n\r\n", .malformed(.fieldName)),
        ("\(hosted)Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", .malformed(.twoLengths)),
        ("\(hosted)Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", .malformed(.twoLengths)),
        ("\(hosted)Content-Length: 5\r\nContent-Length: 5\r\n\r\n", .malformed(.contentLength)),
        ("\(hosted)Content-Length: 5\r\ncontent-length: 6\r\n\r\n", .malformed(.contentLength)),
        ("\(hosted)Content-Length: 5, 5\r\n\r\n", .malformed(.contentLength)),
        ("\(hosted)Content-Length: +5\r\n\r\n", .malformed(.contentLength)),
        ("\(hosted)Content-Length: -5\r\n\r\n", .malformed(.contentLength)),
        ("\(hosted)Content-Length: 0x5\r\n\r\n", .malformed(.contentLength)),
        ("\(hosted)Content-Length: 5 5\r\n\r\n", .malformed(.contentLength)),
        ("\(hosted)Content-Length:\r\n\r\n", .malformed(.contentLength)),
        ("\(hosted)Content-Length: 9223372036854775808\r\n\r\n", .malformed(.contentLength)),
        ("\(hosted)Transfer-Encoding: chunked, chunked\r\n\r\n", .unknownTransferCoding),
        ("\(hosted)Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", .unknownTransferCoding),
        ("\(hosted)Transfer-Encoding: xchunked\r\n\r\n", .unknownTransferCoding),
        ("\(hosted)Transfer-Encoding: gzip, chunked\r\n\r\n", .unknownTransferCoding),
        ("\(hosted)Transfer-Encoding: identity\r\n\r\n", .unknownTransferCoding),
        ("\(hosted)Transfer-Encoding: \"chunked\"\r\n\r\n", .unknownTransferCoding),
        ("\(hosted)Transfer-Encoding: chunked;x\r\n\r\n", .unknownTransferCoding),
        ("\(hosted)Transfer-Encoding:\r\n\r\n", .unknownTransferCoding),
        ("\(hosted)Transfer-Encoding: \u{b}chunked\r\n\r\n", .malformed(.fieldValue)),
        ("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .unknownTransferCoding),
    ]

    @Test(arguments: Self.bad.indices) func refusesBadRequests(index: Int) {
        let (text, expected) = Self.bad[index]
        #expect(refusal(text) == expected, "\(text.debugDescription)")
        #expect((400...599).contains(expected.status))
        #expect(!expected.explanation.isEmpty)
    }

    @Test func limitsAreKept() {
        let limits = RequestLimits(requestLine: 30, headerBytes: 100, headerCount: 3)
        func answer(_ text: String) -> RequestRefusal? { refusal(text, limits: limits) }
        let line = "GET /\(String(repeating: "a", count: 16)) HTTP/1.1"
        #expect(answer("\(line)\r\nHost: a\r\n\r\n") == nil)
        #expect(answer("\(line)1\r\nHost: a\r\n\r\n") == .targetTooLong)
        #expect(answer("GET /\(String(repeating: "a", count: 27))") == .targetTooLong)
        #expect(answer("\(line)\r\na: 1\r\nb: 2\r\nHost: a\r\n\r\n") == nil)
        #expect(answer("\(line)\r\na: 1\r\nb: 2\r\nc: 3\r\nHost: a\r\n\r\n") == .headersTooLarge)
        #expect(answer("\(line)\r\na: \(String(repeating: "x", count: 80))\r\nHost: a\r\n\r\n") == .headersTooLarge)
        #expect(answer("\(line)\r\na: \(String(repeating: "x", count: 80))") == .headersTooLarge)
        #expect(answer("\(line)\r\n\(String(repeating: "x", count: 80))") == .headersTooLarge)
    }

    @Test func notesTheFieldsThatMatter() throws {
        let text = """
            POST /a HTTP/1.1\r
            host: a\r
            COOKIE: c=1\r
            Cookie: d=2\r
            Accept: text/html\r
            Accept-Language: de\r
            Accept-Encoding: br\r
            If-None-Match: "x"\r
            Origin: http://a\r
            Sec-Fetch-Site: same-origin\r
            Content-Type: text/plain\r
            X-CSRF-Token: t\r
            Expect: 100-Continue\r
            Content-Length: 3\r
            \r
            abc
            """
        let head = try #require(try read(text))
        let bytes = Array(text.utf8)
        func part(_ range: ByteRange) -> String { bytes.span.string(at: range) }
        #expect(part(head.cookie) == "c=1")
        #expect(part(head.accept) == "text/html")
        #expect(part(head.acceptLanguage) == "de")
        #expect(part(head.acceptEncoding) == "br")
        #expect(part(head.ifNoneMatch) == "\"x\"")
        #expect(part(head.origin) == "http://a")
        #expect(part(head.fetchSite) == "same-origin")
        #expect(part(head.contentType) == "text/plain")
        #expect(part(head.csrfToken) == "t")
        #expect(head.expectsContinue)
        #expect(head.length == bytes.count - 3)
        var fields = HeaderFields(of: head)
        var names: [String] = []
        while let field = fields.next(in: bytes.span) { names.append(part(field.name)) }
        #expect(names.count == 13)
        #expect(names.first == "host")
        #expect(names.last == "Content-Length")
    }

    @Test(arguments: [
        ("/", false), ("/a/b.c", false), ("/a.", false), ("/a%20", true), ("/a\\b", true), ("/a;b", true),
        ("//a", true), ("/a//b", true), ("/./a", true), ("/a/..", true), ("/.well-known/x", true),
        ("/a?b=//%20;", false),
    ])
    func tellsWhenAPathHasOtherSpellings(target: String, expected: Bool) throws {
        #expect(try #require(try read("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")).pathNeedsNormalising == expected)
    }

    @Test func aPrefixOfARequestIsIncompleteOrRefusedAsTheWholeIs() throws {
        for (text, _) in Self.good {
            let bytes = Array(text.utf8)
            for length in 0..<bytes.count {
                #expect(try read(Array(bytes[..<length])) == nil, "\(text.debugDescription) \(length)")
            }
        }
        for (text, expected) in Self.bad {
            let bytes = Array(text.utf8)
            var first: RequestRefusal?
            for length in 0...bytes.count where first == nil {
                do throws(RequestRefusal) {
                    if try read(Array(bytes[..<length])) != nil { Issue.record("read \(text.debugDescription)") }
                } catch { first = error }
            }
            #expect(first == expected, "\(text.debugDescription)")
        }
    }

    @Test func bytesAfterTheHeadAreNotLookedAt() throws {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"
        #expect(try read(head + "\0\r\n\u{7f}")?.length == head.utf8.count)
    }

    @Test func firstControlIsFoundAtEveryPlace() {
        for length in 0..<40 {
            for place in 0..<length {
                for control: UInt8 in [0, 9, 10, 13, 0x1f, 0x7f] {
                    // What surrounds it are the bytes nearest to being controls.
                    var bytes = (0..<length).map { [0x20, 0x7e, 0x80, 0xff, 0xa0, 0x21][$0 % 6] as UInt8 }
                    bytes[place] = control
                    #expect(bytes.span.firstControl(from: 0) == place)
                    #expect(bytes.span.firstControl(from: place) == place)
                    #expect(bytes.span.firstControl(from: place + 1) == nil)
                    bytes[place] = 0x80 | control
                    #expect(bytes.span.firstControl(from: 0) == nil)
                }
            }
        }
    }

    @Test func tokenAndHostTables() {
        let tokens = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        let hosts = Set("-.:[]_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        for byte in UInt8.min...UInt8.max {
            #expect(TokenTable.isToken(byte) == tokens.contains(byte))
            #expect(TokenTable.isHost(byte) == hosts.contains(byte))
        }
    }
}
