import FragmentProtocol
import Gateway
import TestSupport
import Testing

@Suite("The check of running services")
struct ServiceSurveyTests {
    private static let fragments = [
        FragmentDeclaration(type: "mini", varies: [.user]),
        FragmentDeclaration(
            type: "list",
            params: [.integer("limit", default: 3, range: 1...9), .string("tag")],
            examples: [["limit": .integer(2), "tag": .string("a b")]]
        ),
        FragmentDeclaration(type: "summary", content: .json),
    ]

    /// Answers as a service that does everything right, but for what `other` answers.
    private static func answer(
        _ request: OriginRequest,
        other: [String: [OriginStep]] = [:]
    ) throws -> [OriginStep] {
        if let steps = other[request.path] { return steps }
        let html = [("Content-Type", "text/html; charset=utf-8")]
        switch request.path {
        case "/internal/fragments":
            let manifest = ServiceManifest(service: "cart", version: "1", fragments: fragments)
            let body = String(decoding: try manifest.encoded(), as: UTF8.self)
            return OriginStep.answer(200, [("Content-Type", "application/json")], body)
        case "/internal/fragments/mini": return OriginStep.answer(200, html, "<a href=\"/\">Cart</a>")
        case "/internal/fragments/list?limit=2&tag=a%20b": return OriginStep.answer(200, html, "<ul></ul>")
        case "/internal/fragments/summary":
            return OriginStep.answer(200, [("Content-Type", "application/json")], "{\"items\": []}")
        default: return OriginStep.answer(404)
        }
    }

    private static func check(
        _ template: String,
        fragments: String = "'cart/*': { vary: [user], timeout: 5s }",
        rest: String = "",
        other: [String: [OriginStep]] = [:]
    ) async throws -> [String] {
        try await SiteFixture(
            templates: ["home.html": template],
            pages: "{ host: cart, path: /, template: home.html }",
            fragments: fragments,
            rest: rest
        )
        .check { request in
            do {
                return try answer(request, other: other)
            } catch {
                return OriginStep.answer(500, [], "\(error)")
            }
        }
    }

    @Test("A service that is as its manifest says has no findings")
    func fine() async throws {
        let template = """
            {% data cart = "cart/summary" %}{% fragment "cart/mini" %}
            {% fragment "cart/list" with tag=query.tag %}{% fragment "cart/list" with limit=9, tag="x" %}
            """
        #expect(try await Self.check(template) == [])
    }

    @Test(
        "Uses that do not fit the manifest are found at their place",
        arguments: [
            (
                "{% fragment \"cart/minni\" %}",
                "error: the service 'cart' has no fragment 'minni'; did you mean \"mini\"?"
            ),
            ("{% fragment \"cart/list\" %}", "error: cart/list needs the parameter 'tag'"),
            ("{% fragment \"cart/list\" with limit=query.n %}", "error: cart/list needs the parameter 'tag'"),
            (
                "{% fragment \"cart/list\" with tag=\"a\", limi=query.n %}",
                "error: cart/list has no parameter 'limi'; did you mean \"limit\"?"
            ),
            ("{% fragment \"cart/mini\" with a=1 %}", "error: cart/mini has no parameter 'a'; it takes none"),
            (
                "{% fragment \"cart/list\" with tag=\"a\", limit=10 %}",
                "error: cart/list: the parameter \"limit\" "
            ),
            (
                "{% fragment \"cart/summary\" %}",
                "error: cart/summary is JSON, which cannot be inserted; bind it with {% data … = \"cart/summary\" %}"
            ),
            (
                "{% data a = \"cart/mini\" %}{{ a }}",
                "error: cart/mini is HTML; insert it with {% fragment \"cart/mini\" %}"
            ),
        ]
    )
    func uses(_ template: String, _ expected: String) async throws {
        let findings = try await Self.check("<p>\n" + template + "</p>")
        #expect(findings.count == 1)
        let finding = try #require(findings.first)
        #expect(finding.hasPrefix("Templates/home.html:2:"))
        #expect(finding.contains(expected), "\(finding)")
    }

    @Test("A rule without what its fragment varies by is found, with the rule's place")
    func rules() async throws {
        let findings = try await Self.check("{% fragment \"cart/mini\" %}", fragments: "'*': { timeout: 5s }")
        #expect(findings.count == 1)
        #expect(
            findings.contains { $0.hasPrefix("gateway.yaml:3:") && $0.contains("the rule '*' lacks 'vary: [user]'") }
        )
    }

    @Test("A rule for a fragment that does not exist is doubtful")
    func unknownRule() async throws {
        let findings = try await Self.check("x", fragments: "cart/lst: {}, '*': { timeout: 5s }")
        #expect(findings.count == 1)
        #expect(findings.first?.hasPrefix("gateway.yaml:3:") == true)
        #expect(
            findings.first?.hasSuffix("warning: the service 'cart' has no fragment 'lst'; did you mean \"list\"?")
                == true
        )
    }

    @Test(
        "Examples that are not answered as declared are found, with the line",
        arguments: [
            (OriginStep.answer(500), "ORIGIN/internal/fragments/mini: error: the example is answered with status 500"),
            (
                OriginStep.answer(302, [("Location", "/")]),
                "ORIGIN/internal/fragments/mini: warning: the example is answered with a redirect, status 302"
            ),
            (
                OriginStep.answer(200, [("Content-Type", "text/plain")], "a"),
                "ORIGIN/internal/fragments/mini: error: the content type is 'text/plain'; the manifest declares text/html"
            ),
            (
                OriginStep.answer(200, [], "a"),
                "ORIGIN/internal/fragments/mini: error: the content type is missing; the manifest declares text/html"
            ),
            (
                OriginStep.answer(200, [("Content-Type", "text/html")], "<ul>\n  <li>a\n</ul>"),
                "ORIGIN/internal/fragments/mini:2:3: error: <li> is not closed before </ul>"
            ),
            (
                OriginStep.answer(200, [("Content-Type", "text/html"), ("Fragment-Meta", "{")], "a"),
                "ORIGIN/internal/fragments/mini: warning: the header Fragment-Meta"
            ),
            ([.reset], "ORIGIN/internal/fragments/mini: error: there is no answer: reset"),
        ]
    )
    func examples(_ steps: [OriginStep], _ expected: String) async throws {
        let findings = try await Self.check("x", other: ["/internal/fragments/mini": steps])
        #expect(findings.count == 1)
        #expect(findings.first?.hasPrefix(expected) == true, "\(findings)")
    }

    @Test("An example that takes longer than its rule allows is found, with the rule")
    func timeout() async throws {
        let findings = try await Self.check(
            "x",
            fragments: "cart/mini: { timeout: 50ms }, '*': { timeout: 5s }",
            other: ["/internal/fragments/mini": [.stall]]
        )
        #expect(findings.count == 1)
        #expect(findings.first?.contains("within the fragment's timeout, 50 ms (by gateway.yaml:3)") == true)
    }

    @Test("JSON that cannot be read is found")
    func json() async throws {
        let steps = OriginStep.answer(200, [("Content-Type", "application/json")], "{\"a\":")
        let findings = try await Self.check("x", other: ["/internal/fragments/summary": steps])
        #expect(findings.count == 1)
        #expect(findings.first?.contains("summary: error: the body is not JSON that can be read") == true)
    }

    @Test(
        "A manifest that cannot be had or is not valid is found",
        arguments: [
            (OriginStep.answer(404), "ORIGIN/internal/fragments: error: the manifest is answered with status 404"),
            (OriginStep.answer(200, [], "{}"), "ORIGIN/internal/fragments: error: the manifest is not valid: protocol"),
            (
                OriginStep.answer(200, [], "{\"protocol\":1,\"service\":\"blog\",\"version\":\"1\",\"fragments\":[]}"),
                "ORIGIN/internal/fragments: error: this is the service 'blog', not 'cart'"
            ),
            ([.reset], "gateway.yaml:2:"),
        ]
    )
    func manifests(_ steps: [OriginStep], _ expected: String) async throws {
        let findings = try await Self.check("{% fragment \"cart/any\" %}", other: ["/internal/fragments": steps])
        #expect(findings.count == 1)
        #expect(findings.first?.hasPrefix(expected) == true, "\(findings)")
    }

    @Test("Fragments that vary by user are asked for with an identity, others without")
    func identity() async throws {
        let findings = try await SiteFixture(
            templates: ["home.html": "x"],
            fragments: "'*': { timeout: 5s }"
        )
        .check { request in
            let isPersonal = request.path == "/internal/fragments/mini"
            let identities = request.values(HeaderName.gatewayIdentity)
            guard request.path == "/internal/fragments" || identities.count == (isPersonal ? 1 : 0) else {
                return OriginStep.answer(500)
            }
            do {
                return try Self.answer(request)
            } catch {
                return OriginStep.answer(500)
            }
        }
        #expect(findings == [])
    }
}
