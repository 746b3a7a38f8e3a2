/// A value in a ``MemoryTier``: what is remembered, the text of its key, and its place in the eviction queues.
///
/// It belongs to the event loop of its tier, as it is not `Sendable`; an entry that has been evicted stays usable by
/// those who hold it.
package final class CacheEntry {
    package let key: CacheKey
    /// The text that the key was made of, and the key in Redis.
    package let text: String
    package let fragment: StoredFragment
    /// The body of a data fragment as a template sees it, decoded by whoever needs it first
    /// (``MemoryTier/setDecoded(_:cost:of:)``).
    package internal(set) var decoded: Value?

    /// The bytes of memory that the entry answers for.
    var cost: Int
    /// Uses since it was queued, at most 3.
    var frequency: UInt8 = 0
    /// The queue it is in.
    var queue: EntryQueue.Name = .none
    /// Its neighbours there, which the tier's table keeps alive: the one queued later, and the one queued earlier.
    unowned(unsafe) var later: CacheEntry?
    unowned(unsafe) var earlier: CacheEntry?

    init(key: CacheKey, text: String, fragment: StoredFragment) {
        self.key = key
        self.text = text
        self.fragment = fragment
        self.cost =
            fragment.memoryCost + StoredFragment.cost(of: text) + StoredFragment.allocationOverhead
            + CacheEntry.ownFields
    }

    /// What the object takes besides the fragment in it.
    private static let ownFields = 128
}
