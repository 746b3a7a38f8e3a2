import NIOCore

/// Copies that are on their way from Redis to one event loop.
///
/// Who wants a copy that is being read waits for the same reply, and gets the same entry: what everybody asks for at once
/// is read, checked and hashed once. It belongs to its loop.
final class CopyReads {
    /// One copy that Redis had, for all who have waited for it.
    final class Found {
        /// The copy, as it may be used.
        let copy: StoredFragment
        /// The entry that it is served from, once somebody has made one.
        var entry: CacheEntry?

        fileprivate init(_ copy: StoredFragment) {
            self.copy = copy
        }
    }

    /// One read of several keys.
    private final class Read {
        var found: [Found?] = []
        var waiters: [() -> Void] = []
    }

    /// Where a copy will be found.
    private struct Place {
        let read: Read
        let index: Int

        var found: Found? { self.read.found[self.index] }
    }

    private let redis: RedisTier
    private let purges: PurgeLog
    /// What is being read that others may wait for.
    private var underWay: [CacheKey: Place] = [:]
    /// Copies that were not read again, since somebody did already.
    private(set) var joined = 0

    /// - Parameters:
    ///   - redis: where the copies are.
    ///   - purges: what has been purged.
    init(redis: RedisTier, purges: PurgeLog) {
        self.redis = redis
        self.purges = purges
    }

    /// Reads copies, all that nobody reads yet in one command.
    ///
    /// - Parameters:
    ///   - identifiers: the fragments.
    ///   - completion: called once, never before this returns, with what may be used of each, in their order.
    func read(_ identifiers: [FragmentIdentifier], completion: @escaping ([Found?]) -> Void) {
        var places: [Place] = []
        places.reserveCapacity(identifiers.count)
        let own = Read()
        var missing: [FragmentIdentifier] = []
        var awaited: [Read] = []
        for identifier in identifiers {
            if !identifier.isOwned, let place = self.underWay[identifier.key] {
                places.append(place)
                if awaited.last !== place.read, !awaited.contains(where: { $0 === place.read }) {
                    awaited.append(place.read)
                }
                self.joined += 1
                continue
            }
            let place = Place(read: own, index: missing.count)
            // Somebody's own copy is never another request's: it may just have been changed.
            if !identifier.isOwned { self.underWay[identifier.key] = place }
            places.append(place)
            missing.append(identifier)
        }
        if !missing.isEmpty {
            awaited.append(own)
            self.redis.mget(missing.map(\.text)) { self.conclude(own, of: missing, $0) }
        }
        var remaining = awaited.count
        for read in awaited {
            read.waiters.append {
                remaining -= 1
                if remaining == 0 { completion(places.map(\.found)) }
            }
        }
    }

    private func conclude(_ read: Read, of identifiers: [FragmentIdentifier], _ copies: [StoredFragment?]) {
        read.found = zip(identifiers, copies).map { identifier, copy in
            if !identifier.isOwned { self.underWay[identifier.key] = nil }
            return copy.flatMap { self.purges.admitted($0, named: identifier.text) }.map(Found.init)
        }
        let waiters = read.waiters
        read.waiters = []
        for waiter in waiters { waiter() }
    }
}
