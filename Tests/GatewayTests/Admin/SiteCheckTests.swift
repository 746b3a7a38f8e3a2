import Foundation
import Gateway
import Testing

@Suite("The check of a site")
struct SiteCheckTests {
    @Test("A site without mistakes has no findings, and tells what its pages depend on")
    func fine() async throws {
        let site = SiteFixture(
            templates: [
                "home.html": "<p>{{ query.tag }}{{ request.lang }}{{ path.slug|safe }}</p>{% fragment \"cart/mini\" %}",
                "plain.html": "<link rel=\"stylesheet\" href=\"{{ asset(\"site.css\") }}\">",
                "assets/site.css": "p { }",
            ],
            pages:
                "{ host: cart, path: '/a/{slug}', template: home.html }, { host: cart, path: /, template: plain.html }",
            fragments: "cart/mini: { vary: [user] }"
        )
        let found = try await site.check()
        #expect(found.findings == [])
        #expect(found.report.exitStatus == 0)
        #expect(found.safeUses.map { $0.prefix(22) } == ["Templates/home.html:1:"])
        let pages = found.report.pages
        #expect(pages.map(\.template) == ["home.html", "plain.html"])
        #expect(pages.map(\.userFragments) == [["cart/mini"], []])
        #expect(pages.map(\.dependsOnLanguage) == [true, false])
        #expect(pages.map(\.queryNames) == [["tag"], []])
        #expect(found.report.text.contains("user (cart/mini); language; query tag\n"))
        #expect(found.report.text.hasSuffix("\n\n0 errors, 0 warnings\n"))
    }

    @Test("All mistakes of configuration and templates are told, with their places")
    func mistakes() async throws {
        let site = SiteFixture(
            templates: [
                "home.html": "{{ nam|uper }}", "other.html": "<p>\n{% fragment \"card/mini\" %}{{ asset(\"x\") }}</p>",
            ],
            pages: "{ host: cart, path: /, template: hom.html }, { host: cart, path: /b, template: other.html }"
        )
        let found = try await site.check()
        #expect(found.report.exitStatus == 1)
        #expect(found.findings.count >= 4)
        #expect(found.findings.first?.hasPrefix("gateway.yaml:4:") == true)
        #expect(found.findings.first?.contains("there is no template 'hom.html'") == true)
        #expect(found.findings.first?.hasSuffix("did you mean \"home.html\"?") == true)
        #expect(found.findings.contains { $0.hasPrefix("Templates/home.html:1:") && $0.contains("uper") })
        #expect(found.findings.contains { $0.hasPrefix("Templates/other.html:2:") && $0.contains("card") })
        #expect(found.report.findings.contains { $0.excerpt.contains("^") })
    }

    @Test("Mistakes of the configuration file end the check")
    func configuration() async throws {
        let found = try await SiteFixture(rest: "tll: 3").check()
        #expect(found.report.exitStatus == 1)
        #expect(found.findings.count == 1)
        #expect(found.findings.first?.hasPrefix("gateway.yaml:5:1: error: unknown key 'tll'") == true)
    }

    @Test("A file that is not there is another status")
    func unreadable() async {
        let report = await SiteCheck(configurationPath: "/nowhere/gateway.yaml", environment: [:]).run()
        #expect(report.exitStatus == 2)
        #expect(report.isUnreadable)
    }

    @Test("A capture that a route lacks is a warning, and an error when strict", arguments: [false, true])
    func captures(_ isStrict: Bool) async throws {
        let site = SiteFixture(
            templates: ["home.html": "{{ path.slug }}"],
            pages: "{ host: cart, path: /, template: home.html }",
            isStrict: isStrict
        )
        let found = try await site.check()
        #expect(found.report.exitStatus == (isStrict ? 1 : 0))
        #expect(found.report.warningCount == (isStrict ? 0 : 1))
        #expect(found.findings.first?.hasSuffix("'home.html' reads path.slug, which '/' does not capture") == true)
    }

    @Test("A folder of templates that is not there is a finding")
    func noTemplates() async throws {
        let found = try await SiteFixture(rest: "templates: Elsewhere").check()
        #expect(found.findings == ["Elsewhere: error: does not exist"])
    }

    @Test("JSON holds all that text holds")
    func json() async throws {
        let site = SiteFixture(
            templates: ["home.html": "{{ path.slug|safe }}{{ query.q }}"],
            pages: "{ host: cart, path: /, template: home.html }"
        )
        let report = try await site.check().report
        let object = try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any]
        let document = try #require(object)
        #expect(document["errors"] as? Int == 0)
        #expect(document["warnings"] as? Int == 1)
        let finding = try #require((document["findings"] as? [[String: Any]])?.first)
        #expect(finding["severity"] as? String == "warning")
        #expect((finding["place"] as? [String: Any])?["line"] as? Int == 4)
        let page = try #require((document["pages"] as? [[String: Any]])?.first)
        #expect(page["query"] as? [String] == ["q"])
        #expect((document["safe"] as? [Any])?.count == 1)
    }
}
