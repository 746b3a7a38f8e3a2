import FoundationEssentials
import NIOCore
import Testing

@testable import Gateway

@Suite("What a purge costs")
struct PurgeCostTests {
    /// The number of entries; `PURGE_ENTRIES` makes it another.
    private static let entries = Int(ProcessInfo.processInfo.environment["PURGE_ENTRIES"] ?? "") ?? 20_000

    @Test("one record ends any number of tagged entries, and takes no longer for more of them")
    func oneRecord() throws {
        let hasher = CacheKeyHasher()
        let purges = PurgeLog(hasher: hasher)
        let tier = MemoryTier(budget: 4 << 30, purges: purges)
        let now = Instant(milliseconds: 1_000_000)
        let position = PurgePosition(rawValue: 1)
        let body = ByteBuffer(string: "<p>body</p>")
        func keys() -> some Sequence<(CacheKey, String)> {
            (0..<Self.entries).lazy.map { number in
                let text = "app/part?n=\(number)"
                return (hasher.hash(text), text)
            }
        }
        for (key, text) in keys() {
            _ = tier.insert(
                key,
                text: text,
                StoredFragment(
                    status: 200,
                    kind: .html,
                    requestedAt: now,
                    purgePosition: position,
                    storedAt: now,
                    freshUntil: now + .seconds(3600),
                    tags: ["all", "of-\(text.utf8.count)"],
                    body: body
                )
            )
        }
        #expect(keys().allSatisfy { tier.lookup($0.0) != nil })
        let record = PurgeRecord(try #require(PurgeTarget("tag:all")))
        let duration = ContinuousClock().measure {
            purges.apply([record], at: PurgePosition(rawValue: 2), now: now)
        }
        #expect(!keys().contains { tier.lookup($0.0) != nil })
        // A scan would take a microsecond an entry at the very least.
        #expect(duration < .milliseconds(10))
        print("a purge of \(Self.entries) entries took \(duration)")
    }
}
