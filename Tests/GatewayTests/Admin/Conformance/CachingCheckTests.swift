import FragmentProtocol
import Testing

@testable import Gateway

@Suite("The check of what an answer says about caching")
struct CachingCheckTests {
    /// A fragment that varies by nothing, with one tag.
    private static let plain = FragmentDeclaration(type: "a", tags: ["posts"])
    private static let personal = FragmentDeclaration(type: "a", varies: [.user])

    private static func findings(
        _ headers: [(name: String, value: String)],
        _ declaration: FragmentDeclaration,
        isForPerson: Bool = false
    ) -> [CheckFinding] {
        CachingCheck.findings(
            .sample(200, headers),
            declaration: declaration,
            isForPerson: isForPerson,
            at: .sample
        )
    }

    @Test(
        "What fits the manifest is in order",
        arguments: [
            (["Cache-Tag: posts"], plain, false),
            (["Cache-Control: public, max-age=60", "Cache-Tag: posts, post:a"], plain, false),
            (["Cache-Tag: posts", "Vary: Accept, Accept-Encoding, Cookie", "Expires: 0"], plain, false),
            (["Cache-Tag: posts", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT"], plain, false),
            (["Cache-Control: private, no-cache", "Vary: Gateway-Identity"], personal, true),
            (["Cache-Control: no-store"], personal, true),
            ([], personal, true),
            (["Cache-Control: public, max-age=60", "Vary: gateway-identity"], personal, false),
            (["Cache-Control: private"], personal, false),
            (["Vary: Accept-Language"], FragmentDeclaration(type: "a", varies: [.language]), false),
            (["Vary: X-Device"], FragmentDeclaration(type: "a", varies: [.header("x-device")]), false),
            (["Cache-Control: max-age=1"], FragmentDeclaration(type: "a", cache: CacheDirectives(maxAge: 1)), false),
        ]
    )
    func fine(_ lines: [String], _ declaration: FragmentDeclaration, _ isForPerson: Bool) {
        #expect(Self.findings(Self.fields(lines), declaration, isForPerson: isForPerson) == [])
    }

    @Test(
        "What does not fit is found",
        arguments: [
            (
                ["Cache-Tag: posts", "Cache-Control: max-age=1h"], plain, false,
                "warning 5.1: Cache-Control says 'max-age=1h'"
            ),
            (["Cache-Tag: posts", "Expires: soon"], plain, false, "warning 5.1: Expires is 'soon'"),
            (["Cache-Tag: posts", "Last-Modified: 0"], plain, false, "warning 5.4: Last-Modified is '0'"),
            (
                [], FragmentDeclaration(type: "a", cache: CacheDirectives(maxAge: 1)), false,
                "warning 5.1: the manifest says 'max-age=1', and the answer says nothing about caching"
            ),
            (
                ["Cache-Tag: posts", "Cache-Control: private"], plain, false,
                "warning 5.2: the answer is private, and the manifest says nothing of 'user'"
            ),
            (
                ["Cache-Control: public, max-age=60", "Vary: Gateway-Identity"], personal, true,
                "error 5.2: the fragment varies by user, and its answer to a person does not say private or no-store, but"
            ),
            (["Cache-Control: s-maxage=60"], personal, true, "error 5.2: "),
            (
                ["Cache-Control: max-age=60"], personal, true,
                "warning 5.2: the fragment varies by user, and its answer to a"
            ),
            (["CDN-Cache-Control: public"], personal, true, "error 5.2: "),
            (
                ["Cache-Control: public, max-age=60"], personal, false,
                "warning 5.2: the fragment varies by user, and its answer to nobody is for everybody's use"
            ),
            (["Cache-Tag: posts", "Vary: *"], plain, false, "warning 5.3: Vary is *"),
            (["Cache-Tag: posts", "Vary: Gateway-Identity"], plain, false, "warning 5.3: Vary names Gateway-Identity"),
            (["Cache-Tag: posts", "Vary: Accept-Language"], plain, false, "warning 5.3: Vary names Accept-Language"),
            (["Cache-Tag: posts", "Vary: User-Agent"], plain, false, "warning 5.3: Vary names 'user-agent'"),
            ([], plain, false, "warning 5.5: Cache-Tag lacks what the manifest lists: posts"),
            (
                ["Cache-Tag: posts, news"], plain, false,
                "warning 5.5: Cache-Tag has what the manifest does not list: news"
            ),
        ]
    )
    func found(_ lines: [String], _ declaration: FragmentDeclaration, _ isForPerson: Bool, _ expected: String) {
        let findings = Self.findings(Self.fields(lines), declaration, isForPerson: isForPerson)
        #expect(findings.begin(with: [expected]), "\(findings)")
        #expect(findings.allSatisfy { !$0.remedy.isEmpty })
    }

    private static func fields(_ lines: [String]) -> [(name: String, value: String)] {
        lines.map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (String(parts[0]), String(parts[1].dropFirst()))
        }
    }
}
