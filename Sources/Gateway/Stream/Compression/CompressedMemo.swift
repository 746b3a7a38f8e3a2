import NIOCore

/// What one event loop has compressed and remembers: bounded in bytes, evicting by SIEVE (Zhang et al., NSDI 2024).
///
/// Something is kept when it is asked for a second time: the pages that are seen once, as by a crawler, displace
/// nothing. A key stands for the bytes that were compressed, so that an entry is never out of date, only out of use.
final class CompressedMemo {
    /// What has happened since the start.
    struct Counters: Sendable, Equatable {
        var hits = 0
        var misses = 0
        var insertions = 0
        var evictions = 0
        /// Results that were not kept: asked for once, or too large.
        var refusals = 0
    }

    private enum Content {
        case page(ByteBuffer)
        case run(DeflatedRun)
    }

    private struct Entry {
        let key: CacheKey
        let content: Content
        let cost: Int
        var isVisited = false
        /// The neighbours in the queue, by their places; the later one was inserted after this.
        var later: Int?
        var earlier: Int?
    }

    /// The most bytes, everything counted.
    let budget: Int
    private(set) var bytes = 0
    private(set) var counters = Counters()
    private var places: [CacheKey: Int] = [:]
    private var entries: ContiguousArray<Entry?> = []
    private var freePlaces: [Int] = []
    private var latest: Int?
    private var earliest: Int?
    private var hand: Int?
    /// Fingerprints of keys that were asked for once, each in the place that its key has.
    private var seen: ContiguousArray<UInt64>

    /// The largest share of one entry: an eighth.
    private static let largestShare = 8
    private static let seenCount = 4096
    /// What an entry takes beside its bytes, with its share of the tables.
    private static let overhead = 192

    /// An empty memo of at most `budget` bytes.
    init(budget: Int) {
        self.budget = budget
        self.seen = ContiguousArray(repeating: 0, count: Self.seenCount)
    }

    var count: Int { self.places.count }

    /// The compressed page of a key.
    func page(_ key: CacheKey) -> ByteBuffer? {
        guard case .page(let page)? = self.content(key) else { return nil }
        return page
    }

    /// The deflated run of a key.
    func run(_ key: CacheKey) -> DeflatedRun? {
        guard case .run(let run)? = self.content(key) else { return nil }
        return run
    }

    /// Whether what is now made for a key will be kept; the first time for each key it will not.
    func admits(_ key: CacheKey) -> Bool {
        let place = Int(truncatingIfNeeded: key.high % UInt64(Self.seenCount))
        // 0 stands for nothing; a key whose half is 0 is kept at once.
        if self.seen[place] == key.low { return true }
        self.seen[place] = key.low
        self.counters.refusals &+= 1
        return false
    }

    /// Keeps a page; `page` fills its storage.
    func insert(_ key: CacheKey, page: ByteBuffer) {
        self.insert(key, .page(page), cost: page.storageCapacity + Self.overhead)
    }

    /// Keeps a run.
    func insert(_ key: CacheKey, run: DeflatedRun) {
        self.insert(key, .run(run), cost: run.memoryCost + Self.overhead)
    }

    private func content(_ key: CacheKey) -> Content? {
        guard let place = self.places[key] else {
            self.counters.misses &+= 1
            return nil
        }
        self.counters.hits &+= 1
        self.entries[place]?.isVisited = true
        return self.entries[place]?.content
    }

    private func insert(_ key: CacheKey, _ content: Content, cost: Int) {
        guard self.places[key] == nil else { return }
        guard cost <= self.budget / Self.largestShare else {
            self.counters.refusals &+= 1
            return
        }
        while self.bytes + cost > self.budget { self.evictOne() }
        let place = self.freePlaces.popLast() ?? self.entries.endIndex
        let entry = Entry(key: key, content: content, cost: cost, later: nil, earlier: self.latest)
        if place == self.entries.endIndex { self.entries.append(entry) } else { self.entries[place] = entry }
        if let latest = self.latest { self.entries[latest]?.later = place }
        self.latest = place
        if self.earliest == nil { self.earliest = place }
        self.places[key] = place
        self.bytes += cost
        self.counters.insertions &+= 1
    }

    /// Goes on from where it stopped last, towards the later ones, to the first that nobody has asked for since.
    private func evictOne() {
        // Ends: each turn takes a mark away.
        while let place = self.hand ?? self.earliest, let entry = self.entries[place] {
            self.hand = entry.later
            guard entry.isVisited else {
                self.remove(place, entry)
                return
            }
            self.entries[place]?.isVisited = false
        }
    }

    private func remove(_ place: Int, _ entry: Entry) {
        if let later = entry.later { self.entries[later]?.earlier = entry.earlier } else { self.latest = entry.earlier }
        if let earlier = entry.earlier {
            self.entries[earlier]?.later = entry.later
        } else {
            self.earliest = entry.later
        }
        self.entries[place] = nil
        self.freePlaces.append(place)
        self.places[entry.key] = nil
        self.bytes -= entry.cost
        self.counters.evictions &+= 1
    }
}
