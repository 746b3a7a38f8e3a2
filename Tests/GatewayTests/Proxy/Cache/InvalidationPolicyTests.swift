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
        let addresses = InvalidationPolicy.addresses(
            endedBy: method,
            at: AnswerAddress(scheme: "http", authority: "h", target: "/a"),
            status: status,
            headers: fields.map { (name: $0.0, value: $0.1) }
        )
        #expect(addresses.map(\.target) == expected)
    }
}
