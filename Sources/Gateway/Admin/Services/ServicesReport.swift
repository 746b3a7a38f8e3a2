import FragmentProtocol

/// How the services do, and what they say of themselves, as the gateway knows it now.
package struct ServicesReport: Codable, Sendable, Equatable {
    /// A service, in the order of gateway.yaml.
    package struct Service: Codable, Sendable, Equatable {
        package var name: String
        package var host: String
        /// Requests for fragments that are under way, and that wait for a place.
        package var fetches: Load
        /// Requests that are passed through.
        package var streams: Load
        /// Second requests for fragments that took long, since the start.
        package var hedges: Int
        /// Requests that were made once more because a connection broke, since the start.
        package var retries: Int
        package var upstreams: [Upstream]
        /// What manifests add to what the rules say that fragments vary by, for the fragments of pages: `cart/mini` and
        /// `user`.
        package var adds: [String: [String]]
    }

    /// How many requests are under way, and how many wait for a place.
    package struct Load: Codable, Sendable, Equatable {
        package var underWay: Int
        package var waiting: Int
    }

    /// An address of a service.
    package struct Upstream: Codable, Sendable, Equatable {
        /// As gateway.yaml has it.
        package var address: String
        /// `closed`, `open` or `half-open`; `off` where there is no breaker.
        package var breaker: String
        package var underWay: Int
        /// Requests that failed, since the start.
        package var failures: Int
        /// How often its breaker has opened, since the start.
        package var openings: Int
        /// The manifest that it answered with last; nil when it never has.
        package var manifest: Manifest?
        /// What was wrong when it was last asked for its manifest; empty when nothing was.
        package var problems: [String]
    }

    /// What an upstream says of its service.
    package struct Manifest: Codable, Sendable, Equatable {
        package var version: String
        /// The other versions that the same address has answered with of late, as it does during a deploy.
        package var otherVersions: [String]
        /// How many fragments it has.
        package var fragments: Int
        /// Milliseconds since it was read.
        package var age: Int64
    }

    /// Whether manifests are read at all.
    package var readsManifests: Bool
    package var services: [Service]
}

extension ServicesReport {
    /// Puts together what the fetcher and the board know of a site's services.
    init(site: Site, record: (ManifestLedger.Place) -> ManifestLedger.Record, now: Instant) {
        let adds = site.declared
        self.readsManifests = site.configuration.manifests != nil
        self.services = site.fetcher.status.map { status in
            Service(
                name: status.service,
                host: site.configuration.service(named: status.service)?.host ?? "",
                fetches: Load(underWay: status.fetches, waiting: status.waitingFetches),
                streams: Load(underWay: status.streams, waiting: status.waitingStreams),
                hedges: status.hedges,
                retries: status.retries,
                upstreams: status.upstreams.map { upstream in
                    Upstream(
                        upstream,
                        record: record(ManifestLedger.Place(service: status.service, upstream: upstream.address)),
                        now: now
                    )
                },
                adds: adds.reduce(into: [:]) { result, added in
                    if added.key.service == status.service { result[added.key.description] = added.value.words }
                }
            )
        }
    }
}

extension ServicesReport.Upstream {
    /// The most problems of one manifest that are told.
    private static let problemLimit = 20

    fileprivate init(_ status: ServiceStatus.Upstream, record: ManifestLedger.Record, now: Instant) {
        self.address = status.address
        self.breaker = status.breaker
        self.underWay = status.inFlight
        self.failures = status.failures
        self.openings = status.openings
        self.problems = record.failure?.problems(atMost: Self.problemLimit) ?? []
        if let manifest = record.manifests.first, let readAt = record.readAt {
            var others: [String] = []
            for other in record.manifests.dropFirst().map(\.version)
            where other != manifest.version && !others.contains(other) {
                others.append(other)
            }
            self.manifest = ServicesReport.Manifest(
                version: manifest.version.printable,
                otherVersions: others.map(\.printable),
                fragments: manifest.fragments.count,
                age: (now - readAt).milliseconds
            )
        }
    }
}
