import Logging
import NIOCore
import NIOPosix
import Testing

@testable import Gateway

/// The sign-on as browsers meet it: whole pipelines, over sockets.
@Suite(.timeLimit(.minutes(2)))
struct SignOnExchangeTests {
    /// One answer of the gateway.
    private struct Answer: Sendable {
        let status: Int
        let fields: [(name: String, value: String)]
        let body: String

        func values(_ name: String) -> [String] {
            self.fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        }

        var location: String? { self.values("Location").first }
    }

    /// A running gateway in front of no services, with the sign-on of a harness or without one.
    private struct Gateway: Sendable {
        let port: Int

        func send(
            _ method: String,
            _ host: String,
            _ target: String,
            _ lines: [String] = [],
            body: String = ""
        ) async throws -> Answer {
            let head =
                ["\(method) \(target) HTTP/1.1", "Host: \(host).site.invalid:8080", "Connection: close"] + lines
                + (body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"])
            let text = try await ProxyTestClient.exchange(
                port: self.port,
                head.joined(separator: "\r\n") + "\r\n\r\n" + body
            )
            let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
            let answerLines = parts[0].split(separator: "\r\n")
            let status = try #require(answerLines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
            let fields = answerLines.dropFirst().map { line in
                let pair = line.split(separator: ":", maxSplits: 1)
                return (name: String(pair[0]), value: pair.count > 1 ? String(pair[1].drop { $0 == " " }) : "")
            }
            return Answer(status: status, fields: fields, body: parts.count > 1 ? String(parts[1]) : "")
        }
    }

    private static let templates: KeyValuePairs<String, String> = [
        "page.html": "<p>page</p>", "personal.html": "<p>{% if session.csrf %}form{% endif %}</p>",
        "errors/sign-in.html": "<p>{{ form.values.trouble }} {{ form.values.again }}</p>",
        "errors/logged-out.html": "<p>{% if form.values.expected %}out{% else %}nothing{% endif %}</p>",
    ]

    private func withGateway(
        isOffered: Bool = true,
        isSiteOwn: Bool = false,
        _ body: (Gateway, SignOnHarness) async throws -> Void
    ) async throws {
        try await SignOnHarness.with(isSiteOwn: isSiteOwn) { harness in
            let pages = try ConfigurationSamples.load(
                """
                domain: site.invalid
                public-url: "http://{host}:8080"
                services: { \(SignOnHarness.hosts.map { "\($0): { upstream: \"http://127.0.0.1:1\" }" }.joined(separator: ", ")) }
                pages:
                  - { host: blog, path: "/", template: page.html }
                  - { host: market, path: "/*", template: personal.html }
                session: { key: 0123456789abcdef0123456789abcdef }
                sso: { issuer: "\(harness.provider.issuer)", clients: { "*": { client-id: "gw-{service}", client-secret: s } } }
                """
            )
            let site = Site(
                configuration: pages,
                templates: try compileTemplates(Self.templates),
                assets: [],
                fetcher: Fetcher(services: []),
                hasher: FragmentSamples.hasher
            )
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let fleet = try await LoopFleet.make(
                site: site,
                on: group,
                hasher: FragmentSamples.hasher,
                signOn: isOffered ? harness.signOn : nil,
                logger: harness.log.logger
            )
            let channel = try await fleet.listen(on: Endpoint(host: "127.0.0.1", port: 0))
            do {
                try await body(Gateway(port: channel.localAddress?.port ?? 0), harness)
            } catch {
                try await channel.close()
                await site.fetcher.shutdown()
                try await group.shutdownGracefully()
                throw error
            }
            try await channel.close()
            await site.fetcher.shutdown()
            try await group.shutdownGracefully()
        }
    }

    private static let navigation = ["Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"]

    private func isKeptNowhere(_ answer: Answer) {
        #expect(answer.values("Cache-Control") == ["no-store"])
        #expect(answer.values("Referrer-Policy") == ["no-referrer"])
    }

    @Test func aWholeLoginIsTwoRedirects() async throws {
        try await self.withGateway { gateway, harness in
            let login = try await gateway.send(
                "GET",
                "blog",
                "/auth/login?return_to=%2Fwrite%3Fa%3Db&scope=admin",
                Self.navigation
            )
            #expect(login.status == 303)
            self.isKeptNowhere(login)
            let location = try #require(login.location)
            #expect(location.hasPrefix("\(harness.provider.url)/authorize?client_id=gw-blog&request_uri="))
            #expect(harness.provider.asked(location)?.first(named: "scope") == "openid profile email offline_access")
            let cookie = try #require(login.values("Set-Cookie").first?.split(separator: ";").first)
            #expect(login.values("Set-Cookie").count == 1)
            let (address, query) = try #require(harness.provider.signIn(location))
            #expect(address == "http://blog.site.invalid:8080/auth/callback")
            let callback = try await gateway.send("GET", "blog", "/auth/callback?\(query)", ["Cookie: \(cookie)"])
            #expect(callback.status == 303)
            self.isKeptNowhere(callback)
            #expect(callback.location == "/write?a=b")
            #expect(callback.values("Set-Cookie").map { $0.prefix(13) } == ["sid=session-1", "sso=; Path=/;"])
            #expect(callback.values("Set-Cookie").allSatisfy { $0.utf8.count < 256 })
            // Again, as a stale tab would: a page with a way on.
            let again = try await gateway.send("GET", "blog", "/auth/callback?\(query)", ["Cookie: \(cookie)"])
            #expect(again.status == 400)
            self.isKeptNowhere(again)
            #expect(again.body.contains("stale /auth/login?return_to=%2F"))
            #expect(again.values("Set-Cookie").isEmpty)
        }
    }

    @Test func whatTheProviderSaysIsNotShown() async throws {
        try await self.withGateway { gateway, harness in
            let login = try await gateway.send("GET", "blog", "/auth/login", Self.navigation)
            let cookie = try #require(login.values("Set-Cookie").first?.split(separator: ";").first)
            let query = try #require(harness.provider.refuse(login.location ?? "", "access_denied"))
            let answer = try await gateway.send("GET", "blog", "/auth/callback?\(query)", ["Cookie: \(cookie)"])
            #expect(answer.status == 403)
            #expect(answer.body.contains("denied /auth/login?return_to=%2F"))
            #expect(!answer.body.contains("script") && !answer.body.contains("alert"))
            // Without its cookie the browser is told so, and not sent round again.
            let other = try await gateway.send("GET", "blog", "/auth/login", Self.navigation)
            let (_, good) = try #require(harness.provider.signIn(other.location ?? ""))
            let blocked = try await gateway.send("GET", "blog", "/auth/callback?\(good)")
            #expect(blocked.status == 400)
            #expect(blocked.body.contains("cookies /auth/login"))
            #expect(harness.keeper.begun == 0)
        }
    }

    @Test(arguments: [
        ("GET", "/auth/login?iss=https%3A%2F%2Fevil.example", 400), ("POST", "/auth/login", 405),
        ("HEAD", "/auth/callback", 405),
        ("PUT", "/auth/callback?code=a&state=b", 405), ("POST", "/auth/callback", 405), ("PUT", "/auth/logout", 405),
        ("GET", "/auth/backchannel", 405), ("GET", "/auth/other", 404), ("GET", "/auth", 404), ("POST", "/auth/x", 404),
        ("POST", "/auth/backchannel", 415),
    ])
    func otherRequestsAreRefused(method: String, target: String, status: Int) async throws {
        try await self.withGateway { gateway, harness in
            let answer = try await gateway.send(method, "market", target)
            #expect(answer.status == status)
            #expect(answer.values("Set-Cookie").isEmpty)
            #expect(
                answer.values("Allow")
                    == (status != 405
                        ? []
                        : [
                            target.hasSuffix("/logout")
                                ? "POST, GET" : target.hasSuffix("/backchannel") ? "POST" : "GET"
                        ])
            )
            #expect(harness.store.keys.isEmpty)
        }
    }

    @Test(arguments: ["evil.com", "blog.site.invalid.evil.com", "blog.site.invalid@evil.com", "127.0.0.1", "xblog"])
    func anotherHostBeginsNoLogin(host: String) async throws {
        try await self.withGateway { gateway, harness in
            let text = try await ProxyTestClient.exchange(
                port: gateway.port,
                "GET /auth/login HTTP/1.1\r\nHost: \(host)\r\nX-Forwarded-Host: evil.com\r\nConnection: close\r\n\r\n"
            )
            #expect(text.hasPrefix("HTTP/1.1 421") || text.hasPrefix("HTTP/1.1 400"))
            #expect(!text.contains("Location"))
            #expect(harness.provider.seen.isEmpty)
            // A header of somebody else's changes nothing.
            let login = try await gateway.send(
                "GET",
                "blog",
                "/auth/login",
                ["X-Forwarded-Host: evil.com", "Forwarded: host=evil.com"]
            )
            let asked = try #require(harness.provider.asked(login.location ?? ""))
            #expect(asked.first(named: "redirect_uri") == "http://blog.site.invalid:8080/auth/callback")
        }
    }

    @Test func whatAPageLoadsBeginsNoLogin() async throws {
        try await self.withGateway { gateway, harness in
            for lines in [
                ["Sec-Fetch-Mode: cors"], ["Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"],
                ["Sec-Fetch-Dest: iframe"],
                ["Sec-Purpose: prefetch"],
            ] {
                try await expect(gateway.send("GET", "blog", "/auth/login", lines).status, is: 403)
            }
            #expect(harness.store.keys.isEmpty && harness.provider.seen.isEmpty)
        }
    }

    @Test func aVisitorFromAnotherHostIsAskedOnce() async throws {
        try await self.withGateway { gateway, harness in
            let visit = Self.navigation + ["Sec-Fetch-Site: same-site", "User-Agent: Mozilla/5.0"]
            let first = try await gateway.send("GET", "market", "/products?page=2", visit)
            #expect(first.status == 303)
            self.isKeptNowhere(first)
            let location = try #require(first.location)
            #expect(harness.provider.asked(location)?.first(named: "prompt") == "none")
            let cookie = try #require(first.values("Set-Cookie").first?.split(separator: ";").first)
            let query = try #require(harness.provider.refuse(location, "login_required"))
            let back = try await gateway.send("GET", "market", "/auth/callback?\(query)", visit + ["Cookie: \(cookie)"])
            #expect(back.location == "/products?page=2")
            let mark = try #require(back.values("Set-Cookie").first?.split(separator: ";").first)
            #expect(mark == "sso=0")
            // Not again while the mark lasts, nor for a browser that keeps none; nor for anybody else.
            try await expect(gateway.send("GET", "market", "/products", visit + ["Cookie: \(mark)"]).status, is: 200)
            try await expect(gateway.send("GET", "market", "/products?__gw=1", visit).status, is: 200)
            try await expect(gateway.send("GET", "market", "/products", Self.navigation).status, is: 200)
            try await expect(gateway.send("GET", "market", "/products").status, is: 200)
            // A page that is the same for everybody asks nothing.
            try await expect(gateway.send("GET", "blog", "/", visit).status, is: 200)
            #expect(harness.provider.seen("/par").count == 1)
        }
    }

    @Test func aSignOutNeedsTheHostsOwnPage() async throws {
        try await self.withGateway { gateway, harness in
            let form = ["Content-Type: application/x-www-form-urlencoded"]
            for lines in [
                ["Origin: http://market.site.invalid:8080"], ["Sec-Fetch-Site: same-site"],
                ["Sec-Fetch-Site: cross-site"],
                ["Origin: null"], [],
            ] {
                let answer = try await gateway.send("POST", "blog", "/auth/logout", form + lines, body: "csrf=x")
                #expect(answer.status == 403, "\(lines)")
                #expect(answer.values("Set-Cookie").isEmpty)
            }
            // A session whose token is not in the form.
            let sealer = try SessionSealer(settings: harness.configuration.session)
            let (session, token) = try sealer.create(host: harness.host("blog"), now: .now())
            let own = form + ["Origin: http://blog.site.invalid:8080", "Cookie: sid=\(token)"]
            try await expect(gateway.send("POST", "blog", "/auth/logout", own, body: "csrf=wrong").status, is: 403)
            let large = "csrf=" + String(repeating: "x", count: 70_000)
            try await expect(gateway.send("POST", "blog", "/auth/logout", own, body: large).status, is: 413)
            let out = try await gateway.send("POST", "blog", "/auth/logout", own, body: "csrf=\(session.csrfToken)")
            #expect(out.status == 303)
            #expect(out.location == "/auth/logged-out")
            #expect(out.values("Clear-Site-Data") == ["\"cache\", \"storage\""])
            #expect(out.values("Set-Cookie").first == "sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
            let page = try await gateway.send("GET", "blog", "/auth/logged-out")
            #expect(page.status == 200 && page.body == "<p>out</p>")
            let odd = try await gateway.send("GET", "blog", "/auth/logged-out?state=x")
            #expect(odd.status == 400 && odd.body == "<p>nothing</p>")
        }
    }

    @Test func theProviderEndsSessionsWithoutABrowser() async throws {
        try await self.withGateway { gateway, harness in
            _ = try await harness.logIn()
            let lines = ["Content-Type: application/x-www-form-urlencoded"]
            let token = try harness.provider.logoutToken(client: "gw-market")
            let good = try await gateway.send(
                "POST",
                "market",
                "/auth/backchannel",
                lines,
                body: "logout_token=\(token)"
            )
            #expect(good.status == 200)
            #expect(good.values("Cache-Control") == ["no-store"])
            #expect(harness.keeper.kept.isEmpty)
            let bad = try await gateway.send(
                "POST",
                "market",
                "/auth/backchannel",
                lines,
                body: "logout_token=\(token)"
            )
            #expect(bad.status == 400)
        }
    }

    @Test func aGatewayThatKeepsNoSessionsOffersNoLogin() async throws {
        try await self.withGateway(isOffered: false) { gateway, _ in
            for target in ["/auth/login", "/auth/callback", "/auth/logged-out"] {
                try await expect(gateway.send("GET", "blog", target).status, is: 404)
            }
        }
    }
}
