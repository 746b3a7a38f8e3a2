import FragmentProtocol

/// What the upstreams of all services have said of themselves, and when each is to be asked again.
///
/// An upstream may be several programs behind one address, of which some are newer than others. So a manifest that an
/// upstream has answered with counts until it has not come back for ``memory`` good readings; and it is news only when
/// it is none of these.
struct ManifestLedger: Sendable {
    /// An upstream of a service.
    struct Place: Hashable, Sendable {
        let service: String
        /// As gateway.yaml has it.
        let upstream: String
    }

    /// What is known of an upstream.
    struct Record: Sendable {
        /// The manifests that count, the one that was answered last first.
        fileprivate(set) var manifests: [ServiceManifest] = []
        /// When the last good reading was.
        fileprivate(set) var readAt: Instant?
        /// What was wrong with the last reading; nil when it was good or there was none.
        fileprivate(set) var failure: ManifestFailure?

        /// The count of the good reading that each manifest was last seen in.
        fileprivate var seen: [Int] = []
        fileprivate var goodReadings = 0
        fileprivate var goodInARow = 0
        fileprivate var failuresInARow = 0
        /// The troubles that have been told, the latest last.
        fileprivate var told: [ManifestFailure] = []
        fileprivate var due: ContinuousClock.Instant?

        /// The version that was answered last.
        var version: String? { self.manifests.first?.version }
    }

    /// What is worth a line in the log.
    enum News: Equatable, Sendable {
        /// The first manifest of an upstream.
        case read(version: String)
        /// Another manifest than those that count.
        case changed(version: String, from: String)
        /// There is none, or one that does not count.
        case failed(ManifestFailure)
    }

    /// How many good readings a manifest counts for that does not come back.
    static let memory = 8
    /// The most troubles of one upstream that are remembered as told.
    private static let toldLimit = 8

    /// In the order of gateway.yaml.
    private(set) var places: [Place] = []
    private var records: [Place: Record] = [:]

    subscript(_ place: Place) -> Record { self.records[place] ?? Record() }

    /// Follows the upstreams of a configuration from now on; what is known of those that stay is kept, and all are due.
    mutating func follow(_ places: [Place]) {
        self.places = []
        let old = self.records
        self.records = [:]
        for place in places where self.records[place] == nil {
            self.places.append(place)
            var record = old[place] ?? Record()
            record.due = nil
            self.records[place] = record
        }
    }

    /// The upstreams that are to be asked.
    func due(at now: ContinuousClock.Instant) -> [Place] {
        self.places.filter { place in self[place].due.map { $0 <= now } ?? true }
    }

    /// When the next upstream is to be asked; nil when there is none.
    var nextDue: ContinuousClock.Instant? { self.records.values.compactMap(\.due).min() }

    /// Takes in how a reading ended.
    ///
    /// - Parameters:
    ///   - result: the manifest, or why there is none.
    ///   - place: the upstream; one that is no longer followed is left out of account.
    ///   - now: the time.
    ///   - next: when the upstream is asked again, for the number of its failures in a row.
    /// - Returns: what is to be told.
    mutating func take(
        _ result: Result<ServiceManifest, ManifestFailure>,
        of place: Place,
        now: Instant,
        next: (_ failuresInARow: Int) -> ContinuousClock.Instant
    ) -> News? {
        guard var record = self.records[place] else { return nil }
        let news: News?
        switch result {
        case .success(let manifest): news = record.take(manifest, now: now)
        case .failure(let failure): news = record.take(failure, limit: Self.toldLimit)
        }
        record.due = next(record.failuresInARow)
        self.records[place] = record
        return news
    }

    /// What all manifests that count declare, together.
    var declared: DeclaredVariations {
        var declared = DeclaredVariations()
        for place in self.places {
            for manifest in self[place].manifests { declared.add(manifest) }
        }
        return declared
    }
}

extension ManifestLedger.Record {
    fileprivate mutating func take(_ manifest: ServiceManifest, now: Instant) -> ManifestLedger.News? {
        self.readAt = now
        self.failure = nil
        self.failuresInARow = 0
        self.goodReadings += 1
        self.goodInARow += 1
        // An upstream that is well for that long is told of anew.
        if self.goodInARow >= ManifestLedger.memory { self.told = [] }
        var news: ManifestLedger.News?
        if let index = self.manifests.firstIndex(of: manifest) {
            self.manifests.remove(at: index)
            self.seen.remove(at: index)
        } else {
            news =
                self.version.map { .changed(version: manifest.version, from: $0) } ?? .read(version: manifest.version)
        }
        self.manifests.insert(manifest, at: 0)
        self.seen.insert(self.goodReadings, at: 0)
        for index in self.manifests.indices.reversed()
        where self.goodReadings - self.seen[index] >= ManifestLedger.memory {
            self.manifests.remove(at: index)
            self.seen.remove(at: index)
        }
        return news
    }

    fileprivate mutating func take(_ failure: ManifestFailure, limit: Int) -> ManifestLedger.News? {
        self.failure = failure
        self.failuresInARow += 1
        self.goodInARow = 0
        guard !self.told.contains(where: { $0.isSame(as: failure) }) else { return nil }
        if self.told.count == limit { self.told.removeFirst() }
        self.told.append(failure)
        return .failed(failure)
    }
}
