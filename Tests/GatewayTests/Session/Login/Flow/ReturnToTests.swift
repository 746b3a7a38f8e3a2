import Curl
import Testing

@testable import Gateway

@Suite struct ReturnToTests {
    /// Texts that would lead elsewhere by some reading, or back to a login.
    static let payloads: [String] = [
        "//evil.com", "///evil.com", "////evil.com/%2f..", "/\\evil.com", "\\/evil.com", "\\\\evil.com", "/%5cevil.com",
        "/%2f%2fevil.com", "/%252f%252fevil.com", "/%25252f%25252fevil.com", "/%2525252f%2525252fevil.com",
        "/%09/evil.com", "/%0a/evil.com", "/%0d%0aSet-Cookie:x=1", "/ /evil.com", "/%20/evil.com", "/%0b/evil.com",
        "/./\\evil.com", "/.//evil.com", "/..//evil.com", "/;@evil.com", "/@evil.com", "//evil%00.com", "/evil%00.com",
        "//evil%E3%80%82com", "//\u{3031}evil.com", "http:evil.com", "https:evil.com", "https:/evil.com",
        "https:///evil.com", "HTTPS://evil.com", "https://blog.coop.test@evil.com",
        "https://blog.coop.test%40evil.com", "https://blog.coop.test.evil.com", "https://evilcoop.test",
        "https://evil.com#blog.coop.test", "https://evil.com\\.coop.test", "javascript:alert(1)",
        "java%0ascript:alert(1)", "data:text/html,x", "vbscript:x", "view-source:x", "http://0xd8.0x3a.0xd6.0xce",
        "http://[::ffff:1.2.3.4]", "/auth/logout", "/auth/login?return_to=/auth/login", "/%61uth/logout",
        "/%2561uth/logout", "/AUTH/logout", "/auth", "/auth;x/logout", "/auth?x", "?x", "#x", "", "x", "%2f", "/%ff",
        "/a/../b", "/a/%2e%2e/b", "/a/..;x/b", "/.", "/a//b", "/\t/evil.com", "/\nevil", "/\u{7f}", "/%7f", "/%00",
        "/" + String(repeating: "a", count: 4096), "/%2f/evil.com", "/%5c%5cevil.com", "/a\\b", "/a?b=\\",
        "/\u{2028}//x", "/%2e%2e%2fx",
    ]

    @Test(arguments: payloads)
    func nothingLeadsElsewhere(text: String) {
        #expect(ReturnTo(text) == .home, "\(text) gave \(ReturnTo(text).text)")
    }

    @Test(arguments: [
        ("/", "/"), ("/write", "/write"), ("/posts/spring?page=2", "/posts/spring?page=2"),
        ("/search?q=a%20b%26c", "/search?q=a%20b%26c"),
        ("/search?next=https://example.com/", "/search?next=https://example.com/"),
        ("/search?q=//x/../y", "/search?q=//x/../y"), ("/a#part", "/a"), ("/author/x", "/author/x"),
        ("/authx", "/authx"), ("/caf\u{e9}", "/caf\u{e9}"), ("/caf%C3%A9", "/caf%C3%A9"), ("/100%25", "/100%25"),
        ("/a/", "/a/"), ("/a/b;v=1", "/a/b;v=1"), ("/x?y=%0a", "/x?y=%0a"), ("/users/a@b", "/users/a@b"),
        ("/sign-in?request=urn:x%3Ay", "/sign-in?request=urn:x%3Ay"),
    ])
    func pathsOfTheHostStay(text: String, expected: String) {
        #expect(ReturnTo(text).text == expected)
    }

    @Test func bytesThatAreNoTextLeadHome() {
        #expect(ReturnTo([0x2f, 0xff, 0xfe]) == .home)
        #expect(ReturnTo([0x2f, 0xc0, 0xaf]) == .home)
    }

    /// What browsers do to an address before they read it (URL Standard, section 4.4).
    private func asABrowserReads(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { !["\t", "\n", "\r"].contains($0) }))
            .replacing("\\", with: "/")
    }

    @Test func whatIsAcceptedIsOnTheSameHostForEveryReader() throws {
        let base = "https://blog.coop.test/auth/login"
        var random = RepeatableGenerator(seed: 7)
        let pieces = [
            "/", "\\", "%2f", "%5C", "%252f", ".", "..", ";", "@", ":", "?", "#", "evil.com", "blog", "a", "%00", "%0a",
            "\t",
            "\u{3002}", "\u{ff0f}", "//", "https:", "%", "%2", "[", "]", "&", "=", "%40", "/x", "/y",
        ]
        var accepted = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...6, using: &random)
            let text = (0..<count).map { _ in
                (Int.random(in: 0..<8, using: &random) == 0 ? Self.payloads : pieces).randomElement(using: &random)
                    ?? ""
            }.joined()
            let result = ReturnTo(text)
            #expect(ReturnTo(result.text) == result, "\(text) does not stay as it is")
            if result != .home { accepted += 1 }
            for reading in [result.text, asABrowserReads(result.text)] {
                let address = try #require(CurlAddress(reading, from: base), "\(text) is no address")
                #expect(address.host == "blog.coop.test" && address.scheme == "https" && address.port == 443, "\(text)")
            }
        }
        #expect(accepted > 100)
    }
}
