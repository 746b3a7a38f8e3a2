/// An immutable map from byte strings to small numbers, looked up by a run of received bytes without making a string.
///
/// Open addressing with a keyed hash, so that nobody outside can choose names that collide; at most half full.
struct ByteTable: Sendable {
    private struct Slot: Sendable {
        var hash: UInt64
        var offset: Int32
        var length: Int32
        /// Negative in an empty slot.
        var value: Int32
    }

    private let hasher: CacheKeyHasher
    private let names: [UInt8]
    private let slots: [Slot]
    private let mask: Int

    /// - Parameters:
    ///   - entries: names with their values, which are not negative; of equal names the first counts.
    ///   - hasher: makes the hashes; one of its own unless a test wants another.
    init(_ entries: [(name: String, value: Int)], hasher: CacheKeyHasher = CacheKeyHasher()) {
        var capacity = 4
        while capacity < entries.count * 2 { capacity *= 2 }
        var slots = [Slot](repeating: Slot(hash: 0, offset: 0, length: 0, value: -1), count: capacity)
        var names: [UInt8] = []
        // Byte for byte: texts are equal in more ways.
        var seen: Set<[UInt8]> = []
        for (name, value) in entries {
            let bytes = Array(name.utf8)
            guard seen.insert(bytes).inserted else { continue }
            let hash = hasher.hash(name).low
            var position = Int(truncatingIfNeeded: hash) & (capacity - 1)
            while slots[position].value >= 0 { position = (position + 1) & (capacity - 1) }
            slots[position] = Slot(
                hash: hash,
                offset: Int32(names.count),
                length: Int32(bytes.count),
                value: Int32(value)
            )
            names += bytes
        }
        self.hasher = hasher
        self.names = names
        self.slots = slots
        self.mask = capacity - 1
    }

    /// The value of the name that the run spells, byte for byte.
    func value(of range: ByteRange, in bytes: Span<UInt8>) -> Int? {
        let run = bytes.extracting(range.range)
        // Read only, and every byte of a span is initialized.
        let hash = unsafe self.hasher.hash(run.bytes).low
        var position = Int(truncatingIfNeeded: hash) & self.mask
        while self.slots[position].value >= 0 {
            let slot = self.slots[position]
            if slot.hash == hash, slot.length == range.length, self.isName(slot, run) { return Int(slot.value) }
            position = (position &+ 1) & self.mask
        }
        return nil
    }

    private func isName(_ slot: Slot, _ run: Span<UInt8>) -> Bool {
        let names = self.names.span
        let start = Int(slot.offset)
        for index in 0..<run.count where names[start &+ index] != run[index] { return false }
        return true
    }
}
