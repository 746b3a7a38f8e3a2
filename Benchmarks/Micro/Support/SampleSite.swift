import NIOCore

/// A site of one service, `app`, with a page of fragments.
enum SampleSite {
    static let host = "app.localhost"

    static func make(
        templates: [TemplateSource],
        pages: String,
        fragments: String = #""*": { ttl: 1h }"#
    ) throws -> Site {
        let configuration = try GatewayConfiguration.load(
            text: """
                domain: localhost
                public-url: "http://{host}:8080"
                services: { app: { upstream: "http://127.0.0.1:1" } }
                identity: { secret: "\(SessionSamples.secret)" }
                site: { languages: [en, de, fr] }
                fragments: { \(fragments) }
                pages: [ \(pages) ]
                """,
            file: "gateway.yaml",
            environment: [:]
        )
        return Site(
            configuration: configuration,
            templates: try TemplateCompiler.compile(
                templates,
                options: TemplateCompilerOptions(
                    services: configuration.services.map(\.name),
                    constants: Site.constants(configuration)
                )
            ),
            assets: [],
            fetcher: Fetcher(services: []),
            hasher: .seeded
        )
    }

    /// A page of so many fragments, each in an element of its own, at `/`.
    static func page(parts: Int) throws -> Site {
        let slots = (0..<parts).map { "<div class=\"part\">{% fragment \"app/f\($0)\" %}</div>\n" }.joined()
        return try self.make(
            templates: [
                TemplateSource(
                    path: "page.html",
                    text: "<!doctype html><html lang=\"en\"><head><title>page</title></head><body>\n"
                        + slots + "</body></html>\n"
                )
            ],
            pages: #"{ host: app, path: "/", template: page.html }"#
        )
    }

    /// A fragment of so many bytes of markup, which stays fresh.
    static func fragment(bytes: Int, kind: StoredFragment.Kind = .html) -> StoredFragment {
        let sentence = "<p>Bread from the bakery, wool from the hill and a long table for everybody.</p>"
        let text = String(repeating: sentence, count: bytes / sentence.utf8.count + 1)
        return StoredFragment(
            kind: kind,
            storedAt: .now(),
            freshUntil: .distantFuture,
            etag: "\"5d41402abc4b2a76\"",
            tags: ["market", "home"],
            body: ByteBuffer(bytes: text.utf8.prefix(bytes))
        )
    }
}
