import TestSupport
import Testing

extension EndToEndTests {
    @Suite("A page is composed of its fragments")
    struct CompositionTests {
        @Test("eight fragments of 100 ms each make a page in under 200 ms")
        func fragmentsAreFetchedInParallel() async throws {
            try await withOrigin { origin, port in
                let names = (1...8).map { "part-\($0)" }
                for name in names { origin.answer(name, with: .html("[\(name)]").after(.milliseconds(100))) }
                let page = names.map { "{% fragment \"app/\($0)\" %}" }.joined(separator: "\n")
                try await withGateway(.page(page, from: port)) { gateway in
                    // The best of three, as other programs on the machine only ever make it slower.
                    var best = Duration.seconds(60)
                    for _ in 0..<3 {
                        let response = try await gateway.get()
                        for name in names { #expect(response.text.contains("[\(name)]")) }
                        best = min(best, response.end)
                    }
                    #expect(best >= .milliseconds(100))
                    #expect(best < .milliseconds(200))
                }
            }
        }

        @Test("the head comes before a slow fragment, and what follows keeps the order of the document")
        func headComesFirst() async throws {
            try await withOrigin { origin, port in
                origin.answer("slow", with: .html("[slow]").after(.seconds(1)))
                origin.answer("quick", with: .html("[quick]"))
                let page = """
                    <html lang="en"><head><title>Here at once</title></head><body>
                    {% fragment "app/slow" timeout 5s %}{% fragment "app/quick" %}</body></html>
                    """
                try await withGateway(.page(page, from: port)) { gateway in
                    let response = try await gateway.get()
                    let moments = ["</head>", "[slow]", "[quick]", "</html>"].map { response.moment(of: $0) }
                    let head = try #require(moments[0])
                    #expect(head < .milliseconds(500))
                    let slow = try #require(moments[1])
                    #expect(slow >= .seconds(1))
                    #expect(response.text.hasOrder(["<title>", "[slow]", "[quick]", "</html>"]))
                }
            }
        }

        @Test("the same fragment twice on a page is one fetch and two insertions")
        func sameFragmentTwice() async throws {
            try await withOrigin { origin, port in
                origin.answer("list", with: .html("[list]").after(.milliseconds(20)))
                let page = """
                    {% fragment "app/list" with a=1, b="x" %}-{% fragment "app/list" with b="x", a=1 %}
                    """
                try await withGateway(.page(page, from: port)) { gateway in
                    let response = try await gateway.get()
                    #expect(response.text.contains("[list]-[list]"))
                    #expect(origin.hits("list") == 1)
                }
            }
        }

        @Test("captures and the query reach the service as canonical parameters")
        func parametersReachTheService() async throws {
            try await withOrigin { origin, port in
                origin.answer("item", with: .html("[item]"))
                var settings = GatewaySettings.page(
                    #"{% fragment "app/item" with slug=path.slug, page=query.page|default(1) %}"#,
                    from: port
                )
                settings.pages = [("/items/{slug}", "page.html")]
                try await withGateway(settings) { gateway async throws in
                    #expect(try await gateway.get("/items/red%20shoe?page=3&other=9").text.contains("[item]"))
                    let target = origin.requests("item").first?.path
                    #expect(target == "/internal/fragments/item?page=3&slug=red%20shoe")
                }
            }
        }

        @Test("data is printed by the template, escaped")
        func dataIsPrinted() async throws {
            try await withOrigin { origin, port in
                origin.answer("posts", with: .json(#"[{"title":"<b>One</b>"},{"title":"Two & three"}]"#))
                let page = #"{% data posts = "app/posts" %}{% for post in posts %}[{{ post.title }}]{% endfor %}"#
                try await withGateway(.page(page, from: port)) { gateway in
                    let text = try await gateway.get().text
                    #expect(text.contains("[&lt;b&gt;One&lt;/b&gt;][Two &amp; three]"))
                }
            }
        }

        @Test("what a fragment answers beside its body stays inside, and its body is no program")
        func hostileFragment() async throws {
            try await withOrigin { origin, port in
                let markup = #"<p>x<esi:include src="/internal/fragments/secret"/>{{ user }}</p>"#
                origin.answer("secret", with: .html("secret"))
                let hostile = [
                    ("Set-Cookie", "sid=x; Domain=localhost"), ("Refresh", "0; url=https://evil.example/"),
                    ("Clear-Site-Data", "\"*\""), ("Content-Security-Policy", "default-src *"),
                    ("X-Accel-Redirect", "/secret"), ("Location", "https://evil.example/"),
                ]
                var reply = OriginReply.html(markup)
                for (name, value) in hostile { reply = reply.header(name, value) }
                let answer = reply
                origin.answer("part", with: answer)
                try await withGateway(.page(#"{% fragment "app/part" %}"#, from: port)) { gateway in
                    let page = try await gateway.get()
                    #expect(page.status == 200)
                    #expect(page.text == markup)
                    for (name, value) in hostile { #expect(!page.all(name).contains(value), "\(name)") }
                    #expect(origin.hits("secret") == 0)
                }
            }
        }

        @Test("the primary fragment decides the page's title, status and redirect")
        func primaryDecides() async throws {
            try await withOrigin { origin, port in
                let page = """
                    <html lang="en"><head><title>{{ page.title }}</title></head><body>\
                    {% fragment "app/post" with slug=path.slug primary %}</body></html>
                    """
                origin.answer("post") { request in
                    switch request.path {
                    case "/internal/fragments/post?slug=here":
                        .html("<h1>Here</h1>").header("Fragment-Title", "A title, caf%C3%A9")
                    case "/internal/fragments/post?slug=moved": .status(301).header("Location", "/posts/here")
                    default: .html("<h1>No such post</h1>").status(404)
                    }
                }
                var settings = GatewaySettings.page(page, from: port)
                settings.pages = [("/posts/{slug}", "page.html")]
                try await withGateway(settings) { gateway in
                    let here = try await gateway.get("/posts/here")
                    #expect(here.status == 200)
                    #expect(here.text.contains("<title>A title, café</title>"))
                    let missing = try await gateway.get("/posts/missing")
                    #expect(missing.status == 404)
                    #expect(missing.text.contains("<h1>No such post</h1>"))
                    let moved = try await gateway.get("/posts/moved")
                    #expect(moved.status == 301)
                    #expect(moved["location"] == "/posts/here")
                }
            }
        }

        @Test("every page says where its parts came from and how long they took")
        func pagesExplainThemselves() async throws {
            try await withOrigin { origin, port in
                origin.answer("one", with: .html("[one]").header("Cache-Control", "max-age=60"))
                try await withGateway(.page(#"{% fragment "app/one" primary %}"#, from: port)) { gateway in
                    let cold = try await gateway.get()
                    #expect(cold["content-type"]?.hasPrefix("text/html") == true)
                    #expect(cold["cache-status"] != nil)
                    #expect(cold["server-timing"] != nil)
                    let warm = try await gateway.get()
                    #expect(warm["cache-status"]?.contains("hit") == true)
                }
            }
        }
    }
}

extension String {
    /// Whether all of these stand in the text, one after the other.
    func hasOrder(_ parts: [String]) -> Bool {
        var rest = self[...]
        for part in parts {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
