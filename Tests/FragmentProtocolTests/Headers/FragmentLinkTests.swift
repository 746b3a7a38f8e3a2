import FragmentProtocol
import Testing

@Suite("FragmentLink")
struct FragmentLinkTests {
    @Test(
        "reads lists and prints them",
        arguments: [
            ("</a.css>; rel=stylesheet", ["</a.css>; rel=\"stylesheet\""]),
            ("</a.css>;rel=\"StyleSheet Preload\";as=style", ["</a.css>; rel=\"stylesheet preload\"; as=style"]),
            (
                "</a,b;c.css>; rel=preload , <https://x.example>; rel=preconnect; crossorigin",
                ["</a,b;c.css>; rel=\"preload\"", "<https://x.example>; rel=\"preconnect\"; crossorigin"]
            ),
            ("</a>; as = script ; rel = preload", ["</a>; rel=\"preload\"; as=script"]),
            ("</a>; rel=a; rel=b; as=c; as=d", ["</a>; rel=\"a\"; as=c"]),
            ("</a>; rel=a; title=\"x, \\\"y\\\"; z\"", ["</a>; rel=\"a\"; title=\"x, \\\"y\\\"; z\""]),
            ("</a>; rel=a;", ["</a>; rel=\"a\""]),
            ("", []),
        ]
    )
    func reads(_ value: String, _ printed: [String]) {
        let (links, isComplete) = FragmentLink.list(value)
        #expect(links.map(\.description) == printed)
        #expect(isComplete)
    }

    @Test(
        "leaves malformed links out and reads on",
        arguments: [
            "/a; rel=x, </b>; rel=y", "<>; rel=x, </b>; rel=y", "</a>, </b>; rel=y", "</a>; rel=\"\", </b>; rel=y",
            "</a b>; rel=x, </b>; rel=y", "</a> x; rel=x, </b>; rel=y", "</a>; as=x, </b>; rel=y",
            "</b>; rel=y, </a>; rel=\"x", "</b>; rel=y, </a",
        ]
    )
    func skips(_ value: String) {
        let (links, isComplete) = FragmentLink.list(value)
        #expect(links.map(\.target) == ["/b"])
        #expect(!isComplete)
    }

    @Test("refuses parts that cannot be written")
    func refuses() {
        #expect(FragmentLink(target: "/a>; x", relations: ["a"]) == nil)
        #expect(FragmentLink(target: "", relations: ["a"]) == nil)
        #expect(FragmentLink(target: "/a\r\n", relations: ["a"]) == nil)
        #expect(FragmentLink(target: "/a", relations: []) == nil)
        #expect(FragmentLink(target: "/a", relations: ["a\"b"]) == nil)
        #expect(FragmentLink(target: "/a", relations: ["a"], attributes: [("b c", nil)]) == nil)
        #expect(FragmentLink(target: "/a", relations: ["a"], attributes: [("b", "\n")]) == nil)
    }

    @Test("parses what it prints", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let links = try (0..<Int.random(in: 0...3, using: &random)).map { _ in
            try #require(
                FragmentLink(
                    target: "/" + random.text(of: ["a", ",", ";", "=", "?", "\""], upTo: 6),
                    relations: [random.pick(["preload", "stylesheet"]), "x"],
                    attributes: [
                        (random.pick(["as", "b"]), random.pick([nil, "", "style", "a \"b\", \\ ;"])), ("c", "é"),
                    ]
                )
            )
        }
        let (parsed, isComplete) = FragmentLink.list(links.map(\.description).joined(separator: ", "))
        #expect(parsed == links)
        #expect(isComplete)
    }

    @Test("never fails and reads its own print", arguments: 0..<500 as Range<UInt64>)
    func fuzz(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let value = random.text(
            of: ["<", ">", "/a", ";", "rel", "=", "\"", "x", ",", " ", "\\", "\n", "é", "</b>; rel=y"],
            upTo: 16
        )
        let links = FragmentLink.list(value).links
        #expect(FragmentLink.list(links.map(\.description).joined(separator: ", ")).links == links)
    }
}
