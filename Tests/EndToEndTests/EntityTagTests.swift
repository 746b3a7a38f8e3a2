import TestSupport
import Testing

extension EndToEndTests {
    @Suite("A page that has not changed is not sent again")
    struct EntityTagTests {
        static let page = """
            <p>{{ query.n }}</p>{% if query.n == "1" %}<b>one</b>{% endif %}\
            {% fragment "app/part" %}{% fragment "app/own" or %}[none]{% endfragment %}
            """

        static func settings(_ port: Int) -> GatewaySettings {
            var settings = GatewaySettings.page(
                Self.page,
                from: port,
                fragments: [#""app/part": { ttl: 10m }"#, #""app/own": { ttl: 10m, vary: [user] }"#]
            )
            // A page is sent as it comes only when it takes long.
            settings.limits = ["stream-after: 300ms"]
            settings.sections = [
                #"identity: { secret: "\#(StubsProcess.identitySecret)" }"#,
                #"session: { key: "\#(String(repeating: "5e", count: 32))" }"#,
            ]
            return settings
        }

        /// Purges everything, so that the next page is made of what the service now says.
        static func change(
            _ origin: FragmentOrigin,
            _ gateways: [GatewayProcess],
            part: String,
            own: String
        ) async throws {
            origin.answer("part", with: .html(part))
            origin.answer("own", with: .html(own))
            for gateway in gateways { #expect(try await gateway.purge("all").status == 200) }
        }

        @Test("304 when the bytes would be the same, and only then; on every gateway with the same session key")
        func exact() async throws {
            try await withOrigin { origin, port in
                try await withGateway(Self.settings(port)) { first in
                    try await withGateway(Self.settings(port)) { second in
                        let texts = ["", "a", "b", "ab", "<i>ab</i>"]
                        var bodies: [String: String] = [:]
                        for (part, own) in texts.flatMap({ part in texts.map { (part, $0) } }) {
                            try await Self.change(origin, [first, second], part: part, own: own)
                            for path in ["/", "/?n=1", "/?n=2"] {
                                for (gateway, coding) in [(first, "identity"), (second, "identity"), (first, "gzip")] {
                                    let headers = [("Accept-Encoding", coding)]
                                    // Composed the first time, from memory the second.
                                    for _ in 0..<2 {
                                        let page = try await gateway.get(path, headers: headers)
                                        let tag = try #require(page["etag"])
                                        if coding == "identity" {
                                            if let known = bodies[tag] { #expect(page.text == known, "\(tag)") }
                                            bodies[tag] = page.text
                                        }
                                        let held = try await gateway.get(
                                            path,
                                            headers: headers + [("If-None-Match", tag)]
                                        )
                                        #expect(held.status == 304)
                                        #expect(held.body.isEmpty)
                                        #expect(held["etag"] == tag)
                                        let other = try await gateway.get(
                                            path,
                                            headers: headers + [("If-None-Match", #"W/"x""#)]
                                        )
                                        #expect(other.status == 200)
                                    }
                                }
                            }
                        }
                        // A piece of no bytes makes no version of its own.
                        let pieces = texts.flatMap { part in texts.map { [part, $0].filter { !$0.isEmpty } } }
                        #expect(bodies.count == Set(pieces).count * 3)
                    }
                }
            }
        }

        @Test(
            "a condition is read as it may be written",
            arguments: [
                ("*", 304), ("TAG", 304), (#""other", TAG"#, 304), (#"W/"other",TAG , "x""#, 304), (#""other""#, 200),
                ("TAGx", 200), ("", 200),
            ]
        )
        func conditions(field: String, status: Int) async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("part"))
                origin.answer("own", with: .html("own"))
                try await withGateway(Self.settings(port)) { gateway in
                    let tag = try #require(try await gateway.get()["etag"])
                    for tag in [tag, String(tag.dropFirst(2))] {
                        let value = field.replacing("TAG", with: tag)
                        let answer = try await gateway.get(headers: [("If-None-Match", value)])
                        #expect(answer.status == status, "\(value)")
                    }
                }
            }
        }

        @Test("a page that is sent as it comes, and one that is not there, have no tag")
        func untagged() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("part").after(.milliseconds(450)))
                origin.answer("own", with: .html("own"))
                try await withGateway(Self.settings(port)) { gateway async throws in
                    #expect(try await gateway.get()["etag"] == nil)
                    #expect(try await gateway.get("/nothing")["etag"] == nil)
                }
            }
        }
    }
}
