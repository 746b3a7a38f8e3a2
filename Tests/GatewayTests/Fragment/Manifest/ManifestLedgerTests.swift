import FragmentProtocol
import Testing

@testable import Gateway

@Suite struct ManifestLedgerTests {
    private static let one = ManifestLedger.Place(service: "cart", upstream: "http://127.0.0.1:1")
    private static let two = ManifestLedger.Place(service: "cart", upstream: "http://127.0.0.1:2")
    private static let start = ContinuousClock.now
    private static let unreachable = ManifestFailure.noAnswer(FetchFailure(.connect, "refused"))

    private static func manifest(_ version: String, _ varies: [FragmentDimension] = []) -> ServiceManifest {
        ServiceManifest(
            service: "cart",
            version: version,
            fragments: [FragmentDeclaration(type: "mini", varies: varies)]
        )
    }

    private static func invalid(_ text: String) throws -> ManifestFailure {
        do throws(ManifestError) {
            _ = try ServiceManifest.decode(from: text.utf8)
        } catch {
            return .invalid(error)
        }
        throw ValidManifest()
    }

    private struct ValidManifest: Error {}

    private static func ledger(_ places: [ManifestLedger.Place] = [one, two]) -> ManifestLedger {
        var ledger = ManifestLedger()
        ledger.follow(places)
        return ledger
    }

    /// Takes in an answer, after which the upstream is due so many seconds later as readings have failed, plus one.
    private static func take(
        _ result: Result<ServiceManifest, ManifestFailure>,
        of place: ManifestLedger.Place = one,
        in ledger: inout ManifestLedger
    ) -> ManifestLedger.News? {
        ledger.take(result, of: place, now: Instant(milliseconds: 7)) { start + .seconds($0 + 1) }
    }

    private static func mini(_ ledger: ManifestLedger) throws -> FragmentVariation {
        ledger.declared[try #require(FragmentName("cart/mini"))]
    }

    // MARK: Who is asked

    @Test func allAreDueAtFirstAndThenEachInItsTime() {
        var ledger = Self.ledger()
        #expect(ledger.due(at: Self.start) == [Self.one, Self.two])
        #expect(ledger.nextDue == nil)
        _ = Self.take(.success(Self.manifest("1")), in: &ledger)
        #expect(ledger.due(at: Self.start) == [Self.two])
        _ = Self.take(.failure(Self.unreachable), of: Self.two, in: &ledger)
        _ = Self.take(.failure(Self.unreachable), of: Self.two, in: &ledger)
        #expect(ledger.due(at: Self.start).isEmpty)
        #expect(ledger.nextDue == Self.start + .seconds(1))
        #expect(ledger.due(at: Self.start + .seconds(1)) == [Self.one])
        #expect(ledger.due(at: Self.start + .seconds(3)) == [Self.one, Self.two])
    }

    @Test func whatIsKnownOfAnUpstreamThatStaysIsKept() throws {
        var ledger = Self.ledger()
        _ = Self.take(.success(Self.manifest("1", [.user])), in: &ledger)
        _ = Self.take(.success(Self.manifest("1", [.language])), of: Self.two, in: &ledger)
        ledger.follow([Self.one, Self.one])
        #expect(ledger.places == [Self.one])
        #expect(ledger[Self.one].version == "1")
        #expect(ledger[Self.two].version == nil)
        #expect(ledger.due(at: Self.start) == [Self.one])
        #expect(try Self.mini(ledger) == .user)
        // An answer that was on its way comes too late.
        #expect(Self.take(.success(Self.manifest("1", [.language])), of: Self.two, in: &ledger) == nil)
        #expect(try Self.mini(ledger) == .user)
    }

    // MARK: What counts

    @Test func theManifestsOfAllUpstreamsCountTogether() throws {
        var ledger = Self.ledger()
        #expect(Self.take(.success(Self.manifest("1", [.session])), in: &ledger) == .read(version: "1"))
        #expect(Self.take(.success(Self.manifest("2", [.language])), of: Self.two, in: &ledger) == .read(version: "2"))
        #expect(try Self.mini(ledger) == [.user, .language])
    }

    @Test func aManifestStaysWhenItsServiceFails() throws {
        var ledger = Self.ledger()
        _ = Self.take(.success(Self.manifest("1", [.user])), in: &ledger)
        for _ in 0..<20 { _ = Self.take(.failure(Self.unreachable), in: &ledger) }
        #expect(try Self.mini(ledger) == .user)
        #expect(ledger[Self.one].version == "1")
        #expect(ledger[Self.one].readAt == Instant(milliseconds: 7))
        #expect(ledger[Self.one].failure == Self.unreachable)
        _ = Self.take(.success(Self.manifest("1", [.user])), in: &ledger)
        #expect(ledger[Self.one].failure == nil)
    }

    @Test func anOldManifestCountsUntilItHasLongNotComeBack() throws {
        var ledger = Self.ledger()
        _ = Self.take(.success(Self.manifest("1", [.user])), in: &ledger)
        for reading in 1..<ManifestLedger.memory {
            _ = Self.take(.success(Self.manifest("2")), in: &ledger)
            #expect(try Self.mini(ledger) == .user, "\(reading)")
        }
        _ = Self.take(.success(Self.manifest("2")), in: &ledger)
        #expect(try Self.mini(ledger) == [])
        #expect(ledger[Self.one].manifests.map(\.version) == ["2"])
    }

    // MARK: What is told

    @Test func versionsThatTakeTurnsAreToldOnce() {
        var ledger = Self.ledger()
        var news: [ManifestLedger.News] = []
        for reading in 0..<40 {
            let version = reading.isMultiple(of: 3) ? "1" : "2"
            if let one = Self.take(.success(Self.manifest(version)), in: &ledger) { news.append(one) }
        }
        #expect(news == [.read(version: "1"), .changed(version: "2", from: "1")])
        #expect(ledger[Self.one].manifests.map(\.version) == ["1", "2"])
    }

    @Test func anotherManifestOfTheSameVersionIsTold() {
        var ledger = Self.ledger()
        _ = Self.take(.success(Self.manifest("1")), in: &ledger)
        let news = Self.take(.success(Self.manifest("1", [.user])), in: &ledger)
        #expect(news == .changed(version: "1", from: "1"))
    }

    @Test func eachTroubleIsToldOnceUntilAllHasLongBeenWell() throws {
        var ledger = Self.ledger()
        let invalid = try Self.invalid(#"{"protocol": 1}"#)
        let other = try Self.invalid(#"{"protocol": 2}"#)
        let late = ManifestFailure.noAnswer(FetchFailure(.timeout, "late"))
        let good = Self.manifest("1")
        #expect(Self.take(.failure(Self.unreachable), in: &ledger) == .failed(Self.unreachable))
        #expect(Self.take(.failure(late), in: &ledger) == nil)
        #expect(Self.take(.failure(invalid), in: &ledger) == .failed(invalid))
        #expect(Self.take(.success(good), in: &ledger) == .read(version: "1"))
        #expect(Self.take(.failure(invalid), in: &ledger) == nil)
        #expect(Self.take(.failure(other), in: &ledger) == .failed(other))
        #expect(Self.take(.failure(.status(404)), in: &ledger) == .failed(.status(404)))
        #expect(Self.take(.failure(.status(503)), in: &ledger) == .failed(.status(503)))
        for _ in 0..<ManifestLedger.memory { #expect(Self.take(.success(good), in: &ledger) == nil) }
        #expect(Self.take(.failure(invalid), in: &ledger) == .failed(invalid))
    }

    @Test func aManifestWithManyProblemsTellsTheFirstOfThem() throws {
        let types = (0..<12).map { "{\"type\": \"Bad\($0)\"}" }.joined(separator: ",")
        let failure = try Self.invalid(
            #"{"protocol": 1, "service": "cart", "version": "1", "fragments": [\#(types)]}"#
        )
        let problems = failure.problems(atMost: 2)
        #expect(problems.count == 3)
        #expect(problems[0].hasPrefix("the manifest is not valid: fragments[0].type: \"Bad0\" is not a name"))
        #expect(problems[2] == "and 10 more")
        #expect(failure.problems(atMost: 12).count == 12)
    }
}
