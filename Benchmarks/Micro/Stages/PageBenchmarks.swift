import NIOCore
import NIOEmbedded

/// Whole pages out of memory: the bytes of a request in, the bytes of the answer out.
enum PageBenchmarks {
    static let all = [
        Benchmark("page/8x2k", "a page of 8 cached fragments of 2 KB", iterations: 200) {
            try Self.work(parts: 8, bytes: 2048)
        },
        Benchmark("page/24x1k", "a page of 24 cached fragments of 1 KB", iterations: 100) {
            try Self.work(parts: 24, bytes: 1024)
        },
        Benchmark("page/8x2k-browser", "the page of 8, asked for by a browser", iterations: 200) {
            try Self.workOfBrowser(codings: "identity", expecting: "long table")
        },
        Benchmark("page/8x2k-gzip", "the same, compressed before and remembered", iterations: 200) {
            try Self.workOfBrowser(codings: "gzip", expecting: "Content-Encoding: gzip")
        },
        Benchmark("page/session", "a page of 8, one of them personal, for a visitor with a session", iterations: 100) {
            try Self.workWithSession(codings: "identity", expecting: "long table")
        },
        Benchmark("page/session-gzip", "the same, its shared parts compressed before", iterations: 50) {
            try Self.workWithSession(codings: "gzip", expecting: "Content-Encoding: gzip")
        },
        Benchmark("page/example", "the example site's home page, for a visitor without a session", iterations: 100) {
            try Self.workOfExample()
        },
        Benchmark("page/floor", "17 KB that are written already, through the same channel", iterations: 1000) {
            try Self.floor()
        },
    ]

    private static func work(parts: Int, bytes: Int) throws -> Benchmark.Work {
        try PageHarness(SampleSite.page(parts: parts)) { site, resolver in
            resolver.warm(site.pages[0], bytes: bytes)
        }.work(request: RequestSamples.wrk(host: SampleSite.host), expecting: "long table")
    }

    private static func workOfBrowser(codings: String, expecting text: String) throws -> Benchmark.Work {
        try PageHarness(SampleSite.page(parts: 8)) { site, resolver in
            resolver.warm(site.pages[0], bytes: 2048)
        }.work(request: RequestSamples.browser(host: SampleSite.host, codings: codings), expecting: text)
    }

    private static func workWithSession(codings: String, expecting text: String) throws -> Benchmark.Work {
        let parts = (1..<8).map { "{% fragment \"app/f\($0)\" %}" }.joined()
        let site = try SampleSite.make(
            templates: [TemplateSource(path: "page.html", text: "<body>{% fragment \"app/cart\" %}\(parts)</body>")],
            pages: #"{ host: app, path: "/", template: page.html }"#,
            fragments: #""app/cart": { ttl: 1h, vary: [user] }, "*": { ttl: 1h }"#
        )
        let sealer = try SessionSamples.sealer()
        let (session, token) = try sealer.create(host: SampleSite.host, now: .now())
        return try PageHarness(site, sessions: sealer) { site, resolver in
            resolver.warm(site.pages[0], subject: session.subject, bytes: 2048)
        }.work(
            request: RequestSamples.browser(
                host: SampleSite.host,
                cookie: SessionSamples.cookie(token),
                codings: codings
            ),
            expecting: text
        )
    }

    /// Needs the example's gateway.yaml and Templates, and so to be started in the project's folder.
    private static func workOfExample() throws -> Benchmark.Work {
        let loader = SiteLoader(
            configurationPath: "gateway.yaml",
            environment: [
                "IDENTITY_SECRET": SessionSamples.secret, "SESSION_KEY": SessionSamples.secret,
                "SSO_SECRET": SessionSamples.secret,
            ],
            hasher: .seeded
        )
        let site = try loader.site(try loader.configuration(), fetcher: Fetcher(services: []))
        guard let index = site.configuration.pages.firstIndex(where: { $0.template == "blog/home.html" }) else {
            throw PreparationFailure(description: "gateway.yaml has no page of blog/home.html any more")
        }
        return try PageHarness(site) { site, resolver in
            resolver.warm(site.pages[index], bytes: 2048)
        }.work(request: RequestSamples.browser(host: "blog.localhost"), expecting: "long table")
    }

    /// What the channel itself costs, which every page's number holds.
    private static func floor() throws -> Benchmark.Work {
        let channel = EmbeddedChannel(handler: PreparedAnswer(bytes: 17 << 10))
        let request = RequestSamples.wrk(host: SampleSite.host)
        return { iterations in
            var bytes = 0
            for _ in 0..<iterations {
                try channel.writeInbound(request)
                bytes &+= try channel.readOutbound(as: ByteBuffer.self)?.readableBytes ?? 0
            }
            return bytes
        }
    }
}

/// Answers whatever is read with the same bytes.
private final class PreparedAnswer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: ByteBuffer

    init(bytes: Int) { self.answer = ByteBuffer(repeating: UInt8(ascii: "x"), count: bytes) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.write(self.wrapOutboundOut(self.answer), promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        context.fireChannelReadComplete()
    }
}
