import Testing

@testable import Gateway

struct TemplateCompilerTests {
    @Test func versionFollowsEveryText() throws {
        let version = try compileTemplates(["a.html": "x", "b.html": "y"]).version
        #expect(version.utf8.count == 32)
        #expect(try compileTemplates(["b.html": "y", "a.html": "x"]).version == version)
        #expect(try compileTemplates(["a.html": "x", "b.html": "z"]).version != version)
        #expect(try compileTemplates(["a.html": "xb.html", "b.html": "y"]).version != version)
        #expect(try compileTemplates(["a.htmlx": "", "b.html": "y"]).version != version)
    }

    @Test func strictMakesErrorsOfWarnings() {
        let lenient = TemplateCompilerOptions()
        #expect(throws: Never.self) { try compileTemplates(["a.html": "{{ x }}"], options: lenient) }
        let strict = TemplateCompilerOptions(isStrict: true)
        #expect(throws: TemplateDiagnostics.self) { try compileTemplates(["a.html": "{{ x }}"], options: strict) }
    }

    @Test func partsThatMakeSenseOnlyInPlaceAreNoPages() throws {
        let set = try compileTemplates([
            "page.html": "{% include \"open.html\" %}\">{% include \"text.html\" %}</p>",
            "open.html": "<p title=\"{{ query.a }}", "text.html": "<b>",
        ])
        #expect(set.programs.keys.sorted() == ["page.html", "text.html"])
    }

    @Test func refusesPagesThatGrowWithoutBound() {
        var sources = [TemplateSource(path: "0.html", text: "x")]
        for level in 1...25 {
            let include = "{% include \"\(level - 1).html\" %}"
            sources.append(TemplateSource(path: "\(level).html", text: include + include))
        }
        #expect(throws: TemplateDiagnostics.self) { try TemplateCompiler.compile(sources) }
        let deep = (0..<60).map { TemplateSource(path: "\($0).html", text: "{% include \"\($0 + 1).html\" %}") }
        #expect(throws: TemplateDiagnostics.self) {
            try TemplateCompiler.compile(deep + [TemplateSource(path: "60.html", text: "")])
        }
    }

    @Test func refusesDeepStatements() {
        for (opener, closer) in [
            ("{% if query.a %}", "{% endif %}"), ("{% for x in query.a %}", "{% endfor %}"),
            ("{% fragment \"a/b\" or %}", "{% endfragment %}"),
        ] {
            let text = String(repeating: opener, count: 3000) + String(repeating: closer, count: 3000)
            #expect(templateComplaints(["a.html": text]).contains("nested more than 60 deep"))
        }
    }

    @Test func compilesAnEmptySite() throws {
        #expect(try compileTemplates([:]).programs.isEmpty)
        #expect(try renderTemplate("") == "")
    }
}
