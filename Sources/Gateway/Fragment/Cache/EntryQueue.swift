/// A first-in, first-out queue of a memory tier, linked through its entries so that one can leave from the middle.
///
/// It does not keep its entries alive: an entry is in a queue exactly while the tier's table holds it, and that is why
/// the unowned links are sound.
struct EntryQueue: ~Copyable {
    enum Name: UInt8 {
        case none
        /// Where a new entry shows whether it is asked for again.
        case small
        /// Where entries are that were.
        case main
    }

    private let name: Name
    private unowned(unsafe) var newest: CacheEntry?
    private(set) unowned(unsafe) var oldest: CacheEntry?
    /// The cost of its entries.
    private(set) var bytes = 0
    private(set) var count = 0

    init(_ name: Name) {
        self.name = name
    }

    mutating func append(_ entry: CacheEntry) {
        entry.queue = self.name
        unsafe entry.later = nil
        unsafe entry.earlier = self.newest
        if let newest = unsafe self.newest {
            unsafe newest.later = entry
        } else {
            unsafe self.oldest = entry
        }
        unsafe self.newest = entry
        self.bytes += entry.cost
        self.count += 1
    }

    mutating func remove(_ entry: CacheEntry) {
        let later = unsafe entry.later
        let earlier = unsafe entry.earlier
        if let later { unsafe later.earlier = earlier } else { unsafe self.newest = earlier }
        if let earlier { unsafe earlier.later = later } else { unsafe self.oldest = later }
        unsafe entry.later = nil
        unsafe entry.earlier = nil
        entry.queue = .none
        self.bytes -= entry.cost
        self.count -= 1
    }

    /// Takes note that an entry of this queue has grown.
    mutating func grow(_ entry: CacheEntry, by bytes: Int) {
        entry.cost += bytes
        self.bytes += bytes
    }
}
