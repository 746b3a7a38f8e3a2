import Testing

extension EndToEndTests {
    @Suite("A failing fragment never breaks the page")
    struct FailureTests {
        static let page = """
            <p>before</p>{% fragment "app/part" or %}<p>instead</p>{% endfragment %}<p>after</p>{% fragment "app/good" %}
            """

        @Test(
            "the fallback stands in for a fragment that fails",
            arguments: [
                ("an error", OriginReply.html("[part]").status(500)),
                ("a hang", .hang),
                ("a drip that never ends", .drip("x", every: .milliseconds(20))),
                ("a body over max-size", .html(String(repeating: "x", count: 5_000))),
                ("another content type", .html("[part]").header("Content-Type", "application/octet-stream")),
                ("a broken connection", .reset),
                ("a redirect", .status(302).header("Location", "http://127.0.0.1:1/")),
                ("a refusal", .html("[part]").status(403)),
            ]
        )
        func fallback(what: String, reply: OriginReply) async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: reply)
                origin.answer("good", with: .html("[good]"))
                let rules = [#""app/part": { timeout: 200ms, max-size: 1KB }"#]
                try await withGateway(.page(Self.page, from: port, fragments: rules)) { gateway in
                    let response = try await gateway.get()
                    #expect(response.status == 200)
                    #expect(response.text.contains("<p>before</p><p>instead</p><p>after</p>[good]"), "\(what)")
                    #expect(response.end < .seconds(1))
                    // The gateway itself is as well as before.
                    #expect(try await gateway.get().status == 200)
                }
            }
        }

        @Test("a service that is down costs its fragments and nothing else")
        func serviceDown() async throws {
            try await withOrigin { origin, port in
                origin.answer("good", with: .html("[good]"))
                let page = #"{% fragment "dead/part" or %}[instead]{% endfragment %}{% fragment "app/good" %}"#
                var settings = GatewaySettings.page(page, from: port)
                settings.services.append(("dead", try FreePorts.row()))
                try await withGateway(settings) { gateway in
                    let response = try await gateway.get()
                    #expect(response.status == 200)
                    #expect(response.text.contains("[instead][good]"))
                    #expect(response.end < .milliseconds(500))
                    // A page that is passed through has nothing to fall back on.
                    #expect(try await gateway.get("/anything", host: "dead.localhost").status == 502)
                }
            }
        }

        @Test("a stale copy is shown when the service fails, and a failure never replaces it")
        func staleIfError() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("[first]"))
                let rules = [#""app/part": { ttl: 100ms, stale-if-error: 1h }"#]
                try await withGateway(.page(Self.page, from: port, fragments: rules)) { gateway in
                    #expect(try await gateway.get().text.contains("[first]"))
                    origin.answer("part", with: .html("[broken]").status(500))
                    // The service has been asked again, twice, and each page still shows the copy.
                    try await waitUntil {
                        let text = try await gateway.get().text
                        #expect(text.contains("[first]"))
                        return origin.hits("part") >= 3
                    }
                    origin.answer("part", with: .html("[second]"))
                    try await waitUntil {
                        let text = try await gateway.get().text
                        #expect(text.contains("[first]") || text.contains("[second]"))
                        return text.contains("[second]")
                    }
                }
            }
        }

        @Test("a page that misses a required fragment is the 502 page")
        func requiredFragment() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("no").status(500))
                var settings = GatewaySettings.page(#"[page]{% fragment "app/part" required %}"#, from: port)
                settings.templates["errors/502.html"] = "<p>Sorry, 502</p>"
                try await withGateway(settings) { gateway in
                    let response = try await gateway.get()
                    #expect(response.status == 502)
                    #expect(response.text.contains("Sorry, 502"))
                }
            }
        }
    }
}
