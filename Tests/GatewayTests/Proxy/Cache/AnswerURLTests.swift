import Testing

@testable import Gateway

@Suite struct AnswerURLTests {
    private static let base = AnswerURL(scheme: "http", authority: "shop.example:8080", target: "/a/b/c?x=1&y=%20")

    @Test("path and query are kept byte by byte, and hosts are compared without case and standard port")
    func spelling() {
        #expect(Self.base.description == "http://shop.example:8080/a/b/c?x=1&y=%20")
        for (scheme, authority, text) in [
            ("HTTP", "Shop.Example:80", "http://shop.example/A?b"),
            ("https", "shop.example:443", "https://shop.example/A?b"),
            ("https", "shop.example:80", "https://shop.example:80/A?b"),
        ] {
            #expect(AnswerURL(scheme: scheme, authority: authority, target: "/A?b").description == text)
        }
    }

    @Test(
        "what is read",
        arguments: [
            ("http://h/a?b=c", "http://h/a?b=c"), ("HTTP://H:80/A", "http://h/A"), ("https://h:443", "https://h/"),
            ("http://h?b", "http://h/?b"), ("http://h:8080/a//../%2e", "http://h:8080/a//../%2e"),
            ("http://[::1]:8080/", "http://[::1]:8080/"), ("http://h/?u=http://other/", "http://h/?u=http://other/"),
            ("", nil), ("h/a", nil), ("/a", nil), ("//h/a", nil), ("ftp://h/a", nil), ("http://", nil),
            ("http:///a", nil),
            ("http://u@h/a", nil), ("http://h/a#b", nil), ("http://h/a b", nil), ("http://h/\u{e9}", nil),
            ("http://h/\n", nil), ("http://h\u{7f}/", nil), ("mailto:a@b", nil),
        ] as [(String, String?)]
    )
    func reading(text: String, expected: String?) {
        let url = AnswerURL(text)
        #expect(url?.description == expected, "\(text)")
        if let url { #expect(AnswerURL(url.description) == url) }
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
            ("mailto:a@b", nil), ("/d e", nil), ("/d\u{e9}", nil), ("//shop.example:8080/d\u{e9}", nil),
            ("http://a@shop.example:8080/d", nil), ("ftp://shop.example:8080/d", nil),
        ] as [(String, String?)]
    )
    func reference(reference: String, target: String?) {
        #expect(Self.base.sameOrigin(reference)?.target == target, "\(reference)")
        if target != nil { #expect(Self.base.sameOrigin(reference)?.authority == "shop.example:8080") }
    }
}
