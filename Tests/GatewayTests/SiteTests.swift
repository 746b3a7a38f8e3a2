import FragmentProtocol
import NIOCore
import Testing

@testable import Gateway

@Suite struct SiteTests {
    private static let services = """
        domain: localhost
        public-url: "http://{host}:8080"
        services: { blog: { upstream: "http://127.0.0.1:1" }, cart: { host: basket, upstream: "http://127.0.0.1:2" } }

        """

    private static func site(_ rest: String = "", _ templates: KeyValuePairs<String, String> = [:]) throws -> Site {
        Site(
            configuration: try ConfigurationSamples.load(Self.services + rest),
            templates: try compileTemplates(templates),
            assets: [],
            fetcher: Fetcher(services: []),
            hasher: FragmentSamples.hasher
        )
    }

    // MARK: Security headers

    private static func policy() throws -> [String: [Substring]] {
        let lines = SecurityHeaders(try ConfigurationSamples.load(Self.services)).lines
        let name = "Content-Security-Policy: "
        let found = lines.split(separator: "\r\n").filter { $0.hasPrefix(name) }
        try #require(found.count == 1)
        var directives: [String: [Substring]] = [:]
        for directive in found[0].dropFirst(name.count).split(separator: "; ") {
            let words = directive.split(separator: " ")
            let key = String(try #require(words.first))
            #expect(directives[key] == nil, "\(key) stands there once")
            directives[key] = Array(words.dropFirst())
        }
        return directives
    }

    @Test func noPolicyAllowsWhatCouldBeInjected() throws {
        let policy = try Self.policy()
        let unsafe = ["'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "*", "http:", "https:", "blob:"]
        for (directive, sources) in policy {
            for source in sources { #expect(!unsafe.contains(String(source)), "\(directive)") }
            #expect(directive == "img-src" || !sources.contains("data:"), "\(directive)")
        }
        #expect(policy["default-src"] == ["'none'"])
        #expect(policy["base-uri"] == ["'none'"])
        #expect(policy["frame-ancestors"] == ["'none'"])
        // Nothing of its own: no script runs.
        #expect(policy["script-src"] == nil && policy["object-src"] == nil && policy["frame-src"] == nil)
    }

    @Test func thePolicyNamesTheOriginsOfAllServices() throws {
        let policy = try Self.policy()
        for directive in ["form-action", "img-src", "style-src"] {
            let sources = try #require(policy[directive])
            #expect(sources.first == "'self'")
            #expect(sources.suffix(2) == ["http://blog.localhost:8080", "http://basket.localhost:8080"])
        }
    }

    @Test func theLinesAreWholeLines() throws {
        let lines = SecurityHeaders(try ConfigurationSamples.load(Self.services)).lines
        #expect(lines.hasSuffix("\r\n"))
        let fields = lines.split(separator: "\r\n", omittingEmptySubsequences: false).dropLast()
        #expect(
            fields.map { $0.prefix { $0 != ":" } } == [
                "Content-Type", "Cache-Control", "Content-Security-Policy", "X-Content-Type-Options",
                "Referrer-Policy",
            ]
        )
        for field in fields { #expect(ResponseHead.isFieldValue(String(field)), "\(field)") }
        #expect(fields.contains("Content-Type: text/html; charset=utf-8"))
        #expect(fields.contains("Cache-Control: private, no-cache"))
        #expect(fields.contains("X-Content-Type-Options: nosniff"))
    }

    // MARK: Fallbacks

    @Test(arguments: [
        ("{% fragment \"a/b\" %}", [false]), ("{% fragment \"a/b\" %}text", [false]),
        ("{% fragment \"a/b\" or %}no{% endfragment %}", [true]),
        ("text{% fragment \"a/b\" or %}{{ query.q }}{% endfragment %}text", [true]),
        ("{% fragment \"a/b\" with q=query.q required or %}no{% endfragment %}", [true]),
        (
            "{% fragment \"a/b\" %}{% fragment \"a/b\" or %}no{% endfragment %}{% fragment \"a/b\" %}",
            [false, true, false]
        ),
        // A body that has a fragment itself.
        ("{% fragment \"a/b\" or %}{% fragment \"a/c\" %}{% endfragment %}", [true, false]),
        ("{% fragment \"a/b\" or %}{% fragment \"a/c\" or %}no{% endfragment %}{% endfragment %}", [true, true]),
        (
            "{% if query.q %}{% fragment \"a/b\" or %}no{% endfragment %}{% else %}{% fragment \"a/c\" %}{% endif %}",
            [true, false]
        ),
        ("{% for x in query.q %}{% fragment \"a/b\" or %}no{% endfragment %}{% endfor %}", [true]),
        // Data has none.
        ("{% data d = \"a/b\" %}{{ d }}", [false]),
    ])
    func knowsWhichUsesHaveAFallback(text: String, expected: [Bool]) throws {
        let program = try templateProgram(text)
        #expect(program.uses.map { program.hasFallback($0) } == expected)
    }

    // MARK: Pages

    private static let pages = """
        identity: { secret: 0123456789abcdef0123456789abcdef }
        fragments: { "cart/*": { vary: [user] }, "blog/nav": { vary: [language] } }
        pages:
          - { host: blog, path: "/", template: plain.html }
          - { host: blog, path: "/posts/{slug}/{part}", template: nav.html, budget: 2s }
          - { host: basket, path: "/", template: cart.html }
          - { host: basket, path: "/form", template: form.html }
          - { host: basket, path: "/lang", template: lang.html }

        """

    private static let templates: KeyValuePairs = [
        "plain.html": "{% fragment \"blog/posts\" %}", "nav.html": "{% fragment \"blog/nav\" %}",
        "cart.html": "{% fragment \"cart/mini\" %}", "form.html": "{% csrf %}", "lang.html": "{{ request.lang }}",
        "errors/404.html": "{% fragment \"blog/nav\" %}", "errors/503.html": "down", "unused.html": "x",
    ]

    @Test func pagesKnowWhatTheyNeed() throws {
        let site = try Self.site(Self.pages, Self.templates)
        #expect(site.pages.map(\.program.path) == ["plain.html", "nav.html", "cart.html", "form.html", "lang.html"])
        #expect(site.pages.map(\.needsSession) == [false, false, true, true, false])
        #expect(site.pages.map(\.makesSession) == [false, false, false, true, false])
        #expect(site.pages.map(\.needsLanguage) == [false, true, false, false, true])
        #expect(site.pages.map(\.captureNames) == [[], ["slug", "part"], [], [], []])
        #expect(
            site.pages.map(\.origin) == [
                "http://blog.localhost:8080", "http://blog.localhost:8080", "http://basket.localhost:8080",
                "http://basket.localhost:8080", "http://basket.localhost:8080",
            ]
        )
        #expect(site.pages[1].budget == .seconds(2))
        #expect(site.pages[0].uses.map { $0.constant?.text } == ["blog/posts"])
        #expect(site.pages[1].uses.map { $0.constant?.text } == [nil])
        #expect(site.diagnostics == nil)
    }

    @Test func routesLeadToTheirPages() throws {
        let site = try Self.site(Self.pages, Self.templates)
        let expected = [
            ("blog.localhost", "/", "plain.html"), ("blog.localhost", "/posts/a/b", "nav.html"),
            ("basket.localhost", "/", "cart.html"), ("basket.localhost", "/lang", "lang.html"),
        ]
        for (host, path, template) in expected {
            let bytes = Array("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8)
            let head = try #require(try RequestReader(limits: RequestLimits()).read(bytes.span))
            let decision = site.table.resolve(head, in: bytes.span)
            guard case .page(let page, _) = decision else {
                Issue.record("\(host)\(path) is \(decision)")
                continue
            }
            #expect(site.pages[page].program.path == template)
        }
    }

    @Test func routesWithoutATemplateShiftNoOthers() throws {
        let site = try Self.site(Self.pages, ["cart.html": "cart", "lang.html": "{{ request.lang }}"])
        #expect(site.pages.map(\.program.path) == ["cart.html", "lang.html"])
        let bytes = Array("GET /lang HTTP/1.1\r\nHost: basket.localhost\r\n\r\n".utf8)
        let head = try #require(try RequestReader(limits: RequestLimits()).read(bytes.span))
        #expect(site.table.resolve(head, in: bytes.span) == .page(1, Captures()))
    }

    @Test(
        arguments: [
            (404, "errors/404.html"), (403, "errors/404.html"), (400, "errors/404.html"), (502, "errors/503.html"),
            (503, "errors/503.html"), (500, "errors/503.html"),
        ] as [(Int, String)]
    )
    func errorsHaveTheNearestPage(status: Int, expected: String) throws {
        let page = try Self.site(Self.pages, Self.templates).errorPage(status)
        #expect(page?.program.path == expected)
        #expect(page?.origin == "")
    }

    @Test func aTimeoutHasThePageOfABadGateway() throws {
        let site = try Self.site("", ["errors/502.html": "bad", "errors/503.html": "down"])
        #expect(site.errorPage(504)?.program.path == "errors/502.html")
        #expect(site.errorPage(500)?.program.path == "errors/503.html")
        #expect(site.errorPage(404) == nil)
        #expect(try Self.site().errorPage(503) == nil)
    }

    @Test func aMessageTakesThePlaceOfThePagesOnly() throws {
        let site = try Self.site(Self.pages, Self.templates)
        let shown = site.showing("blog.html:1:1: error")
        #expect(shown.diagnostics == "blog.html:1:1: error")
        #expect(shown.pages.map(\.program.path) == site.pages.map(\.program.path))
        #expect(shown.configuration == site.configuration)
        #expect(shown.errorPages.keys.sorted() == [404, 503])
        #expect(shown.services.map(\.name) == ["blog", "cart"])
    }

    @Test func manifestsAddToWhatTheRulesSay() throws {
        var declared = DeclaredVariations()
        let old = try Self.site(Self.pages, ["plain.html": "plain", "nav.html": "{% fragment \"blog/nav\" %}"])
        #expect(old.declared.isEmpty)
        declared.add(
            ServiceManifest(
                service: "blog",
                version: "1",
                fragments: [FragmentDeclaration(type: "unused", varies: [.user])]
            )
        )
        #expect(!old.isChanged(by: declared))
        declared.add(
            ServiceManifest(
                service: "blog",
                version: "1",
                fragments: [FragmentDeclaration(type: "nav", varies: [.user])]
            )
        )
        #expect(old.isChanged(by: declared))
        let site = Site(
            configuration: old.configuration,
            templates: try compileTemplates(["nav.html": "{% fragment \"blog/nav\" %}"]),
            assets: [],
            fetcher: old.fetcher,
            hasher: FragmentSamples.hasher,
            declared: declared
        )
        #expect(site.declared == [try #require(FragmentName("blog/nav")): .user])
        #expect(!site.isChanged(by: declared))
        #expect(site.isChanged(by: DeclaredVariations()))
        let page = try #require(site.pages.first)
        #expect(page.needsSession)
        #expect(page.uses.map(\.isPersonal) == [true])
    }

    @Test func theAddressesOfServicesAreConstants() throws {
        let configuration = try ConfigurationSamples.load(Self.services + "site: { name: Rose & Ash, year: 1999 }\n")
        let constants = Site.constants(configuration)
        let program = try templateProgram(
            "{{ services.cart.url }} {{ site.name }} {{ site.year }}",
            options: TemplateCompilerOptions(constants: constants)
        )
        #expect(String(buffer: program.staticText) == "http://basket.localhost:8080 Rose &amp; Ash 1999")
    }
}
