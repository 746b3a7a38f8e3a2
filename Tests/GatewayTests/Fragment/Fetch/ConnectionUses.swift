import Synchronization

/// Counts how often each connection of an origin has been used.
final class ConnectionUses: Sendable {
    private let uses = Mutex<[Int: Int]>([:])

    /// One more request on a connection; with how many there have been.
    func count(_ connection: Int) -> Int {
        uses.withLock { uses in
            uses[connection, default: 0] += 1
            return uses[connection, default: 0]
        }
    }
}
