import Testing

@testable import Gateway

@Suite struct InvalidationPolicyTests {
    @Test(
        "what an answer ends (RFC 9111, section 4.4)",
        arguments: [
            (.post, 200, [], ["/a"]), (.put, 201, [], ["/a"]), (.delete, 204, [], ["/a"]), (.patch, 200, [], ["/a"]),
            (.other, 200, [], ["/a"]), (.post, 303, [], ["/a"]), (.post, 399, [], ["/a"]),
            (.post, 400, [], []), (.post, 404, [("Location", "/b")], []), (.post, 500, [], []), (.get, 200, [], []),
            (.head, 200, [], []), (.options, 200, [], []), (.get, 200, [("Location", "/b")], []),
            (.post, 201, [("Location", "/b")], ["/a", "/b"]), (.post, 201, [("location", "http://h/b")], ["/a", "/b"]),
            (.post, 201, [("Location", "http://other/b")], ["/a"]), (.post, 200, [("Content-Location", "/a")], ["/a"]),
            (.post, 200, [("Content-Location", "/c"), ("Location", "/b")], ["/a", "/c", "/b"]),
        ] as [(RequestMethod, Int, [(String, String)], [String])]
    )
    func ends(method: RequestMethod, status: Int, fields: [(String, String)], expected: [String]) {
        let records = Self.records(method, status, fields)
        #expect(records == expected.map { "hard url:http://h\($0)" })
    }

    @Test(
        "the groups that an answer to a change names end (RFC 9875, section 3)",
        arguments: [
            (.post, 200, ["\"a\", \"b\""], ["tag:a", "tag:b"]), (.post, 500, ["\"a\""], ["tag:a"]),
            (.post, 200, ["\"a\"", "\"b c\";x=1"], ["tag:a", "tag:b%20c"]), (.get, 200, ["\"a\""], []),
            (.head, 200, ["\"a\""], []), (.post, 200, ["a"], []), (.post, 200, ["\"a\"", "b"], []),
            (.post, 200, [], []),
        ] as [(RequestMethod, Int, [String], [String])]
    )
    func groups(method: RequestMethod, status: Int, lines: [String], expected: [String]) {
        let fields = lines.map { ("cache-group-invalidation", $0) }
        #expect(Self.records(method, status, fields, isStored: false) == expected.map { "hard \($0)" })
        #expect(
            Self.records(method, status, fields).filter { $0.hasPrefix("hard tag:") } == expected.map { "hard \($0)" }
        )
    }

    private static func records(
        _ method: RequestMethod,
        _ status: Int,
        _ fields: [(String, String)],
        isStored: Bool = true
    ) -> [String] {
        InvalidationPolicy.records(
            endedBy: method,
            at: isStored ? AnswerURL(scheme: "http", authority: "h", target: "/a") : nil,
            status: status,
            headers: fields.map { (name: $0.0, value: $0.1) }
        ).map { "\($0.mode.rawValue) \($0.target)" }
    }
}
