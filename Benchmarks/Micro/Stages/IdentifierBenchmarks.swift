import FragmentProtocol

/// Which copy of a fragment a page means.
enum IdentifierBenchmarks {
    static let all = [
        Benchmark("identifier/parameters", "name and hash a fragment of 2 parameters", iterations: 1000) {
            try Self.work(varies: "", subject: nil)
        },
        Benchmark("identifier/user", "the same, personal and in a language", iterations: 1000) {
            try Self.work(varies: ", vary: [user, language]", subject: "anon:5f1c4a90d3b2e7865f1c4a90d3b2e786")
        },
    ]

    /// The parameters are as a page makes them of a request: new for each.
    private static func work(varies: String, subject: String?) throws -> Benchmark.Work {
        let site = try SampleSite.make(
            templates: [
                TemplateSource(
                    path: "page.html",
                    text: #"{% fragment "app/products" with category=query.category, page=query.page %}"#
                )
            ],
            pages: #"{ host: app, path: "/", template: page.html }"#,
            fragments: #""*": { ttl: 1h\#(varies) }"#
        )
        let bound = site.pages[0].uses[0]
        return { iterations in
            var sum = 0
            for iteration in 0..<iterations {
                let page = iteration % 2 == 0 ? "2" : "3"
                let identifier = bound.identifier(
                    FragmentParameters([(name: "category", value: "bread & cake"), (name: "page", value: page)]),
                    subject: subject,
                    language: "de",
                    hasher: .seeded
                )
                sum &+= Int(truncatingIfNeeded: identifier.key.low & 0xff)
            }
            return sum
        }
    }
}
