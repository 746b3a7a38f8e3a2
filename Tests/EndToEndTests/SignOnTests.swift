import TestSupport
import Testing

extension EndToEndTests {
    @Suite("Signing in once for all hosts, as make run starts the site")
    struct SignOnTests {
        /// Signs a visitor in by password, from a page of the blog.
        private static func signIn(
            _ visitor: Visitor,
            as email: String = "member@example.org",
            password: String = "rose-ash",
            returningTo path: String = "/posts"
        ) async throws -> Visitor.Page {
            let form = try await visitor.go(
                visitor.url("blog", "/auth/login?return_to=\(path.replacing("/", with: "%2F"))")
            )
            #expect(form.status == 200)
            #expect(form.path.hasPrefix("/sign-in"), "\(form.url)")
            return try await visitor.submit(
                form,
                to: "/sign-in",
                ["email": email, "password": password, "way": "password"]
            )
        }

        private static func isSignedIn(_ page: Visitor.Page) -> Bool { page.text.contains("href=\"/auth/logout\"") }

        @Test("sign in on one host, be signed in on the next without a form, sign out there, be signed out on all")
        func journey() async throws {
            try await withWholeSite { gateway, _ in
                let visitor = Visitor(port: gateway.port)
                let blog = try await Self.signIn(visitor)
                #expect(blog.url == visitor.url("blog", "/posts"))
                #expect(blog.status == 200)
                #expect(Self.isSignedIn(blog))
                let before = visitor.visited.count
                let market = try await visitor.go(visitor.url("market"), from: blog.url)
                #expect(market.url == visitor.url("market"))
                #expect(Self.isSignedIn(market))
                #expect(!visitor.visited[before...].contains { $0.contains("/sign-in") })
                let account = try await visitor.go(visitor.url("account"), from: market.url)
                #expect(Self.isSignedIn(account))
                let cart = try await visitor.go(visitor.url("cart"), from: market.url)
                #expect(Self.isSignedIn(cart))
                #expect(visitor.longestSetCookie <= 256)
                #expect(visitor.longestCookieField <= 300)

                let question = try await visitor.go(visitor.url("cart", "/auth/logout"), from: cart.url)
                #expect(question.status == 200)
                #expect(Self.isSignedIn(try await visitor.go(visitor.url("cart"))))
                let out = try await visitor.submit(question, to: "/auth/logout", [:])
                #expect(out.status == 200, "\(out.url)")
                #expect(out.path.hasPrefix("/auth/logged-out"))
                for host in ["blog", "market", "account", "cart", "federation"] {
                    let page = try await visitor.go(visitor.url(host))
                    #expect(!Self.isSignedIn(page), "\(host)")
                }
                // The provider has forgotten as well: nobody is signed in without a form again.
                let again = try await visitor.go(visitor.url("blog", "/auth/login"))
                #expect(again.path.hasPrefix("/sign-in"))
            }
        }

        @Test("a wrong password says so, and a right one still works then")
        func wrongPassword() async throws {
            try await withWholeSite { gateway, _ in
                let visitor = Visitor(port: gateway.port)
                let refused = try await Self.signIn(visitor, password: "rose-ashes")
                #expect(refused.status == 422)
                #expect(refused.text.contains("role=\"alert\""))
                let page = try await visitor.submit(
                    refused,
                    to: "/sign-in",
                    ["email": "member@example.org", "password": "rose-ash", "way": "password"]
                )
                #expect(page.url == visitor.url("blog", "/posts"))
                #expect(Self.isSignedIn(page))
            }
        }

        @Test("what lay in the cart before is there after the sign-in, and nobody else's is")
        func cart() async throws {
            try await withWholeSite { gateway, _ in
                let visitor = Visitor(port: gateway.port)
                let products = try await visitor.go(visitor.url("market", "/products"))
                let product = try #require(firstPath(in: products.text, below: "/products/")).dropFirst(
                    "/products/".count
                )
                let form = try await visitor.go(visitor.url("cart", "/add/\(product)"))
                _ = try await visitor.submit(form, to: "/add", ["product": String(product), "quantity": "2"])
                let blog = try await Self.signIn(visitor, as: "editor@example.org")
                let cart = try await visitor.go(visitor.url("cart"), from: blog.url)
                #expect(Self.isSignedIn(cart))
                #expect(cart.text.contains("id=\"quantity-\(product)\""))
                let other = Visitor(port: gateway.port)
                #expect(try await !other.go(other.url("cart")).text.contains("id=\"quantity-"))
                _ = try await Self.signIn(other)
                let others = try await other.go(other.url("cart"), from: other.url("blog"))
                #expect(Self.isSignedIn(others))
            }
        }

        @Test("twenty tabs on five hosts sign in at once, and every one lands where it wanted to")
        func tabs() async throws {
            try await withWholeSite { gateway, _ in
                let visitor = Visitor(port: gateway.port)
                var forms: [Visitor.Page] = []
                for number in 0..<20 {
                    let host = ["blog", "market", "cart", "events", "account"][number % 5]
                    forms.append(try await visitor.go(visitor.url(host, "/auth/login?return_to=%2F%3Ftab%3D\(number)")))
                }
                let fields = ["email": "member@example.org", "password": "rose-ash", "way": "password"]
                for (number, form) in forms.enumerated() {
                    var page = try await visitor.submit(form, to: "/sign-in", fields)
                    // The forms of the other tabs are of a session before the sign-in, and say so.
                    if number > 0 {
                        #expect(page.status == 403)
                        #expect(page.text.contains("open while you signed in"))
                        page = try await visitor.submit(page, to: "/sign-in", fields)
                    }
                    let host = ["blog", "market", "cart", "events", "account"][number % 5]
                    #expect(page.url == visitor.url(host, "/?tab=\(number)"))
                    #expect(Self.isSignedIn(page))
                }
                #expect(visitor.longestCookieField <= 300)
            }
        }

        @Test("a page for members sends a visitor to sign in and back, and a script is told so")
        func required() async throws {
            try await withWholeSite { gateway, _ in
                let visitor = Visitor(port: gateway.port)
                let form = try await visitor.go(visitor.url("account", "/devices"))
                #expect(form.path.hasPrefix("/sign-in"), "\(form.url)")
                let page = try await visitor.submit(
                    form,
                    to: "/sign-in",
                    ["email": "member@example.org", "password": "rose-ash", "way": "password"]
                )
                #expect(page.url == visitor.url("account", "/devices"))
                #expect(page.text.contains("Firefox"))
                let script = try await gateway.get(
                    "/devices",
                    host: "account.localhost",
                    headers: [("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty")]
                )
                #expect(script.status == 401)
                #expect(script["www-authenticate"]?.contains("/auth/login") ?? false)
                #expect(script.all("set-cookie").isEmpty)
            }
        }

        @Test("a code or a state that came to another browser signs nobody in")
        func loginForgery() async throws {
            try await withWholeSite { gateway, _ in
                let attacker = Visitor(port: gateway.port)
                _ = try await Self.signIn(attacker)
                let callback = try #require(attacker.visited.first { $0.contains("/auth/callback") })
                let victim = Visitor(port: gateway.port)
                for visitor in [victim, attacker] {
                    let page = try await visitor.go(callback)
                    #expect(page.status == 400)
                    #expect(page.path.hasPrefix("/auth/callback"))
                }
                let page = try await victim.go(victim.url("blog"))
                #expect(!Self.isSignedIn(page))
            }
        }

        @Test("a browser that keeps no cookies is shown the pages, and is never sent in circles")
        func withoutCookies() async throws {
            try await withWholeSite { gateway, _ in
                let visitor = Visitor(port: gateway.port, keepsCookies: false)
                let page = try await visitor.go(visitor.url("market"), from: visitor.url("blog"))
                #expect(page.status == 200)
                #expect(page.host == "market.localhost:\(gateway.port)")
                #expect(visitor.visited.count <= 5)
                let callback = visitor.visited.first { $0.contains("/auth/callback") }
                #expect(callback != nil)
            }
        }

        @Test("nothing that opens a session is in any program's log")
        func logs() async throws {
            try await withWholeSite { gateway, stubs in
                let visitor = Visitor(port: gateway.port)
                let blog = try await Self.signIn(visitor)
                _ = try await visitor.go(visitor.url("cart"), from: blog.url)
                let question = try await visitor.go(visitor.url("blog", "/auth/logout"), from: blog.url)
                _ = try await visitor.submit(question, to: "/auth/logout", [:])
                var secrets = visitor.visited.flatMap { url in
                    url.split(whereSeparator: { "?&".contains($0) }).dropFirst()
                        .filter { $0.hasPrefix("code=") || $0.hasPrefix("state=") || $0.hasPrefix("request_uri=") }
                        .compactMap { $0.split(separator: "=").last.map(String.init) }
                }
                // The mark of an attempt is no secret, and is short.
                secrets += visitor.jars.values.flatMap(\.values).filter { $0.utf8.count > 16 }
                secrets += ["member@example.org", "rose-ash\""]
                #expect(secrets.count > 6)
                for secret in secrets {
                    #expect(!gateway.server.output.contains(secret), "\(secret)")
                    #expect(!stubs.server.output.contains(secret), "\(secret)")
                }
            }
        }
    }
}
