import FragmentProtocol
import Testing

@testable import Gateway

@Suite struct ServicesReportTests {
    private static func report(_ record: ManifestLedger.Record, manifests: String = "{}") throws -> ServicesReport {
        var declared = DeclaredVariations()
        for manifest in record.manifests { declared.add(manifest) }
        let configuration = try ConfigurationSamples.load(
            """
            manifests: \(manifests)
            pages: [{ host: blog, path: "/", template: home.html }]

            """ + ConfigurationSamples.smallest
        )
        let fetcher = Fetcher(
            services: [
                UpstreamService(
                    name: "blog",
                    upstreams: [try #require(Upstream("http://127.0.0.1:5001"))],
                    concurrency: 3,
                    breaker: BreakerSettings()
                )
            ]
        )
        let site = Site(
            configuration: configuration,
            templates: try compileTemplates(["home.html": "{% fragment \"blog/nav\" %}"]),
            assets: [],
            fetcher: fetcher,
            hasher: FragmentSamples.hasher,
            declared: declared
        )
        return ServicesReport(site: site, record: { _ in record }, now: Instant(milliseconds: 62_000))
    }

    private static func record(
        _ results: Result<ServiceManifest, ManifestFailure>...
    ) -> ManifestLedger.Record {
        let place = ManifestLedger.Place(service: "blog", upstream: "http://127.0.0.1:5001")
        var ledger = ManifestLedger()
        ledger.follow([place])
        for result in results {
            _ = ledger.take(result, of: place, now: Instant(milliseconds: 20_000)) { _ in .now }
        }
        return ledger[place]
    }

    private static func manifest(_ version: String, _ varies: [FragmentDimension] = []) -> ServiceManifest {
        ServiceManifest(
            service: "blog",
            version: version,
            fragments: [
                FragmentDeclaration(type: "nav", varies: varies), FragmentDeclaration(type: "other", varies: varies),
            ]
        )
    }

    @Test func tellsAllThatIsKnown() throws {
        let record = Self.record(
            .success(Self.manifest("1", [.user])),
            .success(Self.manifest("2")),
            .failure(.status(503))
        )
        #expect(
            try Self.report(record).text == """
                blog (blog.localhost)
                  fragments   0 under way, 0 waiting
                  passed on   0 under way, 0 waiting
                  since start 0 hedges, 0 retries
                  manifest    adds to the rule of blog/nav: vary by user
                  http://127.0.0.1:5001
                    breaker   closed, opened 0 times; 0 failures, 0 under way
                    manifest  2 (also 1), 2 fragments, read 42s ago
                    problem   the manifest is answered with status 503

                """
        )
    }

    @Test(
        arguments: [
            ("{}", "    manifest  not read yet"), ("off", "    manifest  not read: manifests are off"),
        ]
    )
    func tellsThatNothingIsKnown(manifests: String, line: String) throws {
        let report = try Self.report(ManifestLedger.Record(), manifests: manifests)
        #expect(report.text.split(separator: "\n").last.map(String.init) == line)
        #expect(report.services.map(\.adds) == [[:]])
    }

    @Test func whatAServiceSaysMovesNoCursor() throws {
        let text = try Self.report(
            Self.record(.success(Self.manifest("1\n\u{1b}[2J" + String(repeating: "x", count: 99))))
        )
        .text
        #expect(text.contains("manifest  1  [2J" + String(repeating: "x", count: 58) + ", 2 fragments"), "\(text)")
    }
}
