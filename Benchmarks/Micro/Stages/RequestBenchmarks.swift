import NIOCore

/// Reading what a client sends.
enum RequestBenchmarks {
    static let all = [
        Benchmark("request/browser", "read a browser's head of some 800 bytes", iterations: 4000) {
            try Self.work(RequestSamples.browser(host: SampleSite.host, path: "/posts/the-long-table"))
        },
        Benchmark("request/wrk", "read the head that wrk sends", iterations: 10_000) {
            try Self.work(RequestSamples.wrk(host: SampleSite.host))
        },
        Benchmark("request/form", "read a form of 6 fields and 300 bytes", iterations: 300) {
            let body = ByteBuffer(
                string: "csrf=0aZ_9-bQ4f6hK8mN2pR5sT7vW1xY3zA4cE6gI8kM0oQ&product=sourdough-loaf&quantity=2"
                    + "&name=Ad%C3%A8le+M%C3%BCller&note=Please+ring+twice%2C+the+bell+is+quiet.+The+dog+is+kind%21"
                    + "&address=12+Hill+Lane%0D%0AUpper+Village%0D%0AAB1+2CD"
            )
            return { iterations in
                var fields = 0
                for _ in 0..<iterations {
                    fields &+= try FormBody(parsing: body.readableBytesUInt8Span).fields.count
                }
                return fields
            }
        },
    ]

    private static func work(_ bytes: ByteBuffer) throws -> Benchmark.Work {
        // That it is whole; what is not counts nothing below.
        _ = try RequestSamples.head(of: bytes)
        let reader = RequestReader(limits: RequestLimits())
        return { iterations in
            var length = 0
            for _ in 0..<iterations {
                length &+= try reader.read(bytes.readableBytesUInt8Span)?.length ?? 0
            }
            return length
        }
    }
}
