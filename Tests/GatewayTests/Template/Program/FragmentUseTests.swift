import FragmentProtocol
import Testing

@testable import Gateway

struct FragmentUseTests {
    @Test func saysHowEachFragmentIsUsed() throws {
        let program = try templateProgram(
            """
            {% fragment "cart/mini" %}
            {% fragment "market/list" with per-page=12, q=query.q, on=true primary timeout 300ms ttl 1h %}
            {% fragment "blog/nav" with active="home", limit=-3, none=none required or %}<b>{% fragment "blog/alt" %}</b>{% endfragment %}
            {% data posts = "blog/posts" with tag=query.tag or "x" required timeout 2s %}
            """
        )
        let uses = program.uses
        #expect(uses.map(\.name.description) == ["cart/mini", "market/list", "blog/nav", "blog/alt", "blog/posts"])
        #expect(uses.map(\.index) == [0, 1, 2, 3, 4])
        #expect(uses.map(\.kind) == [.fragment, .fragment, .fragment, .fragment, .data])
        #expect(uses.map(\.isPrimary) == [false, true, false, false, false])
        #expect(uses.map(\.isRequired) == [false, false, true, false, true])
        #expect(uses.map(\.timeout) == [nil, .milliseconds(300), nil, nil, .seconds(2)])
        #expect(uses.map(\.ttl) == [nil, .seconds(3600), nil, nil, nil])
        #expect(uses.map(\.constantParameters?.query) == ["", nil, "active=home&limit=-3", "", nil])
        #expect(uses[1].position.description == "page.html:2:13")
        #expect(program.primaryUse == 1)
    }

    @Test func printsArgumentsCanonically() throws {
        let program = try templateProgram(
            """
            {% fragment "a/b" with s=query.s, i=1 + query.n, w=query.n * 1.0, h=query.n / 4, t=query.s == "x", gone=query.none, e=query.e, l=[1, query.s] %}
            """
        )
        let host = FakePageHost(fragments: ["a/b": "-"], roots: [.query: ["s": "x y", "n": "2", "e": ""]])
        #expect(
            runPage(program, host).host.inserted == ["a/b?e=&h=0.5&i=3&l=%5B1%2C%22x%20y%22%5D&s=x%20y&t=false&w=2"]
        )
    }

    @Test func showsWhatStandsForAFragment() throws {
        let program = try templateProgram(
            "{% fragment \"a/up\" or %}no{% endfragment %}|{% fragment \"a/down\" or %}<i>{{ query.q }}</i>{% endfragment %}|{% fragment \"a/down\" %}|"
        )
        let host = FakePageHost(fragments: ["a/up": "<b>up</b>"], roots: [.query: ["q": "&"]])
        #expect(runPage(program, host).output == "<b>up</b>|<i>&amp;</i>||")
    }

    @Test func bindsData() throws {
        let program = try templateProgram(
            """
            {% data posts = "blog/posts" with tag=query.tag %}{% for p in posts %}{{ p.title }}{% else %}none{% endfor %}\
            {% data gone = "blog/gone" %}{{ gone.title|default("gone") }}
            """
        )
        let host = FakePageHost(
            data: ["blog/posts?tag=x": [["title": "A"], ["title": "B"]]],
            roots: [.query: ["tag": "x"]]
        )
        #expect(runPage(program, host).output == "ABgone")
    }

    @Test func worksOutWhatAPageReads() throws {
        let text = """
            {{ user.name }}{{ request.lang }}{{ request.host }}{{ query.b }}{{ query.a }}{{ path.slug }}{{ csp.nonce }}
            {{ page.title }}{{ now|date }}{{ site.name }}
            """
        #expect(
            try templateProgram(text).dependencies
                == PageDependencies(
                    user: true,
                    language: true,
                    queryNames: ["a", "b"],
                    pathNames: ["slug"],
                    cookies: true,
                    now: true,
                    request: ["host", "lang"],
                    csp: true,
                    page: true
                )
        )
        #expect(try templateProgram("{{ query|length }}").dependencies == PageDependencies(wholeQuery: true))
        #expect(
            try templateProgram("{{ query[path.x] }}").dependencies
                == PageDependencies(wholeQuery: true, pathNames: ["x"])
        )
        #expect(try templateProgram("{% csrf %}").dependencies == PageDependencies(session: true, cookies: true))
        #expect(try templateProgram("{{ form.values }}").dependencies == PageDependencies(cookies: true, form: true))
        #expect(
            try templateProgram("{% fragment \"a/b\" with u=user.subject %}").dependencies
                == PageDependencies(user: true, cookies: true)
        )
        #expect(
            try templateProgram("{% set r = request %}{{ r.host }}").dependencies.request
                == ["host", "id", "lang", "method", "path", "url"]
        )
    }

    @Test func listsEachUseOfSafe() throws {
        let set = try compileTemplates([
            "b.html": "{% include \"p.html\" %}{% include \"p.html\" %}", "p.html": "\n{{ query.a|safe }}",
        ])
        #expect(set.safeUses.map(\.description) == ["p.html:2:12"])
    }
}
