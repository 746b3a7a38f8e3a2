import FragmentProtocol
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import Gateway

@Suite("Pages, actions and passed-through requests of people who are signed in", .timeLimit(.minutes(1)))
struct PagePipelineSessionsTests {
    private static let templates: KeyValuePairs = [
        "open.html":
            "<p>{% if user %}{{ user.name }}, {{ user.subject }}, {{ user.email }}, {{ user.roles|join(\" \") }}{% else %}nobody{% endif %}</p>",
        "form.html":
            "<form method=\"post\" action=\"/do\">{% csrf %}</form><p>{% if user %}{{ user.name }}{% else %}nobody{% endif %}</p>{% if flash %}<b>{{ flash }}</b>{% endif %}",
        "secret.html": "<p>secret</p>",
        "devices.html":
            "<ul>{% for device in session.devices %}<li>{{ device.browser }} {{ device.hosts|join(\" \") }} {{ device.current }}</li>{% endfor %}</ul>",
        "errors/503.html": "<p>later</p>", "errors/403.html": "<p>not you</p>",
    ]
    private static let pages = """
        { host: blog, path: "/", template: open.html }, { host: blog, path: "/form", template: form.html },
        { host: blog, path: "/mine", template: secret.html, require: login },
        { host: blog, path: "/edit", template: secret.html, require: "role:editor" },
        { host: blog, path: "/devices", template: devices.html, require: login },
        { host: federation, path: "/sign-in", template: form.html }
        """

    private static func with(
        _ store: (any StateStore)? = nil,
        origin: OriginHandler = OriginHandler { _ in OriginStep.answer(404) },
        _ body: (SessionGateway) async throws -> Void
    ) async throws {
        try await SessionGateway.with(
            try store ?? EmbeddedStateStore(path: nil),
            templates: self.templates,
            pages: self.pages,
            origin: origin,
            body
        )
    }

    @Test("a page knows who is signed in, and forgets who has signed out")
    func user() async throws {
        try await Self.with { gateway in
            let (session, cookie) = try await gateway.signIn(roles: ["editor", "baker"])
            for _ in 0..<3 {
                let answer = try await gateway.get("/", cookie: cookie)
                #expect(answer.body == "<p>Rose Ash, u7, rose@example.org, editor baker</p>")
                #expect(answer.values("Set-Cookie") == [])
            }
            #expect(try await gateway.get("/").body == "<p>nobody</p>")
            #expect(
                try await gateway.get("/", host: "blog.localhost", cookie: "sid=\(String(repeating: "A", count: 43))")
                    .body == "<p>nobody</p>"
            )
            _ = try await gateway.sessions.end(session)
            let after = try await gateway.get("/", cookie: cookie)
            #expect(after.body == "<p>nobody</p>")
            #expect(after.values("Set-Cookie") == ["sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"])
        }
    }

    @Test("a session in memory is not asked for again within half a second")
    func memory() async throws {
        let store = FailingStore(try EmbeddedStateStore(path: nil))
        try await Self.with(store) { gateway in
            let (_, cookie) = try await gateway.signIn()
            let before = store.readCount
            let start = ContinuousClock.now
            for _ in 0..<50 { #expect(try await gateway.get("/", cookie: cookie).body.contains("u7")) }
            let halves = Int((ContinuousClock.now - start) / SessionFreshnessPolicy.early)
            // The first opens it and its generation, and notes the visit.
            #expect(store.readCount - before <= 3 + 2 * halves)
        }
    }

    @Test("a sign-out on one gateway holds on the other's pages within a second")
    func twoGateways() async throws {
        try await withRedisServer { server in
            let stores = (0..<2).map { _ in SignedInSamples.store(on: server) }
            defer { for store in stores { store.close() } }
            try await Self.with(stores[0]) { first in
                try await Self.with(stores[1]) { second in
                    let (session, cookie) = try await first.signIn()
                    for gateway in [first, second] {
                        #expect(try await gateway.get("/mine", cookie: cookie).status == 200)
                    }
                    let name = try #require(session.owner).providerSession
                    #expect(try await first.sessions.endProviderSession(issuer: SignedInSamples.issuer, sid: name) == 1)
                    let end = ContinuousClock.now
                    #expect(try await first.get("/mine", cookie: cookie).status == 303)
                    while try await second.get("/mine", cookie: cookie).status != 303 {
                        try #require(ContinuousClock.now - end < .seconds(5))
                    }
                    #expect(ContinuousClock.now - end <= .seconds(1))
                }
            }
        }
    }

    @Test("a page that asks for a sign-in sends a person there and tells a program so")
    func requirement() async throws {
        try await Self.with { gateway in
            let sent = try await gateway.get("/mine?a=1&b=%20x")
            #expect(sent.status == 303)
            #expect(sent.values("Location") == ["/auth/login?return_to=%2Fmine%3Fa%3D1%26b%3D%2520x"])
            #expect(sent.values("Cache-Control") == ["no-store"])
            #expect(sent.values("Set-Cookie") == [])
            for lines in [["Accept: text/html", "Sec-Fetch-Mode: cors"], ["Accept: application/json"], []] {
                let told = try await gateway.send(SessionGateway.Request(path: "/mine", lines: lines))
                #expect(told.status == 401)
                #expect(told.values("WWW-Authenticate") == ["Gateway login=\"/auth/login?return_to=%2Fmine\""])
                #expect(told.values("Set-Cookie") == [])
            }
            // A person without a name is not signed in.
            let visitor = try #require(try await gateway.get("/form").cookie("sid"))
            #expect(try await gateway.get("/mine", cookie: "sid=\(visitor)").status == 303)
            let (_, cookie) = try await gateway.signIn()
            let answer = try await gateway.get("/mine", cookie: cookie)
            #expect(answer.status == 200)
            #expect(answer.body == "<p>secret</p>")
            let refused = try await gateway.get("/edit", cookie: cookie)
            #expect(refused.status == 403)
            #expect(refused.body == "<p>not you</p>")
            let (_, editor) = try await gateway.signIn(roles: ["editor"])
            #expect(try await gateway.get("/edit", cookie: editor).status == 200)
        }
    }

    @Test("an action of a path asks for what the path's page asks for")
    func requirementOfActions() async throws {
        let count = Mutex(0)
        let origin = OriginHandler { _ in
            count.withLock { $0 += 1 }
            return OriginStep.answer(200, [("Content-Type", "application/json")], #"{"redirect": "/"}"#)
        }
        try await Self.with(origin: origin) { gateway in
            var request = SessionGateway.Request(method: "POST", path: "/edit", form: "csrf=x")
            #expect(try await gateway.send(request).status == 401)
            let (session, cookie) = try await gateway.signIn()
            request.cookie = cookie
            request.form = "csrf=\(session.csrfToken)"
            #expect(try await gateway.send(request).status == 403)
            let (editing, editor) = try await gateway.signIn(roles: ["editor"])
            request.cookie = editor
            #expect(try await gateway.send(request).status == 403, "the token is another session's")
            #expect(count.withLock { $0 } == 0)
            request.form = "csrf=\(editing.csrfToken)"
            let answer = try await gateway.send(request)
            #expect(answer.status == 303)
            #expect(count.withLock { $0 } == 1)
        }
    }

    @Test("with the store away a page is shown as to nobody, the cookie stays, and what asks for a sign-in is 503")
    func outage() async throws {
        let store = FailingStore(try EmbeddedStateStore(path: nil))
        try await Self.with(store) { gateway in
            let (seen, seenCookie) = try await gateway.signIn()
            let (_, cookie) = try await gateway.signIn()
            #expect(try await gateway.get("/", cookie: seenCookie).body.contains("u7"))
            store.isAway = true
            #expect(try await gateway.get("/", cookie: seenCookie).body.contains("u7"), "\(seen)")
            #expect(try await gateway.get("/mine", cookie: seenCookie).status == 200)
            for path in ["/", "/form"] {
                let answer = try await gateway.get(path, cookie: cookie)
                #expect(answer.status == 200)
                #expect(answer.body.contains("nobody"))
                #expect(answer.values("Set-Cookie") == [])
            }
            let refused = try await gateway.get("/mine", cookie: cookie)
            #expect(refused.status == 503)
            #expect(refused.body == "<p>later</p>")
            let action = SessionGateway.Request(method: "POST", path: "/do", cookie: cookie, form: "csrf=x")
            #expect(try await gateway.send(action).status == 503)
        }
    }

    @Test("a form is checked and passed on with the identity, however long the store took")
    func forms() async throws {
        let seen = Mutex<[Identity?]>([])
        let bodies = Mutex<[String]>([])
        let origin = OriginHandler { request in
            do {
                let identity = try request.identity(of: "blog")
                seen.withLock { $0.append(identity) }
            } catch {
                Issue.record(error)
            }
            bodies.withLock { $0.append(String(buffer: request.body)) }
            return OriginStep.answer(
                200,
                [("Content-Type", "application/json")],
                #"{"redirect": "/form", "flash": "Done & <dusted>"}"#
            )
        }
        try await Self.with(origin: origin) { gateway in
            let (session, cookie) = try await gateway.signIn(roles: ["editor"])
            let filling = String(repeating: "y", count: 200_000)
            let answer = try await gateway.send(
                SessionGateway.Request(
                    method: "POST",
                    path: "/do",
                    cookie: cookie,
                    form: "csrf=\(session.csrfToken)&x=\(filling)"
                )
            )
            #expect(answer.status == 303)
            #expect(bodies.withLock { $0 } == ["x=\(filling)"])
            let identity = try #require(seen.withLock { $0[0] })
            #expect(identity.subject == "u7")
            #expect(identity.roles == ["editor"])
            #expect(identity.email == "rose@example.org")
            #expect(identity.sessionHash == session.sessionHash)
            #expect(identity.authenticatedAt == 1_790_000_000)
            #expect(identity.methods == ["pwd"])
            // The message shows once.
            let flash = try #require(answer.cookie("flash"))
            let shown = try await gateway.get("/form", cookie: "\(cookie); flash=\(flash)")
            #expect(shown.body.contains("<b>Done &amp; &lt;dusted&gt;</b>"))
            #expect(shown.values("Set-Cookie") == ["flash=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"])
            #expect(try await !gateway.get("/form", cookie: cookie).body.contains("<b>"))
            #expect(try await !gateway.get("/form", host: "blog.localhost", cookie: "flash=AAAA").body.contains("<b>"))
        }
    }

    @Test("the provider alone says who is signed in")
    func provenSession() async throws {
        let seen = Mutex<[Identity?]>([])
        let origin = OriginHandler { request in
            if request.method == "GET" {
                do {
                    let identity = try request.identity(of: "federation")
                    seen.withLock { $0.append(identity) }
                } catch {
                    Issue.record(error)
                }
                return OriginStep.answer(200, [("Content-Type", "text/plain")], "authorized")
            }
            return OriginStep.answer(
                200,
                [("Content-Type", "application/json")],
                #"{"redirect": "/oauth/authorize", "session": {"sub": "u9", "roles": ["editor"], "auth_time": 1790000001, "amr": ["pwd"]}}"#
            )
        }
        try await Self.with(origin: origin) { gateway in
            for (host, isBelieved) in [("federation.localhost", true), ("blog.localhost", false)] {
                let path = host == "federation.localhost" ? "/sign-in" : "/form"
                let page = try await gateway.get(path, host: host)
                let visitor = try #require(page.cookie("sid"))
                let token = try #require(page.body.firstMatch(of: /value="([^"]+)"/)).1
                let answer = try await gateway.send(
                    SessionGateway.Request(
                        method: "POST",
                        host: host,
                        path: path,
                        cookie: "sid=\(visitor)",
                        form: "csrf=\(token)"
                    )
                )
                #expect(answer.status == 303)
                guard isBelieved else {
                    #expect(answer.cookie("sid") == nil)
                    continue
                }
                let cookie = try #require(answer.cookie("sid"))
                #expect(cookie.utf8.count == SignedInSessions.tokenLength)
                // Every safe request to the provider carries who is signed in, and of nobody nothing.
                _ = try await gateway.get("/oauth/authorize", host: host, cookie: "sid=\(cookie)")
                _ = try await gateway.get("/oauth/authorize", host: host)
                let identities = seen.withLock { $0 }
                #expect(identities.count == 2)
                let identity = try #require(identities[0])
                #expect(identity.subject == "u9")
                #expect(identity.authenticatedAt == 1_790_000_001)
                #expect(identity.formerSubject?.hasPrefix("anon:") == true)
                #expect(identities[1] == nil)
                // It is the provider's session under the name that the provider knows from the identity.
                let name = try #require(identity.sessionHash)
                #expect(try await gateway.sessions.endProviderSession(issuer: SessionGateway.issuer, sid: name) == 1)
            }
        }
    }

    @Test("the devices of a person are listed, and end one by one or all others")
    func devices() async throws {
        try await Self.with { gateway in
            func begin(_ name: String, _ host: String, _ browser: String) async throws -> (Session, String) {
                let (session, cookie) = try await gateway.sessions.begin(
                    SignedInSamples.signIn(providerSession: name),
                    host: host,
                    replacing: nil,
                    browser: browser
                )
                return (session, "sid=\(cookie)")
            }
            let (session, cookie) = try await begin("one", "blog.localhost", "Firefox/140.0 (Linux)")
            _ = try await begin("one", "federation.localhost", "Firefox/140.0 (Linux)")
            let (_, phone) = try await begin("two", "blog.localhost", "Safari/605 (iPhone)")
            let (_, other) = try await begin("three", "blog.localhost", "curl/8")
            let page = try await gateway.get("/devices", cookie: cookie)
            #expect(page.body.contains("<li>Firefox on Linux blog.localhost federation.localhost true</li>"))
            #expect(page.body.contains("<li>Safari on iPhone blog.localhost false</li>"))
            #expect(try await gateway.sessions.endDevice("unknown", of: session) == false)
            let form = FormBody([FormField(name: "device", value: "two")])
            #expect(try await gateway.sessions.end(try #require(DeviceEnding(form)), of: session) == 1)
            #expect(try await gateway.get("/mine", cookie: phone).status == 303)
            #expect(try await gateway.get("/mine", cookie: other).status == 200)
            let others = FormBody([FormField(name: "others", value: "yes")])
            #expect(try await gateway.sessions.end(try #require(DeviceEnding(others)), of: session) == 1)
            #expect(DeviceEnding(FormBody([FormField(name: "device", value: "")])) == nil)
            #expect(try await gateway.get("/mine", cookie: other).status == 303)
            #expect(try await gateway.sessions.devices(of: session).map(\.name) == ["one"])
            #expect(try await gateway.get("/mine", cookie: cookie).status == 200)
        }
    }
}
