import Testing

@testable import Gateway

@Suite("Own-origin policy")
struct OwnOriginPolicyTests {
    static let ownOrigin = "http://cart.localhost:8080"

    /// What the two headers hold (nil: not there), and what follows.
    static let cases: [(site: String?, origin: String?, verdict: OwnOriginPolicy.Verdict)] = [
        (nil, nil, .unsaid),
        ("same-origin", nil, .proven),
        ("same-origin", ownOrigin, .proven),
        (nil, ownOrigin, .proven),
        ("none", ownOrigin, .proven),
        ("none", nil, .refused(.noProof)),
        // Neighbours are the same site, and that is not enough.
        ("same-site", nil, .refused(.foreignSite)),
        ("same-site", ownOrigin, .refused(.foreignSite)),
        ("cross-site", nil, .refused(.foreignSite)),
        ("cross-site", ownOrigin, .refused(.foreignSite)),
        ("same-site", "http://blog.localhost:8080", .refused(.foreignSite)),
        // Values that no browser sends.
        ("Same-Origin", nil, .refused(.foreignSite)),
        ("same-origin, same-origin", nil, .refused(.foreignSite)),
        ("", nil, .refused(.foreignSite)),
        ("", ownOrigin, .refused(.foreignSite)),
        // Origins that are not this host.
        (nil, "http://blog.localhost:8080", .refused(.foreignOrigin)),
        (nil, "https://cart.localhost:8080", .refused(.foreignOrigin)),
        (nil, "http://cart.localhost", .refused(.foreignOrigin)),
        (nil, "http://cart.localhost:8081", .refused(.foreignOrigin)),
        (nil, "http://cart.localhost:80801", .refused(.foreignOrigin)),
        (nil, "http://cart.localhost:8080/", .refused(.foreignOrigin)),
        (nil, "http://cart.localhost:8080.evil.example", .refused(.foreignOrigin)),
        (nil, "http://CART.localhost:8080", .refused(.foreignOrigin)),
        (nil, "null", .refused(.foreignOrigin)),
        (nil, "", .refused(.foreignOrigin)),
        (nil, "\(ownOrigin) \(ownOrigin)", .refused(.foreignOrigin)),
        ("same-origin", "null", .refused(.foreignOrigin)),
        ("same-origin", "http://evil.example", .refused(.foreignOrigin)),
        ("none", "http://evil.example", .refused(.foreignOrigin)),
    ]

    @Test("what the headers prove", arguments: cases)
    func verdicts(site: String?, origin: String?, verdict: OwnOriginPolicy.Verdict) {
        var text = "POST /add HTTP/1.1\r\n"
        var head = RequestHead()
        func add(_ name: String, _ value: String?) -> ByteRange {
            guard let value else { return .none }
            text += "\(name): "
            let range = ByteRange(offset: text.utf8.count, length: value.utf8.count)
            text += "\(value)\r\n"
            return range
        }
        head.fetchSite = add("Sec-Fetch-Site", site)
        head.origin = add("Origin", origin)
        let bytes = Array(text.utf8)
        #expect(OwnOriginPolicy.verdict(of: head, in: bytes, ownOrigin: Self.ownOrigin) == verdict)
    }

    @Test("of all combinations only these prove the origin")
    func exhaustive() {
        for site in OwnOriginPolicy.FetchSite.allCases {
            for origin in OwnOriginPolicy.Origin.allCases {
                let isProven = OwnOriginPolicy.verdict(site, origin) == .proven
                let expected =
                    site == .sameOrigin && origin != .foreign
                    || (site == .absent || site == .none) && origin == .own
                #expect(isProven == expected, "\(site) \(origin)")
            }
        }
    }
}
