import NIOCore
import Synchronization

/// The fetches that are under way in this gateway, so that the same copy is fetched once at a time on all event loops.
///
/// Only requests that found no copy come here; the lock is held for a look into a dictionary.
final class FlightBoard: Sendable {
    /// What a fetch came to, for those who joined it.
    enum Landing: Sendable {
        /// A copy that may be shared.
        case shared(StoredFragment)
        /// An answer that only its asker may use: the others ask for themselves.
        case unshared
        case failed(FragmentFailure)
    }

    /// Someone who waits for another's fetch; called on its own event loop.
    struct Waiter: Sendable {
        let eventLoop: any EventLoop
        let landed: @Sendable (Landing) -> Void
    }

    private let flights = Mutex<[CacheKey: [Waiter]]>([:])

    /// Joins the fetch of a key; false when there is none, which has been begun by this.
    func join(_ key: CacheKey, _ waiter: @autoclosure () -> Waiter) -> Bool {
        self.flights.withLock { flights in
            guard flights[key] != nil else {
                flights[key] = []
                return false
            }
            flights[key]?.append(waiter())
            return true
        }
    }

    /// Begins a fetch that nobody waits for; false when there is one already.
    func begin(_ key: CacheKey) -> Bool {
        self.flights.withLock { flights in
            guard flights[key] == nil else { return false }
            flights[key] = []
            return true
        }
    }

    /// Whether anyone has joined the fetch of a key.
    func isAwaited(_ key: CacheKey) -> Bool {
        self.flights.withLock { $0[key].map { !$0.isEmpty } ?? false }
    }

    /// Ends the fetch of a key and tells everyone who joined it.
    func land(_ key: CacheKey, _ landing: Landing) {
        let waiters = self.flights.withLock { $0.removeValue(forKey: key) } ?? []
        for waiter in waiters { waiter.eventLoop.execute { waiter.landed(landing) } }
    }
}
