import FragmentProtocol
import Logging
import NIOCore
import Synchronization

/// Reads the manifests of all upstreams again and again, and tells what they declare.
///
/// It has connections of its own: what it asks counts neither for a service's circuit breaker nor for its places. A
/// manifest that was read stays when its service is down; one that is not valid changes nothing.
final class ManifestBoard: Sendable {
    private let configuration: @Sendable () -> GatewayConfiguration
    private let declare: @Sendable (DeclaredVariations) -> Void
    private let fallbacks: FallbackShelf
    private let loop: any EventLoop
    private let logger: Logger
    private let ledger = Mutex(ManifestLedger())

    /// The longest time until a changed configuration is seen.
    private static let longestSleep = Duration.seconds(1)
    /// The most problems of one manifest in a line of the log.
    private static let toldProblems = 5

    /// Makes a board, which reads nothing before it runs.
    ///
    /// - Parameters:
    ///   - configuration: gives the configuration as it holds.
    ///   - loop: where answers come in.
    ///   - logger: is told when a manifest changes, and when there is none.
    ///   - fallbacks: gets what is shown in the place of fragments that fail.
    ///   - declare: is told what all manifests declare, whenever one was read.
    init(
        configuration: @escaping @Sendable () -> GatewayConfiguration,
        loop: any EventLoop,
        logger: Logger,
        fallbacks: FallbackShelf,
        declare: @escaping @Sendable (DeclaredVariations) -> Void
    ) {
        self.configuration = configuration
        self.loop = loop
        self.logger = logger
        self.fallbacks = fallbacks
        self.declare = declare
    }

    /// What is known of an upstream.
    func record(of place: ManifestLedger.Place) -> ManifestLedger.Record { self.ledger.withLock { $0[place] } }

    /// Reads until the task is cancelled.
    func run() async {
        var followed: Followed?
        while !Task.isCancelled {
            let configuration = self.configuration()
            if !(followed?.isOf(configuration) ?? false) {
                await followed?.fetcher.shutdown()
                let new = Followed(configuration)
                self.ledger.withLock { $0.follow(new.settings == nil ? [] : new.places) }
                followed = new
                self.fallbacks.keep(services: new.settings == nil ? [] : Set(new.services.map(\.name)))
                self.declare(self.ledger.withLock { $0.declared })
            }
            if let followed, let settings = followed.settings {
                await self.readDue(with: followed, settings)
            }
            guard await self.sleep() else { break }
        }
        await followed?.fetcher.shutdown()
    }

    /// Waits until an upstream is due, or for long enough to look whether the configuration has changed.
    ///
    /// - Returns: false when the task is cancelled.
    private func sleep() async -> Bool {
        let latest = ContinuousClock.now + Self.longestSleep
        let due = self.ledger.withLock { $0.nextDue } ?? latest
        do {
            try await Task.sleep(until: min(due, latest))
            return true
        } catch {
            return false
        }
    }

    /// Asks the upstreams that are due, all at the same time.
    private func readDue(with followed: Followed, _ settings: ManifestSettings) async {
        let due = self.ledger.withLock { $0.due(at: .now) }
        guard !due.isEmpty else { return }
        let reader = ManifestReader(
            fetcher: followed.fetcher,
            loop: self.loop,
            timeout: settings.timeout,
            maximumSize: settings.maximumSize
        )
        await withTaskGroup(of: Void.self) { tasks in
            for place in due {
                tasks.addTask {
                    let result: Result<ServiceManifest, ManifestFailure>
                    do throws(ManifestFailure) {
                        let manifest = try await reader.read(place.service, from: place.fetcherName)
                        await self.readFallbacks(of: manifest, from: place, with: reader)
                        result = .success(manifest)
                    } catch {
                        // What the end of the gateway cuts says nothing of the service.
                        if Task.isCancelled { return }
                        result = .failure(error)
                    }
                    self.take(result, of: place, settings)
                }
            }
        }
    }

    /// Fetches what stands in for fragments that fail, now that the service is well.
    private func readFallbacks(
        of manifest: ServiceManifest,
        from place: ManifestLedger.Place,
        with reader: ManifestReader
    ) async {
        let answers = await reader.readFragments(Set(manifest.fallbacks.values), from: place.fetcherName)
        self.fallbacks.put(answers.bodies, of: manifest)
        for (type, failure) in answers.failures where !Task.isCancelled {
            self.logger.warning(
                "no fallback",
                metadata: ["fragment": "\(place.service)/\(type)", "problem": "\(failure.printable)"]
            )
        }
    }

    private func take(
        _ result: Result<ServiceManifest, ManifestFailure>,
        of place: ManifestLedger.Place,
        _ settings: ManifestSettings
    ) {
        let (news, declared) = self.ledger.withLock { ledger in
            let news = ledger.take(result, of: place, now: .now()) { failures in
                .now
                    + ManifestPacePolicy.pause(
                        afterFailures: failures,
                        settings: settings,
                        random: .random(in: 0...1)
                    )
            }
            return (news, ledger.declared)
        }
        if let news { self.tell(news, of: place) }
        if case .success = result { self.declare(declared) }
    }

    private func tell(_ news: ManifestLedger.News, of place: ManifestLedger.Place) {
        var metadata: Logger.Metadata = ["service": "\(place.service)", "upstream": "\(place.upstream)"]
        switch news {
        case .read(let version):
            metadata["version"] = "\(version.printable)"
            self.logger.info("manifest read", metadata: metadata)
        case .changed(let version, let old):
            metadata["version"] = "\(version.printable)"
            metadata["was"] = "\(old.printable)"
            self.logger.notice("manifest changed", metadata: metadata)
        case .failed(let failure):
            metadata["problems"] = "\(failure.problems(atMost: Self.toldProblems).joined(separator: "; "))"
            self.logger.warning("no manifest", metadata: metadata)
        }
    }

    /// The upstreams of a configuration, each of which the fetcher knows as a service of its own.
    private struct Followed: Sendable {
        let services: [ServiceSettings]
        let settings: ManifestSettings?
        let places: [ManifestLedger.Place]
        let fetcher: Fetcher

        init(_ configuration: GatewayConfiguration) {
            self.services = configuration.services
            self.settings = configuration.manifests
            self.places = configuration.services.flatMap { service in
                service.upstreams.map { ManifestLedger.Place(service: service.name, upstream: $0.description) }
            }
            self.fetcher = Fetcher(
                services: self.places.compactMap { place in
                    Upstream(place.upstream).map {
                        // Each is asked when its time has come, however often it has failed.
                        UpstreamService(name: place.fetcherName, upstreams: [$0], concurrency: 1, breaker: nil)
                    }
                }
            )
        }

        func isOf(_ configuration: GatewayConfiguration) -> Bool {
            configuration.services == self.services && configuration.manifests == self.settings
        }
    }
}

extension ManifestLedger.Place {
    /// What the board's fetcher knows the upstream by.
    fileprivate var fetcherName: String { "\(self.service) \(self.upstream)" }
}

extension String {
    /// The text as a line of a log or a table can hold it: at most 64 characters, none of which moves the cursor.
    var printable: String {
        let line = self.unicodeScalars.prefix(64).map { scalar in
            scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
                || scalar.properties.isWhitespace ? " " : Character(scalar)
        }
        return String(line)
    }
}
