import NIOCore

/// Which language an answer is in.
enum LanguageBenchmarks {
    static let all = [
        Benchmark("language/choose", "choose among 3 languages by a list of 4 that are accepted", iterations: 1000) {
            let bytes = RequestSamples.browser(host: SampleSite.host)
            let accepted = try RequestSamples.head(of: bytes).acceptLanguage
            let offered = ["en", "de", "fr"]
            let chosen = LanguagePolicy.choose(accepted, in: bytes.readableBytesUInt8Span, offered: offered)
            guard chosen == "de" else {
                throw PreparationFailure(description: "the language of the sample request is not found")
            }
            return { iterations in
                var sum = 0
                for _ in 0..<iterations {
                    sum &+=
                        LanguagePolicy.choose(accepted, in: bytes.readableBytesUInt8Span, offered: offered)
                        .utf8.count
                }
                return sum
            }
        }
    ]
}
