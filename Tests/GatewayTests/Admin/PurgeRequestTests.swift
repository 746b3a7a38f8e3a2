import FragmentProtocol
import Testing

@testable import Gateway

@Suite("What an operator may ask to be purged")
struct PurgeRequestTests {
    static func parse(_ pairs: [(String, String)]) throws -> [String] {
        try PurgeRequest(pairs.map { (name: $0.0, value: $0.1) }, services: ["blog", "cart"]).records.map {
            "\($0.mode.rawValue) \($0.target)"
        }
    }

    @Test("each kind of target, alone and together")
    func targets() throws {
        #expect(try Self.parse([("tag", "nav")]) == ["hard tag:nav"])
        #expect(try Self.parse([("all", "")]) == ["hard all"])
        #expect(try Self.parse([("url", "http://Blog:80/a?b=c")]) == ["hard url:http://blog/a?b=c"])
        #expect(try Self.parse([("soft", "true"), ("all", "true")]) == ["soft all"])
        #expect(
            try Self.parse([("fragment", "blog/post?slug=a"), ("service", "cart"), ("soft", "false")])
                == ["hard fragment:blog/post?slug=a", "hard service:cart"]
        )
    }

    @Test(
        "a mistake is said with what to do",
        arguments: [
            ([], "name what to purge"), ([("soft", "")], "name what to purge"),
            ([("tga", "nav")], "there is no 'tga' to purge by"), ([("tag", "a b")], "'a b' is no tag"),
            ([("fragment", "nav")], "'nav' is no fragment"), ([("service", "bolg")], "there is no service 'bolg'"),
            ([("fragment", "bolg/nav")], "there is no service 'bolg'; there are blog, cart"),
            ([("url", "/feed")], "'/feed' is no url"),
            ([("soft", "maybe"), ("all", "")], "'soft' is true or false, not 'maybe'"),
            ([("all", "false")], "is no all that can be purged"),
        ] as [([(String, String)], String)]
    )
    func mistakes(pairs: [(String, String)], message: String) {
        let failure = #expect(throws: PurgeRequest.Failure.self) { try Self.parse(pairs) }
        #expect(failure?.description.contains(message) == true, "\(failure?.description ?? "")")
    }

    @Test(
        "no web page can purge anything",
        arguments: [
            (nil, nil, "127.0.0.1:9901", true), (nil, nil, "localhost:9901", true), (nil, nil, "[::1]:9901", true),
            (nil, nil, "admin.internal", true), (nil, "none", "127.0.0.1", true),
            ("http://evil.test", nil, "127.0.0.1", false),
            ("null", nil, "127.0.0.1", false), (nil, "cross-site", "127.0.0.1", false),
            (nil, "same-origin", "127.0.0.1", false),
            (nil, nil, "rebound.evil.test:9901", false), (nil, nil, nil, false),
            (nil, nil, "127.0.0.1.evil.test", false),
        ] as [(String?, String?, String?, Bool)]
    )
    func webPages(origin: String?, site: String?, host: String?, isAllowed: Bool) {
        let refusal = AdminRequestPolicy.refusal(origin: origin, site: site, host: host, address: "admin.internal")
        #expect((refusal == nil) == isAllowed)
    }
}
