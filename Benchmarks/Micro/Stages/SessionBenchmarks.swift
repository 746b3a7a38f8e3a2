import NIOCore

/// Who is looking.
enum SessionBenchmarks {
    static let all = [
        Benchmark("session/open", "find and open the session in a browser's cookies", iterations: 500) {
            let sealer = try SessionSamples.sealer()
            let now = Instant.now()
            let token = try sealer.create(host: SampleSite.host, now: now).token
            let bytes = RequestSamples.browser(host: SampleSite.host, cookie: SessionSamples.cookie(token))
            let header = try RequestSamples.head(of: bytes).cookie
            let cookie = SessionCookie(isSecure: false, lifetime: sealer.lifetime)
            return { iterations in
                var opened = 0
                for _ in 0..<iterations {
                    let presence = cookie.read(
                        header,
                        in: bytes.readableBytesUInt8Span,
                        opener: sealer,
                        host: SampleSite.host,
                        now: now
                    )
                    guard let session = presence.session else {
                        throw PreparationFailure(description: "the session's cookie does not open")
                    }
                    opened &+= session.subject.utf8.count
                }
                return opened
            }
        },
        Benchmark("session/create", "begin a session and seal its cookie", iterations: 500) {
            let sealer = try SessionSamples.sealer()
            let now = Instant.now()
            return { iterations in
                var bytes = 0
                for _ in 0..<iterations {
                    bytes &+= try sealer.create(host: SampleSite.host, now: now).token.utf8.count
                }
                return bytes
            }
        },
    ]
}
