import Foundation
import TestSupport
import Testing

extension EndToEndTests {
    @Suite("gateway explain tells what an address is made of")
    struct ExplainTests {
        static let page = """
            {% data list = "app/list" %}{% fragment "app/nav" %}\
            {% for item in list.items %}{% fragment "app/item" with id=item %}{% endfor %}\
            {% fragment "app/mini" or %}none{% endfragment %}
            """

        static func settings(_ port: Int, redis: Int?) -> GatewaySettings {
            var settings = GatewaySettings.page(
                Self.page,
                from: port,
                fragments: [
                    #""app/nav": { ttl: 5m, stale-while-revalidate: 1h, tags: [nav] }"#,
                    #""app/mini": { vary: [user], ttl: 10s }"#, #""*": { ttl: 1m }"#,
                ],
                redis: redis
            )
            settings.sections = [#"identity: { secret: "\#(StubsProcess.identitySecret)" }"#]
            return settings
        }

        @Test("before anything is cached, after, from Redis alone, and after a purge", arguments: [false, true])
        func states(usesRedis: Bool) async throws {
            let redis = usesRedis ? try RedisServer.start() : nil
            defer { redis?.stop() }
            try await withOrigin { origin, port in
                origin.answer("list", with: .json(#"{"items": [1, 2]}"#))
                origin.answer("nav", with: .html("nav").header("Cache-Tag", "menu, top").header("ETag", #""n1""#))
                origin.answer("item", with: .html("item"))
                origin.answer("mini", with: .html("mini"))
                let settings = Self.settings(port, redis: redis?.port)
                try await withGateway(settings) { gateway in
                    let url = "http://app.localhost:\(gateway.port)/"
                    let cold = try await gateway.explain(url)
                    #expect(cold.fragments == ["app/list", "app/nav", "app/mini"])
                    #expect(Set(cold.sources) == ["service"])
                    #expect(cold.text.contains("there is no copy of app/list"))
                    let asked = origin.requests.count
                    #expect(asked == 0)

                    _ = try await gateway.get()
                    let warm = try await gateway.explain(url)
                    #expect(warm.fragments == ["app/list", "app/nav", "app/item?id=1", "app/item?id=2", "app/mini"])
                    #expect(Set(warm.sources) == ["memory"])
                    #expect(warm.text.contains(#""etag" : "\"n1\"""#), "\(warm.text)")
                    #expect(warm.text.contains(#""menu""#) && warm.text.contains(#""nav""#))
                    #expect(warm.text.contains(#""scope" : "user""#))

                    let text = try await gateway.explainText(url)
                    #expect(text.contains(#"rule      "app/nav" (gateway.yaml:"#), "\(text)")
                    #expect(text.contains("ttl 5m, stale-while-revalidate 1h"), "\(text)")
                    #expect(text.contains("tags      nav menu top"), "\(text)")

                    #expect(try await gateway.purge("page=\(url.replacing(":", with: "%3A"))").status == 200)
                    #expect(Set(try await gateway.explain(url).sources) == ["service"])
                    _ = try await gateway.get()
                    #expect(origin.hits("nav") == 2)
                    #expect(origin.hits("item") == 4)
                    #expect(try await gateway.purge("page=http://app.localhost/no").status == 400)
                }
                guard usesRedis else { return }
                // Another gateway has nothing in memory yet.
                try await withGateway(settings) { gateway async throws in
                    let other = try await gateway.explain("http://app.localhost/")
                    #expect(Set(other.sources) == ["redis"])
                    #expect(other.fragments.count == 5)
                }
            }
        }

        @Test(
            "an address that is no page is told what it is",
            arguments: [
                ("http://app.localhost/other", "pass-through"), ("http://app.localhost/internal/fragments", "reserved"),
                ("http://nobody.localhost/", "unknown-host"), ("http://app.localhost", "page"),
            ]
        )
        func kinds(url: String, kind: String) async throws {
            try await withOrigin { _, port in
                try await withGateway(Self.settings(port, redis: nil)) { gateway async throws in
                    #expect(try await gateway.explain(url).text.contains(#""kind" : "\#(kind)""#))
                }
            }
        }

        @Test(
            "what is no address is refused with what to write",
            arguments: ["", "/path", "ftp://x/", "http:///", "http://a b/"]
        )
        func refused(url: String) async throws {
            try await withOrigin { _, port in
                try await withGateway(Self.settings(port, redis: nil)) { gateway async throws in
                    let query = url.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                    let answer = try await RawClient.get(
                        "/explain?url=\(query)",
                        host: "127.0.0.1",
                        from: gateway.adminPort
                    )
                    #expect(answer.status == 400)
                    #expect(answer.text.contains("address") || answer.text.contains("host"), "\(answer.text)")
                }
            }
        }

        @Test("the command asks the running gateway, and purges a page")
        func command() async throws {
            try await withOrigin { origin, port in
                origin.answerCounting("nav")
                try await withGateway(Self.settings(port, redis: nil)) { gateway in
                    let explained = try await gateway.run("explain", "http://app.localhost/")
                    #expect(explained.status == 0)
                    #expect(explained.output.contains("is a page of the service app"), "\(explained.output)")
                    let purged = try await gateway.run("purge", "--tag", "nav", "--soft")
                    #expect(purged.status == 0)
                    #expect(purged.output.contains(#""purged" : ["#), "\(purged.output)")
                    let wrong = try await gateway.run("purge", "--service", "nobody")
                    #expect(wrong.status == 2)
                    #expect(wrong.output.contains("there is no service 'nobody'"), "\(wrong.output)")
                }
            }
        }
    }
}

extension GatewayProcess {
    /// What `/explain` says of an address.
    struct Explained {
        let text: String

        var fragments: [String] { self.values(of: "fragment") }
        var sources: [String] { self.values(of: "source") }

        private func values(of member: String) -> [String] {
            self.text.split(separator: "\n").compactMap { line in
                let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
                return parts.count == 5 && parts[1] == member ? String(parts[3]) : nil
            }
        }
    }

    func explain(_ url: String) async throws -> Explained {
        let query = url.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let answer = try await RawClient.get(
            "/explain?format=json&url=\(query)",
            host: "127.0.0.1",
            from: self.adminPort
        )
        guard answer.status == 200 else { throw EndToEndError("/explain answers \(answer.status): \(answer.text)") }
        return Explained(text: answer.text)
    }

    func explainText(_ url: String) async throws -> String {
        let query = url.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return try await RawClient.get("/explain?url=\(query)", host: "127.0.0.1", from: self.adminPort).text
    }

    /// Runs the command of this gateway's configuration; everything that it wrote.
    func run(_ command: String, _ arguments: String...) async throws -> (status: Int32, output: String) {
        let log = TemporaryFile()
        let process = try ServerProcess(
            "gateway",
            arguments: [command, "--config", self.configurationPath] + arguments,
            workingIn: FileManager.default.temporaryDirectory,
            log: log.url
        )
        let status = await process.waitForExit(orStopAfter: .seconds(20))
        return (status, process.output)
    }
}

/// A file that is gone when nobody holds it any more.
private final class TemporaryFile {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("command-\(UUID().uuidString).log")

    deinit {
        // What is left in the system's folder for temporary files does no harm.
        try? FileManager.default.removeItem(at: self.url)
    }
}
