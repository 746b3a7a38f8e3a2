import FragmentProtocol
import Testing

@Suite("FragmentRequestHeaders")
struct FragmentRequestHeadersTests {
    @Test("writes the fields that have a value")
    func writes() throws {
        let headers = FragmentRequestHeaders(
            deadline: .microseconds(250_999),
            identity: "a.b.c",
            acceptLanguage: "fr",
            ifNoneMatch: [try #require(EntityTag("W/\"1\"")), try #require(EntityTag("\"2\""))],
            forwardedFor: ""
        )
        let fields = try headers.encoded().map { "\($0.name): \($0.value)" }
        #expect(
            fields == [
                "Fragment-Protocol: 1", "Fragment-Deadline: 250", "If-None-Match: W/\"1\", \"2\"",
                "Gateway-Identity: a.b.c", "Accept-Language: fr",
            ]
        )
    }

    @Test(
        "writes deadlines in whole milliseconds",
        arguments: [
            (Duration.zero, "0"), (.milliseconds(1), "1"), (.microseconds(999), "0"), (.seconds(-1), "0"),
            (.nanoseconds(-1), "0"), (.seconds(2), "2000"), (.seconds(Int64.max), "999999999000"),
        ]
    )
    func deadline(_ deadline: Duration, _ value: String) throws {
        let fields = try FragmentRequestHeaders(deadline: deadline).encoded()
        #expect(fields.first { $0.name == HeaderName.fragmentDeadline }?.value == value)
        let parsed = try FragmentRequestHeaders(decoding: fields)
        #expect(parsed.deadline == .milliseconds(try #require(Int64(value))))
    }

    @Test("refuses to write control characters", arguments: ["a\nb", "a\r", "\0", "a\u{7F}"])
    func refusesControls(_ value: String) {
        #expect(throws: HeaderError.self) { try FragmentRequestHeaders(acceptLanguage: value).encoded() }
    }

    @Test("reads fields of any case, and joins lists")
    func reads() throws {
        let headers = try FragmentRequestHeaders(decoding: [
            ("FRAGMENT-PROTOCOL", " 1 "), ("x-forwarded-for", "1.2.3.4"), ("X-Forwarded-For", "5.6.7.8"),
            ("if-none-match", "\"a\""), ("If-None-Match", "\"b\""), ("Cookie", "x=y"), ("accept", ""),
        ])
        #expect(headers.forwardedFor == "1.2.3.4, 5.6.7.8")
        #expect(headers.accept == nil)
        #expect(headers.isHeld(try #require(EntityTag("W/\"b\""))))
        #expect(!headers.isHeld(try #require(EntityTag("\"c\""))))
    }

    @Test(
        "refuses malformed fields",
        arguments: [
            [], ["Fragment-Protocol: 2"], ["Fragment-Protocol: "], ["Fragment-Protocol: 1", "Fragment-Protocol: 2"],
            ["Fragment-Protocol: 1", "Fragment-Deadline: soon"], ["Fragment-Protocol: 1", "Fragment-Deadline: -1"],
            ["Fragment-Protocol: 1", "Fragment-Deadline: "],
            ["Fragment-Protocol: 1", "Fragment-Deadline: 1234567890123"],
            ["Fragment-Protocol: 1", "Fragment-Deadline: 1", "fragment-deadline: 2"],
            ["Fragment-Protocol: 1", "Gateway-Identity: a", "gateway-identity: b"],
            ["Fragment-Protocol: 1", "If-None-Match: x"], ["Fragment-Protocol: 1", "traceparent: a", "traceparent: b"],
        ]
    )
    func refuses(_ lines: [String]) {
        let fields = lines.map { line in
            let parts = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), value: String(parts[1]))
        }
        #expect(throws: HeaderError.self) { try FragmentRequestHeaders(decoding: fields) }
    }

    @Test("parses what it prints", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        func text() -> String? { random.pick([nil, "a", "x, y", "b;q=0.5", "é"]) }
        func deadline() -> Duration? {
            random.chance(of: 3) ? nil : .milliseconds(Int64.random(in: 0...99_999, using: &random))
        }
        let headers = FragmentRequestHeaders(
            deadline: deadline(),
            identity: text(),
            accept: text(),
            acceptLanguage: text(),
            ifNoneMatch: random.pick([[], [try #require(EntityTag("\"a\"")), try #require(EntityTag("W/\"b\""))]]),
            traceparent: text(),
            tracestate: text(),
            forwardedFor: text(),
            forwardedProto: text(),
            forwardedHost: text(),
            forwarded: text()
        )
        #expect(try FragmentRequestHeaders(decoding: try headers.encoded()) == headers)
    }
}
