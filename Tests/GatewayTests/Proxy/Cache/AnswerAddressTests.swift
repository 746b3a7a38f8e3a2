import Testing

@testable import Gateway

@Suite struct AnswerAddressTests {
    private static let base = AnswerAddress(
        scheme: "http",
        authority: "shop.example:8080",
        target: "/a/b/c?x=1&y=%20"
    )

    @Test("path and query are kept byte by byte, and hosts are compared without case and standard port")
    func text() {
        #expect(Self.base.text == "answer:http://shop.example:8080/a/b/c?x=1&y=%20")
        #expect(
            AnswerAddress(scheme: "HTTP", authority: "Shop.Example:80", target: "/A?b").text
                == "answer:http://shop.example/A?b"
        )
        #expect(
            AnswerAddress(scheme: "https", authority: "shop.example:443", target: "/").text
                == "answer:https://shop.example/"
        )
        #expect(
            AnswerAddress(scheme: "https", authority: "shop.example:80", target: "/").text
                == "answer:https://shop.example:80/"
        )
    }

    @Test(
        "references (RFC 3986, section 5)",
        arguments: [
            ("/d", "/d"), ("/d?e=f", "/d?e=f"), ("/d#part", "/d"), ("d", "/a/b/d"), ("./d", "/a/b/d"), ("../d", "/a/d"),
            ("../../../d", "/d"), ("?z", "/a/b/c?z"), (".", "/a/b/"), ("..", "/a/"), ("/x/./y/../z", "/x/z"),
            ("/x/..", "/"), ("http://shop.example:8080/d", "/d"), ("HTTP://SHOP.example:8080/d", "/d"),
            ("//shop.example:8080/d?e", "/d?e"), ("http://shop.example:8080", "/"),
            ("http://shop.example:8080?q", "/?q"),
            ("/d:e", "/d:e"), ("d/e:f", "/a/b/d/e:f"), ("/d?u=http://other.example/", "/d?u=http://other.example/"),
            ("", nil), ("#part", nil), ("http://other.example/d", nil), ("https://shop.example:8080/d", nil),
            ("//other.example/d", nil), ("http://shop.example/d", nil), ("http://shop.example:8081/d", nil),
            ("mailto:a@b", nil), ("http://a@shop.example:8080/d", nil), ("ftp://shop.example:8080/d", nil),
        ] as [(String, String?)]
    )
    func reference(reference: String, target: String?) {
        #expect(Self.base.sameOrigin(reference)?.target == target, "\(reference)")
        if target != nil { #expect(Self.base.sameOrigin(reference)?.authority == "shop.example:8080") }
    }

    @Test(
        "requests that select the same answer (RFC 9111, section 4.1)",
        arguments: [
            ([("Accept", "a, b")], [("accept", "a,b")], true),
            ([("Accept", "a"), ("Accept", "b")], [("Accept", "a, b")], true),
            ([("Accept", " a ,\tb")], [("Accept", "a,b")], true), ([("Accept", "a")], [("Accept", "b")], false),
            ([("Accept", "a")], [], false), ([("Accept", "")], [], false), ([], [], true),
            ([("Accept", "a, b")], [("Accept", "b, a")], false), ([("Accept", "A")], [("Accept", "a")], false),
            ([("Other", "1")], [("Other", "2")], true), ([("Accept", "\"a, b\"")], [("Accept", "\"a,b\"")], false),
            ([("Accept", "a"), ("X-B", "1")], [("X-B", "1"), ("Accept", "a")], true),
            ([("Accept", "x-b=1")], [("X-B", "1")], false),
        ] as [([(String, String)], [(String, String)], Bool)]
    )
    func selects(one: [(String, String)], other: [(String, String)], isSame: Bool) {
        let variants = AnswerVariants(names: ["accept", "x-b"], generation: 7)
        func text(_ fields: [(String, String)]) -> String {
            Self.base.text(of: variants, for: fields.map { (name: $0.0, value: $0.1) })
        }
        #expect((text(one) == text(other)) == isSame)
        #expect(text(one) != Self.base.text(of: AnswerVariants(names: ["accept", "x-b"], generation: 8), for: []))
    }
}
