import TestSupport
import Testing

extension EndToEndTests {
    @Suite("Pages are compressed for browsers that accept it")
    struct CompressionTests {
        /// What browsers send over a connection that nobody can look into.
        static let browser = "gzip, deflate, br, zstd"

        /// The body as programs of the system read it.
        private static func decoded(_ response: RawResponse) throws -> [UInt8] {
            switch response["content-encoding"] {
            case nil: return response.body
            case "gzip": return try Tool.run("gunzip", ["-c"], input: response.body)
            case "br": return try Tool.run("brotli", ["-dc"], input: response.body)
            case "zstd": return try Tool.run("zstd", ["-dcq"], input: response.body)
            case let coding?: throw Tool.Failure(description: "an unknown coding, \(coding)")
            }
        }

        private static let identity = "identity: { secret: \(String(repeating: "5e", count: 32)) }"

        @Test(
            "a shared page has one text in every coding, at its first request and later",
            arguments: [
                (nil, nil), ("gzip", "gzip"), (browser, "br"), ("gzip;q=1, br;q=0.5", "gzip"), ("identity", nil),
                ("gzip;q=0", nil), ("*", "br"), ("deflate", nil), ("zstd", nil), ("", nil),
            ]
        )
        func sharedPages(accepted: String?, coding: String?) async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html(String(repeating: "<p>rose &amp; ash</p>", count: 200)))
                let settings = GatewaySettings.page(
                    #"<h1>{{ query.q }}</h1>{% fragment "app/part" %}<footer></footer>"#,
                    from: port,
                    fragments: [#""app/part": { ttl: 1m }"#]
                )
                try await withGateway(settings) { gateway in
                    try await RawClient.connect(to: gateway.port) { connection in
                        for round in 0..<4 {
                            var request = RawRequest(target: "/?q=x", host: "app.localhost")
                            if let accepted { request.headers = [("Accept-Encoding", accepted)] }
                            try await connection.send(request)
                            let response = try await connection.response()
                            #expect(response.status == 200)
                            #expect(response["vary"] == "Accept-Encoding, Available-Dictionary")
                            // The first answer may leave before it is complete, and then in gzip.
                            if round > 0 { #expect(response["content-encoding"] == coding, "round \(round)") }
                            #expect(
                                String(decoding: try Self.decoded(response), as: UTF8.self)
                                    == "<h1>x</h1>" + String(repeating: "<p>rose &amp; ash</p>", count: 200)
                                    + "<footer></footer>"
                            )
                            guard round > 0 else { continue }
                            request.method = "HEAD"
                            try await connection.send(request)
                            let head = try await connection.response(to: "HEAD")
                            #expect(head["content-encoding"] == coding)
                            #expect(head["content-length"] == response["content-length"] || round == 1)
                        }
                    }
                }
            }
        }

        @Test("a page that is smaller than compression.min-size is sent as it is")
        func smallPages() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html("small"))
                var settings = GatewaySettings.page(
                    #"{% fragment "app/part" %}"#,
                    from: port,
                    fragments: [#""app/part": { ttl: 1m }"#]
                )
                for (sections, coding) in [([], nil), (["compression: { min-size: 1B }"], "gzip")]
                    as [([String], String?)]
                {
                    settings.sections = sections
                    try await withGateway(settings) { gateway in
                        for _ in 0..<2 { _ = try await gateway.get() }
                        let response = try await gateway.get(headers: [("Accept-Encoding", "gzip")])
                        #expect(response["content-encoding"] == coding)
                        #expect(try Self.decoded(response) == Array("small".utf8))
                    }
                }
            }
        }

        @Test("with compression: off nothing is compressed, and answers do not vary")
        func off() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html(String(repeating: "a", count: 5000)))
                var settings = GatewaySettings.page(#"{% fragment "app/part" %}"#, from: port)
                settings.sections = ["compression: off"]
                try await withGateway(settings) { gateway in
                    let response = try await gateway.get(headers: [("Accept-Encoding", Self.browser)])
                    #expect(response["content-encoding"] == nil)
                    #expect(response["vary"] == nil)
                    #expect(response.byteCount == 5000)
                }
            }
        }

        @Test("a page with something personal is whole in every way of compressing it", arguments: ["joined", "whole"])
        func personalPages(way: String) async throws {
            try await withOrigin { origin, port in
                origin.answer("part") { request in
                    .html("<section>" + String(repeating: "<p>\(request.path)</p>", count: 50) + "</section>")
                        .header("Cache-Control", "max-age=60")
                }
                origin.answer("mine") { request in
                    .html(String(repeating: "<p>of one person</p>", count: 40)).header("Cache-Control", "max-age=60")
                }
                var settings = GatewaySettings.page(
                    #"""
                    <h1>page</h1>{% fragment "app/part" with n=1 %}{% fragment "app/mine" %}{% csrf %}
                    {% fragment "app/part" with n=2 %}<p>{{ query.q }}</p>{% fragment "app/part" with n=query.q %}
                    """#,
                    from: port,
                    fragments: [
                        #""app/mine": { vary: [user], honour-origin: true }"#, #""*": { honour-origin: true }"#,
                    ]
                )
                settings.sections = [Self.identity, "compression: { personal: \(way), min-size: 1B }"]
                try await withGateway(settings) { gateway in
                    let cookie = try #require(
                        try await gateway.get()["set-cookie"]?.split(separator: ";").first.map(String.init)
                    )
                    for round in 0..<6 {
                        // Two addresses in turn, so that neither is always the last.
                        let path = "/?q=\(round % 2)"
                        let plain = try await gateway.get(path, headers: [("Cookie", cookie)])
                        #expect(plain.text.contains("name=\"csrf\" value=\""))
                        let response = try await gateway.get(
                            path,
                            headers: [("Cookie", cookie), ("Accept-Encoding", Self.browser)]
                        )
                        #expect(response["content-encoding"] == "gzip")
                        #expect(try Self.decoded(response) == plain.body, "round \(round)")
                    }
                }
            }
        }

        @Test("what has come of a page can be read before the rest comes")
        func streams() async throws {
            try await withOrigin { origin, port in
                origin.answer("fast", with: .html(String(repeating: "<p>fast</p>", count: 100)))
                origin.answer("slow", with: .html("<p>slow</p>").after(.milliseconds(700)))
                let settings = GatewaySettings.page(
                    #"<h1>head</h1>{% fragment "app/fast" %}{% fragment "app/slow" timeout 5s %}<footer></footer>"#,
                    from: port
                )
                try await withGateway(settings) { gateway in
                    let response = try await gateway.get(headers: [("Accept-Encoding", Self.browser)])
                    #expect(response["content-encoding"] == "gzip")
                    #expect(response["transfer-encoding"] == "chunked")
                    let fast = String(repeating: "<p>fast</p>", count: 100)
                    #expect(
                        String(decoding: try Self.decoded(response), as: UTF8.self)
                            == "<h1>head</h1>\(fast)<p>slow</p><footer></footer>"
                    )
                    // A browser inflates what it has.
                    let early = response.arrivals.last { $0.at < .milliseconds(600) }?.bytes ?? 0
                    let read = try Tool.python(
                        "import zlib\ndef decode(data): return zlib.decompressobj(31).decompress(data)",
                        inputs: [Array(response.body.prefix(early))]
                    )
                    #expect(String(decoding: read.first ?? [], as: UTF8.self) == "<h1>head</h1>\(fast)")
                }
            }
        }

        @Test("a browser that holds what the templates have in common is not sent it again")
        func dictionary() async throws {
            try await withOrigin { origin, port in
                origin.answer("part", with: .html(String(repeating: "<p>part</p>", count: 100)))
                origin.answer("mine", with: .html("<p>the secret of one person</p>"))
                let common = (0..<40).map { "<a class=\"of-the-layout\" href=\"/\($0)\">\($0 * 7919)</a>\n" }.joined()
                var settings = GatewaySettings.page("", from: port, fragments: [#""*": { ttl: 1m }"#])
                settings.pages = [("/", "page.html"), ("/other", "other.html")]
                settings.templates = [
                    "page.html": common + #"{% fragment "app/part" %}"#,
                    "other.html": common + #"<h1>another</h1>{% fragment "app/mine" %}"#,
                ]
                try await withGateway(settings) { gateway in
                    let accepted = ("Accept-Encoding", "gzip, br, zstd, dcb, dcz")
                    _ = try await gateway.get()
                    _ = try await gateway.get("/other")
                    let first = try await gateway.get(headers: [("Accept-Encoding", Self.browser)])
                    #expect(try await gateway.get(headers: [("Accept-Encoding", "gzip, br")])["link"] == nil)
                    let link = try #require(first["link"])
                    let address = try #require(link.split(separator: ">").first?.dropFirst())
                    #expect(link == "<\(address)>; rel=\"compression-dictionary\"")
                    #expect(first["vary"] == "Accept-Encoding, Available-Dictionary")
                    let dictionary = try await gateway.get(String(address))
                    #expect(dictionary["use-as-dictionary"] == #"match="/*", match-dest=("document")"#)
                    #expect(dictionary["cache-control"]?.contains("immutable") == true)
                    #expect(dictionary.text == common)
                    let name = try Tool.python(
                        "import hashlib, base64\ndef decode(data): return base64.b64encode(hashlib.sha256(data).digest())",
                        inputs: [dictionary.body]
                    )
                    let held = ("Available-Dictionary", ":\(String(decoding: name[0], as: UTF8.self)):")
                    for _ in 0..<3 {
                        let plain = try await gateway.get()
                        let response = try await gateway.get(headers: [accepted, held])
                        #expect(response["content-encoding"] == "dcz")
                        #expect(response["link"] == nil)
                        #expect(response.byteCount < 300)
                        // A header of 40 bytes (RFC 9842, section 5), and a frame.
                        let frame = Array(response.body.dropFirst(40))
                        let text = try Tool.withFile(dictionary.body) {
                            try Tool.run("zstd", ["-dcq", "-D", $0], input: frame)
                        }
                        #expect(text == plain.body)
                    }
                    let other = try await gateway.get(headers: [accepted, ("Available-Dictionary", ":AAAA:")])
                    #expect(other["content-encoding"] == "br")
                }
            }
        }

        @Test("random pages are the same in every coding")
        func randomPages() async throws {
            var generator = SeededGenerator(seed: 20_261_124)
            var bodies: [[UInt8]] = []
            var template = ""
            for index in 0..<40 {
                bodies.append(SampleTexts.markup(Int.random(in: 1..<20_000, using: &generator), using: &generator))
                template += "<div>\(index)</div>{% if query.q\(index) %}{% fragment \"app/f\(index)\" %}{% endif %}"
                if index % 7 == 3 { template += "{% if query.c\(index) %}{% csrf %}{% endif %}" }
            }
            let choices = (0..<12).map { _ in
                "/?"
                    + (0..<40).filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
                    .map { "q\($0)=1&" + (Bool.random(using: &generator) ? "c\($0)=1&" : "") }.joined()
            }
            let texts = bodies
            let page = template
            try await withOrigin { origin, port in
                for (index, text) in texts.enumerated() {
                    origin.answer("f\(index)", with: .html(String(decoding: text, as: UTF8.self)))
                }
                let settings = GatewaySettings.page(page, from: port, fragments: [#""*": { ttl: 1m }"#])
                try await withGateway(settings) { gateway in
                    let cookie =
                        try await gateway.get("/?c3=1")["set-cookie"]?.split(separator: ";").first.map(String.init)
                        ?? ""
                    for _ in 0..<3 {
                        for path in choices {
                            let plain = try await gateway.get(path, headers: [("Cookie", cookie)])
                            for accepted in ["gzip", "br", Self.browser] {
                                let response = try await gateway.get(
                                    path,
                                    headers: [("Cookie", cookie), ("Accept-Encoding", accepted)]
                                )
                                #expect(try Self.decoded(response) == plain.body, "\(path) in \(accepted)")
                            }
                        }
                    }
                }
            }
        }
    }
}
