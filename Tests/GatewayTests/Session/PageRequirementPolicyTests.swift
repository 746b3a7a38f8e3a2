import Testing

@testable import Gateway

@Suite("Who may see a page")
struct PageRequirementPolicyTests {
    typealias Policy = PageRequirementPolicy

    @Test(
        arguments: [
            (nil, .anonymous, true, .admit), (nil, .unknown, true, .admit), (nil, .signedIn(roles: []), false, .admit),
            (.login, .signedIn(roles: []), true, .admit), (.login, .anonymous, true, .signIn),
            (.login, .anonymous, false, .unauthorized), (.login, .unknown, true, .unavailable),
            (.role("editor"), .signedIn(roles: ["baker", "editor"]), true, .admit),
            (.role("editor"), .signedIn(roles: ["Editor", "editors", ""]), true, .forbidden),
            (.role("editor"), .signedIn(roles: []), false, .forbidden), (.role("editor"), .anonymous, true, .signIn),
            (.role("editor"), .anonymous, false, .unauthorized), (.role("editor"), .unknown, false, .unavailable),
        ] as [(PageRequirement?, Policy.Visitor, Bool, Policy.Verdict)]
    )
    func verdicts(requirement: PageRequirement?, visitor: Policy.Visitor, isNavigation: Bool, expected: Policy.Verdict)
    {
        #expect(Policy.verdict(requirement, visitor, isNavigation: isNavigation) == expected)
    }

    @Test(
        arguments: [
            ("GET", "Accept: text/html\r\n", true), ("HEAD", "Accept: text/html\r\n", true), ("GET", "", false),
            ("GET", "Accept: */*\r\n", false), ("GET", "Sec-Fetch-Mode: navigate\r\n", true),
            ("GET", "Accept: text/html\r\nSec-Fetch-Mode: cors\r\n", false),
            ("GET", "Accept: text/html\r\nsec-fetch-mode: no-cors\r\n", false),
            ("POST", "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\n", false),
        ]
    )
    func navigations(method: String, lines: String, expected: Bool) throws {
        let bytes = Array("\(method) / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n".utf8)
        let head = try #require(try RequestReader(limits: RequestLimits()).read(bytes.span))
        #expect(Policy.isNavigation(head, in: bytes.span) == expected)
    }

    @Test(arguments: [
        ("/", "/auth/login?return_to=%2F"), ("/a?b=c&d=%20", "/auth/login?return_to=%2Fa%3Fb%3Dc%26d%3D%2520"),
        ("/\r\nX: \"y\"", "/auth/login?return_to=%2F%0D%0AX%3A%20%22y%22"),
    ])
    func wayBack(path: String, expected: String) {
        #expect(Policy.signInPath(returningTo: path) == expected)
    }
}
