package import NIOCore

/// A value in a ``MemoryTier``: what is remembered, the text of its key, and its place in the eviction queues.
///
/// It belongs to the event loop of its tier, as it is not `Sendable`; an entry that has been evicted stays usable by
/// those who hold it.
package final class CacheEntry {
    package let key: CacheKey
    /// The text that the key was made of, and the key in Redis.
    package let text: String
    package let fragment: StoredFragment
    /// Whether it belongs to one person.
    package let isOwned: Bool
    /// The body of a data fragment as a template sees it, decoded by whoever needs it first
    /// (``MemoryTier/setDecoded(_:cost:of:)``).
    package internal(set) var decoded: Value?

    /// The hash of the body, once somebody has asked.
    private var knownVersion: CacheKey?

    /// The state of the purge log in which it was found to be valid; 0 before anybody has asked.
    var purgeGeneration: UInt64 = 0

    /// From when on it is not just served: it is stale, or is to be refreshed early.
    var dueAt: Instant

    /// The bytes of memory that the entry answers for; 0 for one that no tier has been given.
    var cost = 0
    /// Uses since it was queued, at most 3.
    var frequency: UInt8 = 0
    /// The queue it is in.
    var queue: EntryQueue.Name = .none
    /// Its neighbours there, which the tier's table keeps alive: the one queued later, and the one queued earlier.
    unowned(unsafe) var later: CacheEntry?
    unowned(unsafe) var earlier: CacheEntry?

    init(key: CacheKey, text: String, fragment: StoredFragment, isOwned: Bool = false) {
        self.key = key
        self.text = text
        self.fragment = fragment
        self.isOwned = isOwned
        self.dueAt = fragment.freshUntil
    }

    /// The bytes of memory that the entry takes, without what it is decoded to.
    var memoryCost: Int {
        self.fragment.memoryCost + StoredFragment.cost(of: self.text) + StoredFragment.allocationOverhead
            + Self.ownFields
    }

    /// What the object takes besides the fragment in it.
    private static let ownFields = 176
}

extension CacheEntry {
    /// An entry of no tier, with a body that stands in for a fragment that has failed.
    convenience init(standingIn body: ByteBuffer) {
        let fragment = StoredFragment(
            status: 200,
            kind: .html,
            requestedAt: .distantPast,
            storedAt: .distantPast,
            freshUntil: .distantPast,
            body: body
        )
        self.init(key: CacheKey(high: 0, low: 0), text: "", fragment: fragment)
    }
}

extension CacheEntry: PageFragment {
    @inline(__always)
    package var body: ByteBuffer { self.fragment.body }

    /// The hash of the body: a service that answers the same anew has not changed the pages that it is part of.
    @inline(__always)
    package func version(by hasher: CacheKeyHasher) -> CacheKey {
        if let knownVersion { return knownVersion }
        let version = hasher.hash(self.fragment.body)
        self.knownVersion = version
        return version
    }

    /// What may be known of the body, where the use's parameters are the same for every request or not.
    @inline(__always)
    func nature(hasConstantParameters: Bool) -> PieceNature {
        self.isOwned ? .personal : hasConstantParameters ? .common : .reflecting
    }
}
