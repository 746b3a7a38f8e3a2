import FragmentProtocol
import Testing

@testable import Gateway

@Suite("The check of a whole answer")
struct ContentCheckTests {
    private static let html = ContentCheck.Circumstances(declaration: FragmentDeclaration(type: "a"))
    private static let json = ContentCheck.Circumstances(declaration: FragmentDeclaration(type: "a", content: .json))
    private static let type = (name: "Content-Type", value: "text/html; charset=utf-8")

    @Test(
        "Content as declared is in order",
        arguments: [
            (FetchResponse.sample(200, [type], "<p>a</p>"), html),
            (.sample(203, [type], ""), html),
            (.sample(204, [], ""), html),
            (.sample(200, [("content-type", "TEXT/HTML ;charset=\"UTF-8\"")], "<br>"), html),
            (.sample(200, [("Content-Type", "application/json")], "[1]"), json),
        ]
    )
    func fine(_ response: FetchResponse, _ circumstances: ContentCheck.Circumstances) {
        #expect(ContentCheck.findings(.success(response), circumstances, at: .sample) == [])
    }

    @Test(
        "What breaks the protocol is found",
        arguments: [
            (FetchResponse.sample(200, [], "a"), html, ["error 4.2: the content type is missing"]),
            (
                .sample(200, [("Content-Type", "text/plain")], "a"), html,
                ["error 4.2: the content type is 'text/plain'"]
            ),
            (
                .sample(200, [("Content-Type", "text/html; charset=latin-1")], "a"), html,
                ["error 4.2: the body is in the character set 'latin-1'"]
            ),
            (
                .sample(200, [type, ("Content-Encoding", "gzip")], "a"), html,
                ["error 4.2: the body has the content encoding 'gzip'"]
            ),
            (
                .sample(200, [type, ("Set-Cookie", "sid=1; Path=/")], "a"), html,
                ["error 4.7: the answer sets the cookie 'sid'"]
            ),
            (.sample(200, [type], "<p>"), html, ["error 4.3: <p> is not closed"]),
            (
                .sample(200, [type], "<html><body></body></html>"), html,
                ["error 4.3: <html>", "error 4.3: <body>", "error 4.3: <body>", "error 4.3: <html>"]
            ),
            (.sample(200, [("Content-Type", "application/json")], "{"), json, ["error 4.4: the body is not JSON"]),
            (.sample(206, [type], "a"), html, ["error 4.1: the answer is a part (206)"]),
            (.sample(304, [], ""), html, ["error 5.4: the answer is 304"]),
            (.sample(302, [("Location", "/")], ""), html, ["warning 4.1: the answer is a redirect, status 302"]),
            (.sample(302, [], ""), html, ["error 4.1: the answer is a redirect, status 302 without Location"]),
            (.sample(404, [type], "a"), html, ["error 4.1: what the manifest allows is answered with status 404"]),
            (.sample(500, [type], "a"), html, ["error 4.1: "]),
            (.sample(200, [type, ("Fragment-Meta", "{")], "a"), html, ["warning 4.6: the header Fragment-Meta"]),
            (.sample(200, [type, ("Link", "</a.css")], "a"), html, ["warning 4.6: the header Link"]),
            (.sample(200, [type, ("Cache-Tag", "a b")], "a"), html, ["warning 5.5: the header Cache-Tag"]),
            (.sample(200, [type, ("ETag", "abc")], "a"), html, ["warning 5.4: the header ETag"]),
            (
                .sample(200, [type, ("CDN-Cache-Control", "max-age=")], "a"), html,
                ["warning 5.1: the header CDN-Cache"]
            ),
        ]
    )
    func found(_ response: FetchResponse, _ circumstances: ContentCheck.Circumstances, _ expected: [String]) {
        let findings = ContentCheck.findings(.success(response), circumstances, at: .sample)
        #expect(findings.begin(with: expected), "\(findings)")
    }

    @Test("An answer that comes later than the gateway waits is found")
    func late() {
        var response = FetchResponse.sample()
        response.elapsed = .milliseconds(501)
        let findings = ContentCheck.findings(.success(response), Self.html, at: .sample)
        #expect(findings.begin(with: ["warning 3.3: the answer took 501 ms; the gateway waits for 500ms"]))
        var patient = Self.html
        patient.deadline = .seconds(1)
        #expect(ContentCheck.findings(.success(response), patient, at: .sample) == [])
    }

    @Test(
        "No whole answer is a finding by its reason",
        arguments: [
            (FetchFailure.Code.tooLarge, "error 4.5: the body is over 1MB"), (.timeout, "error 3.3: "),
            (.reset, "error 4.1: there is no whole answer: reset"), (.protocolError, "error 4.1: "),
        ]
    )
    func failures(_ code: FetchFailure.Code, _ expected: String) {
        let findings = ContentCheck.findings(.failure(FetchFailure(code, "why")), Self.html, at: .sample)
        #expect(findings.begin(with: [expected]), "\(findings)")
    }

    @Test(
        "The body of an answer that there is nothing is a fragment too",
        arguments: [
            (FetchResponse.sample(404, [type], "<p>None</p>"), []),
            (.sample(404, [], ""), []),
            (.sample(400, [("Content-Type", "text/plain")], "no"), []),
            (
                .sample(404, [("Content-Type", "application/json")], "{}"),
                ["warning 4.1: the body of status 404 has the"]
            ),
            (
                .sample(410, [type], "<html><p>Gone</p></html>"),
                ["warning 4.1: the body of status 410 is no fragment: <html>"]
            ),
        ]
    )
    func missing(_ response: FetchResponse, _ expected: [String]) {
        let findings = ContentCheck.missing(response, declaration: Self.html.declaration, at: .sample)
        #expect(findings.begin(with: expected), "\(findings)")
        #expect(ContentCheck.missing(response, declaration: Self.json.declaration, at: .sample) == [])
    }
}
