import NIOCore
import Testing

@testable import Gateway

@Suite struct MemoryTierTests {
    private let hasher: CacheKeyHasher = {
        var generator = RepeatableGenerator(seed: 99)
        return CacheKeyHasher(using: &generator)
    }()

    private func fragment(_ size: Int, title: String? = nil) -> StoredFragment {
        StoredFragment(
            storedAt: .distantPast,
            freshUntil: .distantFuture,
            title: title,
            body: ByteBuffer(repeating: 0x61, count: size)
        )
    }

    @Test func findsWhatWasInserted() throws {
        let tier = MemoryTier(budget: 1 << 20)
        let key = hasher.hash("a")
        #expect(tier.lookup(key) == nil)
        let entry = tier.insert(key, text: "a", fragment(100))
        #expect(tier.lookup(key) === entry)
        #expect(entry.text == "a")
        let newer = tier.insert(key, text: "a", fragment(200))
        #expect(tier.lookup(key) === newer)
        #expect(tier.count == 1)
        #expect(tier.remove(key))
        #expect(!tier.remove(key))
        #expect(tier.lookup(key) == nil)
        // Those who hold an entry keep it.
        #expect(newer.fragment.body.readableBytes == 200)
        #expect(tier.counters == MemoryTier.Counters(hits: 2, misses: 2, insertions: 2))
    }

    @Test func doesNotShowOneTextsEntryToAnother() {
        let tier = MemoryTier(budget: 1 << 20)
        let key = hasher.hash("cart/mini user:1")
        tier.insert(key, text: "cart/mini user:1", fragment(10))
        #expect(tier.lookup(key, confirming: "cart/mini user:1") != nil)
        #expect(tier.lookup(key, confirming: "cart/mini user:2") == nil)
        #expect(tier.counters.collisions == 1)
        #expect(tier.counters.hits == 1)
        #expect(tier.counters.misses == 1)
    }

    @Test func refusesWhatIsTooLarge() {
        let tier = MemoryTier(budget: 1 << 20)
        tier.insert(hasher.hash("a"), text: "a", fragment(10))
        // The old value must not stay either: it is not true any more.
        let entry = tier.insert(hasher.hash("a"), text: "a", fragment(200_000))
        #expect(entry.fragment.body.readableBytes == 200_000)
        #expect(tier.lookup(hasher.hash("a")) == nil)
        #expect(tier.counters.refusals == 1)
        #expect(tier.count == 0)
    }

    @Test func keepsNothingWithoutABudget() {
        let tier = MemoryTier(budget: 0)
        let entry = tier.insert(hasher.hash("a"), text: "a", fragment(10))
        #expect(entry.fragment.body.readableBytes == 10)
        tier.setDecoded(.integer(1), cost: 100, of: entry)
        #expect(entry.decoded == .integer(1))
        #expect(tier.lookup(hasher.hash("a")) == nil)
        #expect(tier.count == 0)
        #expect(tier.counters == MemoryTier.Counters(misses: 1))
    }

    @Test func returnsAllBytesOfWhatItForgets() {
        let tier = MemoryTier(budget: 4 << 20)
        for number in 0..<500 {
            tier.insert(
                hasher.hash("\(number)"),
                text: "\(number)",
                fragment(number, title: String(repeating: "t", count: number))
            )
        }
        let full = tier.bytes
        #expect(tier.removeAll { $0.text.hasSuffix("7") } == 50)
        #expect(tier.count == 450)
        #expect(tier.bytes < full)
        tier.removeAll()
        #expect(tier.count == 0)
        let tables = tier.bytes
        tier.insert(hasher.hash("x"), text: "x", fragment(5))
        tier.removeAll()
        #expect(tier.bytes == tables)
        #expect(tier.counters.evictions == 0)
    }

    @Test func countsWhatABodyWasDecodedTo() {
        let tier = MemoryTier(budget: 1 << 20)
        let entry = tier.insert(hasher.hash("a"), text: "a", fragment(100))
        let before = tier.bytes
        tier.setDecoded(.none, cost: 1000, of: entry)
        #expect(entry.decoded != nil)
        #expect(tier.bytes == before + 1000)
        tier.remove(entry.key)
        #expect(tier.bytes < before)
        let tables = tier.bytes
        tier.setDecoded(.none, cost: 1000, of: tier.insert(hasher.hash("b"), text: "b", fragment(1)))
        tier.removeAll()
        #expect(tier.bytes == tables)
    }

    @Test func makesRoomForWhatABodyWasDecodedTo() {
        let tier = MemoryTier(budget: 64 << 10)
        var entries: [CacheEntry] = []
        for number in 0..<20 { entries.append(tier.insert(hasher.hash("\(number)"), text: "\(number)", fragment(100))) }
        for entry in entries {
            tier.setDecoded(.none, cost: 6000, of: entry)
            #expect(tier.bytes <= tier.budget)
        }
        #expect(tier.counters.evictions > 0)
    }

    /// Whatever is done, the tier agrees with a dictionary in what it has, and never has more than its budget.
    @Test(arguments: [1, 2, 3, 4, 5, 6])
    func agreesWithADictionary(seed: UInt64) throws {
        var generator = RepeatableGenerator(seed: seed)
        let tier = MemoryTier(budget: (64 << 10) << Int(seed % 4))
        // Few different lows, so that probe runs are long and wrap around.
        func key(_ number: Int) -> CacheKey {
            CacheKey(
                high: UInt64(number),
                low: seed % 2 == 0 ? UInt64(number / 8 * 61) : UInt64.max - UInt64(number % 5)
            )
        }
        var model: [Int: CacheEntry] = [:]
        for step in 0..<6000 {
            let number = Int.random(in: 0..<(seed % 2 == 0 ? 400 : 60), using: &generator)
            switch Int.random(in: 0...9, using: &generator) {
            case 0...3:
                let size = Int.random(in: 0...(step % 50 == 0 ? 20_000 : 1500), using: &generator)
                let entry = tier.insert(key(number), text: "\(number)", fragment(size))
                model[number] = entry.cost <= tier.largestEntry ? entry : nil
            case 4...7:
                let found = tier.lookup(key(number))
                if let found { #expect(found === model[number]) } else { model[number] = nil }
            case 8:
                let wasThere = tier.remove(key(number))
                if wasThere { #expect(model[number] != nil) }
                model[number] = nil
            default:
                if let entry = model[number], entry.decoded == nil {
                    tier.setDecoded(.none, cost: Int.random(in: 0...500, using: &generator), of: entry)
                }
            }
            #expect(tier.bytes <= tier.budget)
        }
        // What the tier has, the model has; the sums are right.
        var cost = 0
        var count = 0
        for (number, entry) in model {
            guard let found = tier.lookup(key(number)) else { continue }
            #expect(found === entry)
            cost += found.cost
            count += 1
        }
        #expect(count == tier.count)
        let beforeRemoval = tier.bytes
        tier.removeAll()
        #expect(beforeRemoval - tier.bytes == cost)
        #expect(tier.count == 0)
    }

    /// A scan of a thousand entries that nobody asks for again passes through the small queue.
    @Test func keepsWhatIsUsedThroughAScan() {
        let tier = MemoryTier(budget: 256 << 10)
        for number in 0..<50 { tier.insert(hasher.hash("hot \(number)"), text: "hot \(number)", fragment(1000)) }
        for _ in 0..<3 { for number in 0..<50 { _ = tier.lookup(hasher.hash("hot \(number)")) } }
        for number in 0..<1000 { tier.insert(hasher.hash("scan \(number)"), text: "scan", fragment(1000)) }
        let kept = (0..<50).count { tier.lookup(hasher.hash("hot \($0)")) != nil }
        #expect(kept == 50)
        #expect(tier.counters.evictions > 800)
    }

    /// An entry that comes back soon after it left the small queue goes to the main queue.
    @Test func welcomesAGhostToTheMainQueue() {
        let tier = MemoryTier(budget: 64 << 10)
        let first = tier.insert(hasher.hash("returns"), text: "returns", fragment(1000))
        #expect(first.queue == .small)
        var number = 0
        while first.queue != .none, number < 1000 {
            number += 1
            tier.insert(hasher.hash("\(number)"), text: "\(number)", fragment(1000))
        }
        #expect(first.queue == .none)
        #expect(tier.insert(hasher.hash("returns"), text: "returns", fragment(1000)).queue == .main)
        #expect(tier.insert(hasher.hash("is new"), text: "is new", fragment(1000)).queue == .small)
    }
}
