import Foundation
import Testing

extension EndToEndTests {
    @Suite("Starting, changing and stopping")
    struct LifecycleTests {
        @Test("a stop cuts no request, and takes no new one")
        func gracefulShutdown() async throws {
            try await withOrigin { origin, port in
                origin.answer("slow", with: .html("[slow]").after(.milliseconds(800)))
                let page = #"<p>begin</p>{% fragment "app/slow" timeout 5s %}<p>end</p>"#
                try await withGateway(.page(page, from: port)) { gateway in
                    try await RawClient.connect(to: gateway.port) { connection in
                        try await connection.send(RawRequest(host: "app.localhost"))
                        try await waitUntil { origin.hits("slow") == 1 }
                        gateway.server.terminate()
                        let response = try await connection.response()
                        #expect(response.text == "<p>begin</p>[slow]<p>end</p>")
                        #expect(try await connection.isClosedByPeer())
                    }
                    #expect(await gateway.server.waitForExit() == 0)
                    await #expect(throws: (any Error).self) { try await gateway.get() }
                }
            }
        }

        @Test("an idle connection does not hold up a stop")
        func idleConnections() async throws {
            try await withOrigin { _, port in
                try await withGateway(.page("[page]", from: port)) { gateway in
                    try await RawClient.connect(to: gateway.port) { connection in
                        try await connection.send(RawRequest(host: "app.localhost"))
                        #expect(try await connection.response().text == "[page]")
                        let start = ContinuousClock.now
                        gateway.server.terminate()
                        #expect(await gateway.server.waitForExit() == 0)
                        #expect(ContinuousClock.now - start < .seconds(3))
                    }
                }
            }
        }

        @Test("with --watch a changed template is taken up, and a broken one is shown until it is mended")
        func hotReload() async throws {
            try await withOrigin { _, port in
                var settings = GatewaySettings.page("[one]", from: port)
                settings.watch = true
                try await withGateway(settings) { gateway in
                    #expect(try await gateway.get().text == "[one]")
                    try gateway.write("[two]", toTemplate: "page.html")
                    try await waitUntil { try await gateway.get().text == "[two]" }
                    try gateway.write("{% if %}", toTemplate: "page.html")
                    try await waitUntil { gateway.server.output.contains("page.html:1:") }
                    let shown = try await gateway.get()
                    #expect(shown.status == 500)
                    #expect(shown.text.contains("page.html:1:"))
                    try gateway.write("[three]", toTemplate: "page.html")
                    try await waitUntil { try await gateway.get().text == "[three]" }
                }
            }
        }

        @Test("mistakes in gateway.yaml are all reported, with line, column and a suggestion, and nothing starts")
        func configurationMistakes() async throws {
            var settings = GatewaySettings.page(
                "[page]",
                from: 1,
                fragments: [#""app/part": { tll: 5s }"#, #""app/other": { timeout: soon }"#]
            )
            settings.limits = ["bdoy: 1MB"]
            let (status, output) = try await GatewayProcess.startExpectingRefusal(settings)
            #expect(status != 0)
            #expect(output.contains("did you mean 'ttl'?"))
            #expect(output.contains("timeout"))
            #expect(output.contains("did you mean 'body'?"))
            #expect(output.contains("gateway.yaml:"))
        }

        @Test("mistakes in templates are all reported, with line and column, and nothing starts")
        func templateMistakes() async throws {
            var settings = GatewaySettings.page("<p>\n{% fragmnt \"app/part\" %}", from: 1)
            settings.templates["other.html"] = "{{ name|upcase }}"
            settings.pages.append(("/other", "other.html"))
            let (status, output) = try await GatewayProcess.startExpectingRefusal(settings)
            #expect(status != 0)
            #expect(output.contains("page.html:2:"))
            #expect(output.contains("other.html:1:"))
            #expect(output.contains("^"))
        }

        @Test("a port that is taken is said to be")
        func takenPort() async throws {
            try await withOrigin { _, port in
                try await withGateway(.page("[page]", from: port)) { gateway in
                    let (status, output) = try await GatewayProcess.startExpectingRefusal(
                        .page("[page]", from: port),
                        on: gateway.port
                    )
                    #expect(status != 0)
                    #expect(output.contains(String(gateway.port)))
                    #expect(try await gateway.get().text == "[page]")
                }
            }
        }
    }
}
