import Logging
import NIOCore
import NIOEmbedded

/// A connection of the gateway without a socket: the bytes of requests go in, the bytes of answers come out.
final class PageHarness {
    let channel = EmbeddedChannel()
    let pipeline: PagePipeline

    /// A connection to a site of which every fragment in `warm` is in memory.
    init(_ site: Site, sessions: SessionSealer? = nil, warm: (Site, FragmentResolver) throws -> Void) throws {
        let resolver = FragmentResolver(
            eventLoop: self.channel.eventLoop,
            memory: MemoryTier(budget: 64 << 20),
            redis: nil,
            hasher: .seeded,
            flights: FlightBoard(),
            signer: nil,
            fetcher: site.fetcher
        )
        try warm(site, resolver)
        self.pipeline = PagePipeline(
            eventLoop: self.channel.eventLoop,
            resolver: resolver,
            sessions: try sessions ?? SessionSealer(settings: SessionSettings(key: SessionSamples.key)),
            signer: nil,
            compressor: try PageCompressor(
                settings: site.configuration.compression,
                memory: site.configuration.compression.memory,
                hasher: .seeded
            ),
            tagger: PageTagger(hasher: .seeded),
            site: site,
            connectionLimit: 16,
            logger: Logger(label: "benchmarks", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let connection = Connection(
            responder: self.pipeline,
            limits: RequestLimits(),
            bodyLimit: 1 << 20,
            timeouts: ConnectionTimeouts()
        )
        try self.channel.pipeline.syncOperations.addHandler(connection)
        try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    /// Sends a request and gives the bytes of its answer, which must be there at once.
    @inline(__always)
    func exchange(_ request: ByteBuffer) throws -> ByteBuffer {
        try self.channel.writeInbound(request)
        guard let answer = try self.channel.readOutbound(as: ByteBuffer.self) else {
            throw PreparationFailure(description: "the page was not answered at once")
        }
        return answer
    }

    /// The work of sending one request again and again, after a look at its answer.
    ///
    /// - Parameters:
    ///   - request: the request's bytes.
    ///   - text: what the answer holds, in its head or its body, when all is as the benchmark says.
    /// - Returns: the work, which counts the bytes of the answers.
    /// - Throws: that the answer is another.
    func work(request: ByteBuffer, expecting text: String) throws -> Benchmark.Work {
        let answer = try self.exchange(request)
        let shown = String(buffer: answer)
        guard shown.hasPrefix("HTTP/1.1 200 OK\r\n"), shown.contains(text) else {
            throw PreparationFailure(description: "the answer is not the page: \(shown.prefix(400))")
        }
        return { iterations in
            var bytes = 0
            for _ in 0..<iterations { bytes &+= try self.exchange(request).readableBytes }
            return bytes
        }
    }
}

extension FragmentResolver {
    /// Puts a copy into memory for each use of a page whose parameters are the same for every request.
    func warm(_ page: SitePage, subject: String? = nil, language: String = "en", bytes: Int) {
        for bound in page.uses where bound.use.constantParameters != nil {
            let identifier = bound.identifier(nil, subject: subject, language: language, hasher: self.hasher)
            self.memory.insert(identifier.key, text: identifier.text, SampleSite.fragment(bytes: bytes))
        }
    }
}
