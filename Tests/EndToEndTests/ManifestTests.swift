import Foundation
import TestSupport
import Testing

extension EndToEndTests {
    @Suite("The manifests of services while the gateway runs")
    struct ManifestTests {
        private static let quick = "{ refresh: 100ms, retry: 100ms }"
        private static let identity = #"identity: { secret: "\#(StubsProcess.identitySecret)" }"#

        private static func settings(_ port: Int, sections: [String] = []) -> GatewaySettings {
            var settings = GatewaySettings.page(
                #"{% fragment "app/part" %}{% csrf %}"#,
                from: port,
                fragments: [#""*": { ttl: 5m }"#]
            )
            settings.manifests = Self.quick
            settings.sections = sections
            return settings
        }

        /// The counting body of the page's fragment.
        private static func part(_ response: RawResponse) -> String {
            String(response.text.prefix { $0 != "<" })
        }

        @Test(
            "what the manifest alone calls a person's own is never another's, and says who asks only with an identity",
            arguments: [true, false]
        )
        func personal(hasIdentity: Bool) async throws {
            try await withOrigin { origin, port in
                origin.answerCounting("part")
                origin.declare(version: "1", ["part": ["user"]])
                let settings = Self.settings(port, sections: hasIdentity ? [Self.identity] : [])
                try await withGateway(settings) { gateway in
                    try await waitUntil { try await gateway.scope() == "user" }
                    // One connection, and so the memory of one event loop.
                    try await RawClient.connect(to: gateway.port) { connection in
                        func ask(_ cookie: String?) async throws -> RawResponse {
                            let headers = cookie.map { [("Cookie", $0)] } ?? []
                            try await connection.send(RawRequest(host: "app.localhost", headers: headers))
                            return try await connection.response()
                        }
                        var people: [(cookie: String, part: String)] = []
                        for _ in 0..<3 {
                            let cookie = try #require(
                                try await ask(nil)["set-cookie"]?.split(separator: ";").first.map(String.init)
                            )
                            people.append((cookie, Self.part(try await ask(cookie))))
                        }
                        #expect(Set(people.map(\.part)).count == 3)
                        for person in people { #expect(Self.part(try await ask(person.cookie)) == person.part) }
                    }
                    let told = origin.requests("part").filter { !$0.values("gateway-identity").isEmpty }
                    #expect(told.count == (hasIdentity ? 3 : 0))
                    let text = try await gateway.explainText("http://app.localhost/")
                    #expect(text.contains("the service's manifest adds user to the rule"), "\(text)")
                    let line = #"adds=user fragment=app/part"#
                    #expect(gateway.server.output.split(separator: "\n").count { $0.contains(line) } == 1)
                }
            }
        }

        @Test("what the manifest alone says to be in a language has a copy for each")
        func language() async throws {
            try await withOrigin { origin, port in
                origin.answer("part") { .html($0.values("accept-language").joined()) }
                origin.declare(version: "1", ["part": ["language"]])
                let settings = Self.settings(port, sections: ["site: { languages: [en, de] }"])
                try await withGateway(settings) { gateway in
                    try await waitUntil { try await gateway.scope() == "language" }
                    for language in ["en", "de", "en", "de"] {
                        let answer = try await gateway.get(headers: [("Accept-Language", language)])
                        #expect(Self.part(answer) == language)
                    }
                    #expect(origin.hits("part") == 2)
                }
            }
        }

        @Test("another version is taken up at once where it adds, and later where it takes away")
        func versions() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("part"))
                origin.declare(version: "1", ["part": []])
                try await withGateway(Self.settings(port)) { gateway in
                    try await waitUntil { try await gateway.services().contains(#""version" : "1""#) }
                    #expect(try await gateway.scope() == "everybody")
                    origin.declare(version: "2", ["part": ["user"]])
                    try await waitUntil { try await gateway.scope() == "user" }
                    origin.declare(version: "3", ["part": []])
                    try await waitUntil { try await gateway.services().contains(#""version" : "3""#) }
                    #expect(try await gateway.scope() == "user")
                    try await waitUntil { try await gateway.scope() == "everybody" }
                    let changes = gateway.server.output.split(separator: "\n").filter {
                        $0.contains("manifest changed")
                    }
                    #expect(changes.count == 2)
                    #expect(changes.first?.contains("version=2 was=1") == true, "\(changes)")
                    #expect(changes.last?.contains("version=3 was=2") == true, "\(changes)")
                }
            }
        }

        @Test("an invalid manifest changes nothing, and is told once")
        func invalid() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("part"))
                origin.declare(version: "1", ["part": ["user"]])
                try await withGateway(Self.settings(port)) { gateway in
                    try await waitUntil { try await gateway.scope() == "user" }
                    origin.declare(
                        .json(#"{"protocol": 1, "service": "app", "version": "2", "fragments": [{"type": "Part"}]}"#)
                    )
                    let problem = #"fragments[0].type: \"Part\" is not a name"#
                    try await waitUntil { try await gateway.services().contains(problem) }
                    let readings = origin.manifestReadings
                    try await waitUntil { origin.manifestReadings >= readings + 4 }
                    #expect(try await gateway.scope() == "user")
                    #expect(try await gateway.services().contains(#""version" : "1""#))
                    let told = gateway.server.output.split(separator: "\n").filter { $0.contains("no manifest") }
                    #expect(told.count == 1, "\(told)")
                    #expect(told.first?.contains("is not a name") == true, "\(told)")
                    #expect(try await gateway.get().status == 200)
                }
            }
        }

        @Test("a service that is down at the start is read later, and stays known when it is down again")
        func downAtTheStart() async throws {
            let port = try FreePorts.row()
            try await withGateway(Self.settings(port)) { gateway in
                try await waitUntil { try await gateway.services().contains("there is no answer") }
                #expect(try await gateway.scope() == "everybody")
                try await withOrigin(on: port) { origin, _ in
                    origin.declare(version: "1", ["part": ["user"]])
                    try await waitUntil { try await gateway.scope() == "user" }
                    #expect(try await !gateway.services().contains("there is no answer"))
                }
                try await waitUntil { try await gateway.services().contains("there is no answer") }
                #expect(try await gateway.services().contains(#""version" : "1""#))
                #expect(try await gateway.scope() == "user")
            }
        }

        @Test(
            "a manifest that is too long, too late, or another service's does not count",
            arguments: [
                (OriginReply.json(String(repeating: " ", count: 2048)), "tooLarge"), (.hang, "timeout"),
                (
                    .json(#"{"protocol": 1, "service": "other", "version": "1", "fragments": []}"#),
                    "this is the service 'other', not 'app'"
                ), (.status(503), "answered with status 503"),
            ]
        )
        func refused(reply: OriginReply, problem: String) async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("part"))
                origin.declare(reply)
                var settings = Self.settings(port)
                settings.manifests = "{ refresh: 100ms, retry: 100ms, timeout: 200ms, max-size: 1KB }"
                try await withGateway(settings) { gateway in
                    try await waitUntil { try await gateway.services().contains(problem) }
                    #expect(try await gateway.scope() == "everybody")
                    origin.declare(version: "1", ["part": ["user"]])
                    try await waitUntil { try await gateway.scope() == "user" }
                }
            }
        }

        @Test("nothing is read when manifests are off")
        func off() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("part"))
                origin.declare(version: "1", ["part": ["user"]])
                var settings = Self.settings(port)
                settings.manifests = "off"
                try await withGateway(settings) { gateway in
                    _ = try await gateway.get()
                    #expect(try await gateway.services().contains(#""readsManifests" : false"#))
                    #expect(try await gateway.scope() == "everybody")
                    #expect(origin.manifestReadings == 0)
                }
            }
        }

        @Test("a slow manifest delays neither the start, nor a page, nor the stop")
        func slow() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("part"))
                origin.declare(.hang)
                var settings = Self.settings(port)
                settings.manifests = "{ timeout: 1h }"
                try await withGateway(settings) { gateway in
                    try await waitUntil { origin.manifestReadings == 1 }
                    #expect(Self.part(try await gateway.get()) == "part")
                    gateway.server.terminate()
                    #expect(await gateway.server.waitForExit(orStopAfter: .seconds(5)) == 0)
                }
            }
        }

        @Test("what a manifest names is shown in the place of a fragment that fails, and was fetched before that")
        func fallback() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("<p>part</p>"))
                origin.answer("plain", with: .html("<p>plain</p>"))
                origin.declare(
                    .json(
                        #"{ "protocol": 1, "service": "app", "version": "1", "fragments": ["#
                            + #"{ "type": "part", "fallback": "plain" }, { "type": "plain" }] }"#
                    )
                )
                var settings = GatewaySettings.page(
                    #"{% fragment "app/part" or %}<p>of the template</p>{% endfragment %}"#,
                    from: port,
                    fragments: [#""*": { ttl: 0, stale-if-error: 0 }"#]
                )
                settings.manifests = Self.quick
                settings.limits = ["stream-after: 300ms"]
                try await withGateway(settings) { gateway in
                    try await waitUntil { origin.hits("plain") > 0 && origin.manifestReadings > 1 }
                    let whole = try await gateway.get().text
                    #expect(whole.contains("<p>part</p>"))
                    for reply in [OriginReply.status(500), .status(404)] {
                        origin.answer("part", with: reply)
                        let page = try await gateway.get()
                        #expect(page.status == 200)
                        #expect(page.text.contains("<p>plain</p>"), "\(page.text)")
                        #expect(page["server-timing"]?.contains("manifest-fallback") ?? false)
                    }
                    // A service that is down now is shown by what it has said before.
                    origin.answer("plain", with: .status(500))
                    let readings = origin.manifestReadings
                    try await waitUntil { origin.manifestReadings > readings + 1 }
                    let later = try await gateway.get().text
                    #expect(later.contains("<p>plain</p>"))
                    // A manifest that names nothing leaves it to the template.
                    origin.declare(version: "2", ["part": [], "plain": []])
                    try await waitUntil {
                        try await gateway.get().text.contains("<p>of the template</p>")
                    }
                }
            }
        }

        @Test("the command tells how the services do")
        func command() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("part"))
                origin.declare(version: "2026.1", ["part": ["user"], "other": []])
                try await withGateway(Self.settings(port)) { gateway in
                    try await waitUntil { try await gateway.scope() == "user" }
                    let told = try await gateway.run("services")
                    #expect(told.status == 0)
                    for line in [
                        "app (app.localhost)", "adds to the rule of app/part: vary by user",
                        "http://127.0.0.1:\(port)", "breaker   closed, opened 0 times; 0 failures, 0 under way",
                        "manifest  2026.1, 2 fragments, read ",
                    ] {
                        #expect(told.output.contains(line), "\(told.output)")
                    }
                    let json = try await gateway.run("services", "--format", "json")
                    #expect(json.status == 0)
                    #expect(json.output.contains(#""version" : "2026.1""#), "\(json.output)")
                }
            }
        }
    }
}

extension GatewayProcess {
    /// What `/services` says, as JSON.
    func services() async throws -> String {
        let answer = try await RawClient.get("/services?format=json", host: "127.0.0.1", from: self.adminPort)
        guard answer.status == 200 else { throw EndToEndError("/services answers \(answer.status): \(answer.text)") }
        return answer.text
    }

    /// Who shares a copy of the only fragment of the page `/`.
    func scope() async throws -> String? {
        try await self.explain("http://app.localhost/").text.split(separator: "\n")
            .first { $0.contains(#""scope" : "#) }?
            .split(separator: "\"").dropFirst(3).first.map(String.init)
    }
}
