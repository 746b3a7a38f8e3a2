import NIOCore

/// The cache in memory.
enum MemoryBenchmarks {
    static let all = [
        Benchmark("memory/hit-8", "look up 8 entries of 8", iterations: 10_000) { Self.lookups(among: 8) },
        Benchmark("memory/hit-100000", "look up 8 entries of 100,000", iterations: 10_000) {
            Self.lookups(among: 100_000)
        },
        Benchmark("memory/churn", "keep a new entry in a full tier, and let go of others", iterations: 2000) {
            Self.churn()
        },
    ]

    private static func lookups(among count: Int) -> Benchmark.Work {
        let tier = MemoryTier(budget: 1 << 30)
        let keys = (0..<count).map { CacheKeyHasher.seeded.hash("app/product?slug=\($0)") }
        let fragment = SampleSite.fragment(bytes: 64)
        for (number, key) in keys.enumerated() { tier.insert(key, text: "app/product?slug=\(number)", fragment) }
        var generator = SeededGenerator()
        // More than a page's, so that no branch is learnt by heart; the last of them leads back to the first.
        let asked = (0..<1024).map { _ in keys[Int.random(in: 0..<count, using: &generator)] }
        return { iterations in
            var status = 0
            var position = 0
            for _ in 0..<iterations {
                for _ in 0..<8 {
                    status &+= tier.lookup(asked[position & 1023])?.fragment.status ?? 0
                    position &+= 1
                }
            }
            return status
        }
    }

    private static func churn() -> Benchmark.Work {
        let tier = MemoryTier(budget: 4 << 20)
        let fragment = SampleSite.fragment(bytes: 2048)
        var number = 0
        func insert() {
            let text = "app/product?slug=\(number)"
            tier.insert(CacheKeyHasher.seeded.hash(text), text: text, fragment)
            number &+= 1
        }
        while tier.counters.evictions < 4096 { insert() }
        return { iterations in
            for _ in 0..<iterations { insert() }
            return tier.counters.evictions
        }
    }
}
