import Testing

@testable import Gateway

/// What each statement does, from its text to its output.
struct TemplateStatementTests {
    static let roots: [RootName: Value] = [
        .site: [
            "list": ["a", "b", "c"], "empty": [], "map": ["x": 1, "y": 2], "yes": true, "no": false,
            "nested": [["n": "1", "sub": ["p", "q"]], ["n": "2", "sub": []]],
        ],
        .session: ["csrf": "t\"k"],
    ]

    @Test(arguments: [
        // if
        ("{% if site.yes %}1{% endif %}2", "12"), ("{% if site.no %}1{% endif %}2", "2"),
        ("{% if site.no %}1{% else %}2{% endif %}", "2"),
        ("{% if site.no %}1{% elif site.yes %}2{% else %}3{% endif %}", "2"),
        ("{% if site.no %}1{% elif site.no %}2{% else %}3{% endif %}", "3"),
        ("{% if site.yes %}{% endif %}", ""), ("{% if nothing_here %}1{% else %}2{% endif %}", "2"),
        // for
        ("{% for x in site.list %}{{ x }}{% endfor %}", "abc"),
        ("{% for x in site.empty %}1{% else %}2{% endfor %}", "2"),
        ("{% for x in site.list %}1{% else %}2{% endfor %}", "111"), ("{% for x in none %}1{% endfor %}.", "."),
        (
            "{% for x in site.list %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }} {% endfor %}",
            "10truefalse3 21falsefalse3 32falsetrue3 "
        ), ("{% for k, v in site.map %}{{ k }}={{ v }};{% endfor %}", "x=1;y=2;"),
        ("{% for p in site.map %}{{ p.key }}:{{ p.value }} {% endfor %}", "x:1 y:2 "),
        ("{% for i, x in site.list %}{{ i }}{{ x }}{% endfor %}", "0a1b2c"),
        (
            "{% for a in site.nested %}{{ a.n }}[{% for s in a.sub %}{{ s }}{{ loop.length }}{% else %}-{% endfor %}]{{ loop.index }}{% endfor %}",
            "1[p2q2]12[-]2"
        ), ("{% for x in \"text\" %}1{% else %}2{% endfor %}", "2"),
        // set
        ("{% set a = 1 %}{% set b = a + 1 %}{{ a }}{{ b }}", "12"), ("{% set a = 1 %}{% set a = a + 1 %}{{ a }}", "2"),
        ("{% if site.yes %}{% set a = 1 %}{% endif %}{{ a }}", "1"),
        ("{% set n = 0 %}{% for x in site.list %}{% set n = n + loop.index %}{% endfor %}{{ n }}", "6"),
        (
            "{% for x in site.list %}{% if loop.first %}{% set seen = x %}{% endif %}{{ seen }}{% endfor %}",
            "a"
        ), ("{% set site = 5 %}{{ site }}", "5"), ("{% for x in site.list %}{% endfor %}{{ x }}", ""),
        // scopes of blocks
        ("{% set a = 1 %}{% block b %}{{ a }}{% set a = 2 %}{% set c = 3 %}{% endblock %}{{ a }}{{ c }}", "12"),
        ("{% block b %}x{% endblock b %}", "x"),
        // csrf
        ("{% csrf %}", "<input type=\"hidden\" name=\"csrf\" value=\"t&quot;k\">"),
    ])
    func prints(text: String, expected: String) throws {
        #expect(try renderTemplate(text, Self.roots) == expected)
    }

    @Test func extendsAndIncludes() throws {
        let set = try compileTemplates([
            "base.html":
                "<title>{% block title %}Site{% endblock %}</title>{% include \"nav.html\" %}{% block body %}-{% endblock %}",
            "middle.html":
                "{% extends \"base.html\" %}{% block body %}<m>{% block inner %}i{% endblock %}</m>{% endblock %}",
            "page.html": """
            {% extends "middle.html" %}
            {% set tab = "home" %}
            {% block title %}Page – {{ super() }}{% endblock %}
            {% block inner %}{{ super() }}{{ super() }}!{% endblock %}
            """,
            "nav.html": "<nav>{{ tab }}{% set local = 1 %}</nav>",
        ])
        #expect(set.programs.keys.sorted() == ["base.html", "middle.html", "nav.html", "page.html"])
        let outputs = set.programs.mapValues { runPage($0).output }
        #expect(outputs["page.html"] == "<title>Page – Site</title><nav>home</nav><m>ii!</m>")
        #expect(outputs["middle.html"] == "<title>Site</title><nav></nav><m>i</m>")
        #expect(outputs["base.html"] == "<title>Site</title><nav></nav>-")
        // A name that the page gives to its parts is no mistake in the parts.
        #expect(set.warnings.isEmpty)
    }

    @Test func mergesTextThatMeets() throws {
        let set = try compileTemplates([
            "base.html": "a{% block x %}b{% endblock %}c{# no #}{{ \"d\" }}{% include \"p.html\" %}{{ 1 + 1 }}",
            "page.html": "{% extends \"base.html\" %}{% block x %}<{{ super() }}>{% endblock %}", "p.html": "p",
        ])
        let program = try #require(set.programs["page.html"])
        #expect(program.instructions == [.text(offset: 0, count: 8), .finish])
        #expect(runPage(program).output == "a<b>cdp2")
    }

    @Test func instructionsAreSmallAndTrivial() {
        #expect(MemoryLayout<Instruction>.stride == 16)
        #expect(MemoryLayout<ProgramExpression>.stride == 16)
        #expect(_isPOD(Instruction.self))
        #expect(_isPOD(ProgramExpression.self))
    }

    @Test func foldsWhatIsTheSameForEveryRequest() throws {
        let options = TemplateCompilerOptions(
            services: ["cart"],
            constants: [.services: ["cart": ["url": "http://cart.test/?a&b"]], .site: ["name": "R & A"]]
        )
        let program = try templateProgram(
            "<a href=\"{{ services.cart.url }}\">{{ site.name|default(\"x\") }}</a>",
            options: options
        )
        #expect(program.instructions.count == 2)
        #expect(runPage(program).output == "<a href=\"http://cart.test/?a&amp;b\">R &amp; A</a>")
        #expect(program.dependencies == PageDependencies())
    }
}
