import FragmentProtocol
import NIOCore
import Testing

@testable import Gateway

struct ForwardingPolicyTests {
    private let client = ForwardedClient(address: "192.0.2.1", scheme: "https", host: "blog.example")

    /// What a service gets of the lines, without the fields that the gateway adds to every request.
    private func forwarded(_ lines: [String], version: String = "1.1") throws -> [String] {
        let all = try requestFields(lines, version: version).fields
        let own = client.fields.count + 1
        #expect(all.suffix(own).dropLast().map(\.name) == client.fields.map(\.name))
        #expect(all.last?.name == "Via")
        return all.dropLast(own).map { "\($0.name): \($0.value)" }
    }

    private func requestFields(_ lines: [String], version: String = "1.1") throws -> ForwardingPolicy.RequestFields {
        let text = "GET /a?b HTTP/\(version)\r\nHost: blog.example\r\n\(lines.map { $0 + "\r\n" }.joined())\r\n"
        let bytes = ByteBuffer(string: text)
        let reader = RequestReader(limits: RequestLimits())
        let head = try #require(try reader.read(bytes.readableBytesUInt8Span))
        return ForwardingPolicy.requestFields(of: head, in: bytes.readableBytesUInt8Span, client: client)
    }

    @Test(arguments: [
        "Accept: */*", "accept-LANGUAGE: de", "Content-Type: text/plain", "Range: bytes=0-1", "If-Range: \"x\"",
        "Origin: https://blog.example", "X-Own: 1", "User-Agent: t", "Accept-Encoding: br", "X-Empty:",
        "If-None-Match: \"a\"", "Sec-Fetch-Mode: cors",
    ])
    func passesToTheService(line: String) throws {
        let expected = line.hasSuffix(":") ? line + " " : line
        #expect(try forwarded([line]) == [expected])
    }

    @Test(arguments: [
        "Connection: keep-alive", "Keep-Alive: timeout=5", "Proxy-Connection: close", "TE: trailers", "Trailer: X",
        "Upgrade: websocket", "Proxy-Authorization: Basic x", "Proxy-Authenticate: x", "Expect: 100-continue",
        "Content-Length: 0", "Cookie: session=x", "COOKIE: a=b", "Authorization: Bearer x", "X-CSRF-Token: t",
        "Gateway-Identity: forged", "gateway_identity: forged", "Gateway-Anything: x", "Fragment-Deadline: 1",
        "Fragment-Protocol: 9", "Fragment-Other: x", "X-Forwarded-For: 1.2.3.4", "X_Forwarded_For: 1.2.3.4",
        "X-Forwarded-Port: 1", "x-forwarded-user: root", "Forwarded: for=1.2.3.4", "X-Real-IP: 1.2.3.4",
        "X-Original-URL: /internal", "X-Rewrite-Url: /internal", "Proxy: http://evil.example", "traceparent: x",
        "tracestate: x",
    ])
    func staysAtTheGateway(line: String) throws {
        #expect(try forwarded([line]) == [])
    }

    @Test(arguments: HeaderName.reserved)
    func reservedNamesOfClientsAreDropped(name: String) throws {
        let fields = try requestFields(["\(name.uppercased()): forged"]).fields
        #expect(!fields.contains { $0.value.contains("forged") })
    }

    @Test func fieldsNamedByConnectionAreDropped() throws {
        let lines = ["X-One: 1", "Connection: close, x-one ,,\tX_Two", "X-Two: 2", "X-Three: 3"]
        #expect(try forwarded(lines) == ["X-Three: 3"])
    }

    @Test func connectionCannotTakeTheGatewaysFieldsAway() throws {
        let fields = try requestFields(["Connection: X-Forwarded-For, Forwarded, Via"]).fields
        #expect(fields.map(\.name) == client.fields.map(\.name) + ["Via"])
    }

    @Test(arguments: [
        ([String](), "1.1", "1.1 rose-ash-gateway"), ([], "1.0", "1.0 rose-ash-gateway"),
        (["Via: 1.0 a", "via: 1.1 b"], "1.1", "1.0 a, 1.1 b, 1.1 rose-ash-gateway"),
    ])
    func via(lines: [String], version: String, expected: String) throws {
        #expect(try requestFields(lines, version: version).fields.last?.value == expected)
    }

    @Test(arguments: [([String](), false), (["Sec-Fetch-Mode: navigate"], false), (["Sec-Fetch-Mode: cors"], true)])
    func scriptsAreTold(lines: [String], expected: Bool) throws {
        #expect(try requestFields(lines).isAskedByScript == expected)
    }

    @Test(arguments: [
        "Content-Type: text/plain", "ETag: \"x\"", "Cache-Control: no-cache", "Location: /x", "Vary: Accept",
        "X-Own: grüße", "Retry-After: 5", "Content-Encoding: br", "Content-Range: bytes 0-1/2", "X-Empty: ",
        "WWW-Authenticate: Basic", "Link: </a>; rel=preload",
    ])
    func passesToTheClient(line: String) {
        #expect(answered([line]) == [line])
    }

    @Test(arguments: [
        "Connection: close", "Keep-Alive: x", "Transfer-Encoding: chunked", "Content-Length: 3", "Trailer: X",
        "Upgrade: h2c", "Proxy-Authenticate: x", "Cache-Tag: a", "SURROGATE-CONTROL: max-age=1",
        "CDN-Cache-Control: max-age=1", "Fragment-Title: x", "Fragment-Meta: {}", "Gateway-Identity: x",
        "Alt-Svc: h3=\":443\"", "X-Bad: a\rb", "X-Bad: a\nSet-Cookie: b", "X-Bad: \u{0}", "X-Bad: \u{1b}[0m",
        "X Bad: a", "X\r\nBad: a", "X\u{e9}: a", ": a",
    ])
    func isKeptFromTheClient(line: String) {
        #expect(answered([line]) == [])
    }

    @Test func answerFieldsNamedByConnectionAreDropped() {
        #expect(answered(["X-One: 1", "Connection: x-one", "connection: X-Two", "X-Two: 2", "X-3: 3"]) == ["X-3: 3"])
    }

    @Test func cookiesAreCounted() {
        let headers = [("set-cookie", "a"), ("Set-Cookie", "b"), ("Set-Cookie2", "c"), ("X", "d")]
        let fields = ForwardingPolicy.answerFields(of: headers.map { (name: $0.0, value: $0.1) })
        #expect(fields.droppedCookies == 3)
        #expect(fields.fields.map(\.name) == ["X"])
    }

    @Test func oneDatePasses() {
        let fields = ForwardingPolicy.answerFields(of: [("Date", "a"), ("date", "b")])
        #expect(fields.hasDate)
        #expect(fields.fields.map(\.value) == ["a"])
    }

    private func answered(_ lines: [String]) -> [String] {
        let headers = lines.map { line in
            let parts = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
        }
        return ForwardingPolicy.answerFields(of: headers).fields.map { "\($0.name): \($0.value)" }
    }
}
