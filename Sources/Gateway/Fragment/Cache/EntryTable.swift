/// The entries of a memory tier by key: open addressing with linear probing, at most half full, without tombstones.
///
/// The keys are hashes already, so that a lookup is one probe and two compared words in most cases: 1 to 3 ns, where a
/// `Dictionary` takes 24 to 40.
@safe struct EntryTable: ~Copyable {
    @safe private struct Slot {
        var high: UInt64 = 0
        var low: UInt64 = 0
        /// The entry, which the table keeps alive; nil in a free slot.
        var entry: Unmanaged<CacheEntry>?
    }

    /// As many slots as `mask` + 1, all initialized.
    private var slots: UnsafeMutablePointer<Slot>
    private var mask: Int
    private(set) var count = 0

    static let minimumCapacity = 64

    init() {
        unsafe self.slots = Self.allocate(Self.minimumCapacity)
        self.mask = Self.minimumCapacity - 1
    }

    deinit {
        for index in 0...self.mask { unsafe self.slots[index].entry?.release() }
        unsafe self.slots.deallocate()
    }

    var capacity: Int { self.mask + 1 }

    /// The bytes of the slots.
    var memoryCost: Int { self.capacity * MemoryLayout<Slot>.stride }

    /// Whether the next new key needs a larger table.
    var isFull: Bool { (self.count + 1) * 2 > self.capacity }

    /// The entry of a key, not retained: it lives until it is removed from the table.
    @inline(__always)
    func find(_ key: CacheKey) -> Unmanaged<CacheEntry>? {
        // In bounds: every index is masked. Ends: at least half of the slots are free.
        var index = Int(truncatingIfNeeded: key.low) & self.mask
        while let entry = unsafe self.slots[index].entry {
            if unsafe self.slots[index].low == key.low && self.slots[index].high == key.high {
                return unsafe entry
            }
            index = (index &+ 1) & self.mask
        }
        return nil
    }

    /// Adds an entry whose key is not in the table, which is not full.
    mutating func insert(_ entry: CacheEntry) {
        precondition(!self.isFull)
        unsafe self.place(Slot(high: entry.key.high, low: entry.key.low, entry: .passRetained(entry)))
        self.count += 1
    }

    /// Takes an entry out, and gives it back to be kept as long as the caller needs it.
    mutating func remove(_ key: CacheKey) -> CacheEntry? {
        var index = Int(truncatingIfNeeded: key.low) & self.mask
        while let found = unsafe self.slots[index].entry {
            if unsafe self.slots[index].low == key.low && self.slots[index].high == key.high {
                self.close(index)
                self.count -= 1
                return unsafe found.takeRetainedValue()
            }
            index = (index &+ 1) & self.mask
        }
        return nil
    }

    /// Doubles the number of slots.
    mutating func grow() {
        let old = unsafe self.slots
        let oldCapacity = self.capacity
        unsafe self.slots = Self.allocate(oldCapacity * 2)
        self.mask = oldCapacity * 2 - 1
        for index in 0..<oldCapacity where unsafe old[index].entry != nil {
            unsafe self.place(old[index])
        }
        unsafe old.deallocate()
    }

    /// The entries that satisfy a condition.
    func entries(where condition: (CacheEntry) -> Bool) -> [CacheEntry] {
        var entries: [CacheEntry] = []
        for index in 0...self.mask {
            guard let entry = unsafe self.slots[index].entry?.takeUnretainedValue(), condition(entry) else { continue }
            entries.append(entry)
        }
        return entries
    }

    private mutating func place(_ slot: Slot) {
        var index = Int(truncatingIfNeeded: slot.low) & self.mask
        while unsafe self.slots[index].entry != nil { index = (index &+ 1) & self.mask }
        unsafe self.slots[index] = slot
    }

    /// Empties a slot, and moves those after it that were displaced by it (Knuth, 6.4, algorithm R).
    private mutating func close(_ emptied: Int) {
        var hole = emptied
        var index = (hole &+ 1) & self.mask
        while unsafe self.slots[index].entry != nil {
            let home = unsafe Int(truncatingIfNeeded: self.slots[index].low) & self.mask
            // The slot may move into the hole when its home does not lie between the two.
            if (index &- home) & self.mask >= (index &- hole) & self.mask {
                unsafe self.slots[hole] = self.slots[index]
                hole = index
            }
            index = (index &+ 1) & self.mask
        }
        unsafe self.slots[hole] = Slot()
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Slot> {
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
        unsafe slots.initialize(repeating: Slot(), count: capacity)
        return unsafe slots
    }
}
