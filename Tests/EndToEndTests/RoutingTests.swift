import TestSupport
import Testing

extension EndToEndTests {
    @Suite("Hosts and paths")
    struct RoutingTests {
        /// The same forbidden place, as people have written it to get past a check.
        static let internalSpellings = [
            "/internal", "/internal/", "/internal/fragments", "/internal/fragments/part", "/internal/health",
            "/INTERNAL/fragments", "/Internal/Fragments", "/%69nternal/fragments",
            "/%69%6e%74%65%72%6e%61%6c/fragments",
            "/%49NTERNAL/fragments", "//internal/fragments", "///internal//fragments", "/./internal/fragments",
            "/x/../internal/fragments", "/x/%2e%2e/internal/fragments", "/x/.%2E/internal/fragments",
            "/%2e/internal/fragments", "/internal%2ffragments", "/%2finternal/fragments", "/x/..%2finternal/fragments",
            #"/\internal/fragments"#, #"/x\..\internal\fragments"#, "/%5cinternal/fragments",
            "/x/..%5cinternal/fragments",
            "/internal;a=b/fragments", "/internal/./fragments", "/internal?x", "/internal/fragments?x=/public",
            "/x/y/../../internal/fragments", "/%2569nternal/fragments", "http://app.localhost/internal/fragments",
            "/internal%00/fragments", "/internal%20/fragments",
        ]

        @Test("/internal is not there, on any host and in any spelling")
        func internalIsHidden() async throws {
            try await withOrigin { origin, port in
                var settings = GatewaySettings.page("[page]", from: port)
                settings.services.append(("other", port))
                try await withGateway(settings) { gateway in
                    for host in ["app.localhost", "other.localhost", "APP.localhost:\(gateway.port)"] {
                        for target in Self.internalSpellings {
                            let response = try await gateway.get(target, host: host)
                            // What is malformed may be refused as such; nothing else than a refusal will do.
                            #expect([404, 400].contains(response.status), "\(target) on \(host)")
                        }
                    }
                    #expect(origin.requests.filter { $0.path.lowercased().contains("nternal") }.isEmpty)
                    #expect(origin.requests.isEmpty)
                }
            }
        }

        @Test(
            "plain spellings of /internal are 404 for every method",
            arguments: ["GET", "HEAD", "POST", "DELETE", "OPTIONS"]
        )
        func internalIsHiddenFromMethods(method: String) async throws {
            try await withOrigin { origin, port in
                try await withGateway(.page("[page]", from: port)) { gateway async throws in
                    let request = RawRequest(method: method, target: "/internal/fragments/part", host: "app.localhost")
                    #expect(try await RawClient.request(request, to: gateway.port).status == 404)
                    #expect(origin.requests.isEmpty)
                }
            }
        }

        @Test(
            "a host that is not configured is misdirected",
            arguments: ["other.localhost", "localhost", "app.example.org", "app.localhost.evil.org", "127.0.0.1"]
        )
        func unknownHost(host: String) async throws {
            try await withOrigin { origin, port in
                try await withGateway(.page("[page]", from: port)) { gateway async throws in
                    #expect(try await gateway.get(host: host).status == 421)
                    #expect(origin.requests.isEmpty)
                }
            }
        }

        @Test("a host is the same in capitals and with a port")
        func hostSpellings() async throws {
            try await withOrigin { _, port in
                try await withGateway(.page("[page]", from: port)) { gateway async throws in
                    for host in ["app.localhost", "APP.LocalHost", "app.localhost:\(gateway.port)", "app.localhost:80"]
                    {
                        #expect(try await gateway.get(host: host).text == "[page]", "\(host)")
                    }
                }
            }
        }

        @Test("the first route that matches is taken; what no route matches is passed through")
        func routes() async throws {
            try await withOrigin { origin, port in
                var settings = GatewaySettings.page("[home]", from: port)
                settings.pages += [("/posts/new", "new.html"), ("/posts/{slug}", "post.html")]
                settings.templates["new.html"] = "[new]"
                settings.templates["post.html"] = "[{{ path.slug }}]"
                try await withGateway(settings) { gateway in
                    #expect(try await gateway.get("/posts/new").text == "[new]")
                    #expect(try await gateway.get("/posts/a%26b").text == "[a&amp;b]")
                    let passed = try await gateway.get("/api/posts?x=1")
                    #expect(passed.status == 404)
                    #expect(origin.requests.map(\.path) == ["/api/posts?x=1"])
                }
            }
        }
    }
}
