/// Whether an answer may be kept, and how long.
enum FreshnessBenchmarks {
    static let all = [
        Benchmark("freshness/judge", "judge an answer of 9 headers, whose own times count", iterations: 500) {
            let headers: [(name: String, value: String)] = [
                ("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "2048"),
                ("Cache-Control", "public, max-age=60, s-maxage=300, stale-while-revalidate=60, stale-if-error=3600"),
                ("ETag", "\"5d41402abc4b2a76b9719d911017c592\""), ("Age", "12"), ("Vary", "Accept-Encoding"),
                ("Cache-Tag", "market, product-17"), ("Date", "Tue, 24 Nov 2026 00:32:48 GMT"),
                ("Last-Modified", "Mon, 23 Nov 2026 10:12:00 GMT"),
            ]
            let rule = FreshnessRule(ttl: .seconds(30), honourOrigin: true)
            let start = Instant(milliseconds: 1_795_480_368_000)
            return { iterations in
                var kept = 0
                for iteration in 0..<iterations {
                    let verdict = Freshness.judge(
                        status: 200,
                        headers: headers,
                        rule: rule,
                        context: FreshnessContext(
                            requestedAt: start,
                            receivedAt: start + .milliseconds(iteration % 16)
                        )
                    )
                    guard case .storable(let times) = verdict else {
                        throw PreparationFailure(description: "the sample answer is not kept: \(verdict)")
                    }
                    kept &+= Int(times.freshUntil.milliseconds & 0xff)
                }
                return kept
            }
        }
    ]
}
