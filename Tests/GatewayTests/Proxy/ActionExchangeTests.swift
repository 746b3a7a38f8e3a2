import FragmentProtocol
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(2)))
struct ActionExchangeTests {
    /// Admits forms whose token is `right`; errors are answered as `error STATUS`, rejected forms with what they hold.
    @Sendable private static func make(
        _ head: RequestHead,
        _ bytes: ByteBuffer,
        _ connection: Connection,
        _ fetcher: Fetcher
    ) -> (any Exchange)? {
        let client = ForwardedClient(address: connection.clientAddress, scheme: "http", host: "cart.localhost")
        let hooks = ActionHooks(
            proxy: ProxyHooks(
                showError: { error in
                    connection.send(ByteBuffer(string: "error \(error.status)"))
                    return nil
                },
                now: { Instant(milliseconds: 0) },
                settle: { _, proceed in
                    // Later, as when other loops are waited for; the client's socket reports meanwhile.
                    connection.eventLoop?.assumeIsolated().execute {
                        connection.exchange?.writabilityChanged(isWritable: true)
                        connection.eventLoop?.assumeIsolated().execute(proceed)
                    }
                }
            ),
            admit: { body in
                do {
                    let form = try FormBody(parsing: body.readableBytesUInt8Span)
                    guard form.first(named: "csrf") == "right" else { return .refused(status: 403) }
                    return .admitted(values: form.fields.map { ($0.name, $0.value) })
                } catch {
                    return .refused(status: 400)
                }
            },
            identity: { "me" },
            accepted: { answer, proceed in
                connection.eventLoop?.assumeIsolated().execute {
                    proceed(.success([("X-Flash", answer.flash ?? "none")]))
                }
            },
            showInvalid: { errors, values in
                let shown = values.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
                connection.send(ByteBuffer(string: "invalid \(errors) \(shown)"))
                return nil
            }
        )
        let exchange = ActionExchange(
            ProxyRequest(head, in: bytes, service: "s", client: client),
            on: connection,
            fetcher: fetcher,
            redirects: RedirectPolicy(origins: ["http://blog.localhost:8080"]),
            limits: ActionLimits(form: 100, answer: 200),
            hooks: hooks
        )
        exchange.begin()
        return exchange
    }

    private static func post(_ form: String, accept: String = "text/html") -> String {
        "POST /add HTTP/1.1\r\nHost: cart.localhost\r\nConnection: close\r\nAccept: \(accept)\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(form.utf8.count)\r\n\r\n\(form)"
    }

    /// The client's answer, and the request that the service has seen.
    private func run(_ request: String, _ steps: [OriginStep]) async throws -> (String, OriginRequest?) {
        let seen = Mutex<OriginRequest?>(nil)
        let text = Mutex("")
        try await ProxyTestServer.with(
            answer: OriginHandler { request in
                seen.withLock { $0 = request }
                return steps
            },
            exchange: ExchangeMaker(make: Self.make)
        ) { server, _ in
            let answer = try await ProxyTestClient.exchange(port: server.port, request)
            text.withLock { $0 = answer }
        }
        return (text.withLock { $0 }, seen.withLock { $0 })
    }

    private static func json(_ status: Int, _ body: String) -> [OriginStep] {
        OriginStep.answer(status, [("Content-Type", "application/json"), ("Date", "d")], body)
    }

    @Test func browserIsRedirected() async throws {
        let (text, request) = try await run(
            Self.post("product=a%20b&csrf=right&quantity=2"),
            Self.json(200, #"{"redirect": "/cart", "flash": "Added"}"#)
        )
        #expect(
            text == """
                HTTP/1.1 303 See Other\r\nLocation: /cart\r\nCache-Control: no-store\r\nContent-Length: 0\r\n\
                X-Flash: Added\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nConnection: close\r\n\r\n
                """
        )
        let seen = try #require(request)
        #expect(seen.method == "POST")
        #expect(seen.path == "/add")
        #expect(String(buffer: seen.body) == "product=a+b&quantity=2")
        #expect(seen.values("Gateway-Identity") == ["me"])
        #expect(seen.values("Content-Type") == ["application/x-www-form-urlencoded"])
    }

    /// What a service answers to a form, and what a browser gets.
    private static let browserCases: [([OriginStep], String)] = [
        (json(200, #"{"redirect": "http://blog.localhost:8080/x"}"#), "Location: http://blog.localhost:8080/x\r\n"),
        (json(200, #"{"redirect": "https://evil.example/"}"#), "error 502"), (json(200, "{}"), "error 502"),
        (json(200, #"{"redirect": "/a\r\nX: y"}"#), "error 502"), (json(200, "nonsense"), "error 502"),
        (json(200, String(repeating: " ", count: 201)), "error 502"),
        (json(422, #"{"errors": {"a": "why"}}"#), #"invalid ["a": "why"] a=1"#), (json(422, "{}"), "error 422"),
        (json(403, "{}"), "error 403"), (OriginStep.answer(401, [], ""), "error 401"), ([.close], "error 502"),
        (OriginStep.answer(403, [("Content-Type", "text/html")], "<p>no"), "HTTP/1.1 403 Forbidden\r\n"),
        (OriginStep.answer(200, [("Content-Type", "text/html")], "<p>yes"), "\r\n\r\n<p>yes"),
        (
            [.head(200, [("Content-Type", "application/json"), ("Content-Length", "9")]), .bytes("{"), .close],
            "error 502"
        ),
    ]

    @Test(arguments: browserCases)
    func browserGets(steps: [OriginStep], expected: String) async throws {
        let (text, _) = try await run(Self.post("csrf=right&a=1"), steps)
        #expect(text.contains(expected), "\(text)")
    }

    @Test(arguments: [
        (200, #"{"redirect": "//evil.example", "flash": "F"}"#, "X-Flash: F\r\n"), (200, "[1]", ""),
        (422, #"{"errors": {"a": "why"}}"#, ""), (500, "{}", ""),
    ])
    func programGetsTheJSON(status: Int, body: String, added: String) async throws {
        let (text, _) = try await run(Self.post("csrf=right", accept: "application/json"), Self.json(status, body))
        let expected = "HTTP/1.1 \(status) \(ReasonPhrase.of(status))\r\nContent-Type: application/json\r\nDate: d\r\n"
        #expect(
            text == "\(expected)\(added)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
        )
    }

    private static let refused: [(String, String)] = [
        (post("csrf=wrong"), "error 403"), (post(""), "error 403"), (post("csrf=%ff"), "error 400"),
        (post(String(repeating: "a", count: 101)), "error 413"),
        (
            "POST /add HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "65\r\n\(String(repeating: "a", count: 101))\r\n", "error 413"
        ),
    ]

    @Test(arguments: refused)
    func isRefusedWithoutTheService(request: String, expected: String) async throws {
        let (text, seen) = try await run(request, Self.json(200, "{}"))
        #expect(text == expected)
        #expect(seen == nil)
    }
}
