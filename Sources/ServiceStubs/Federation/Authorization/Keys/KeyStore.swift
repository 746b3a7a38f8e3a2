import Foundation
import GRDB
import Synchronization

/// The server's keys in its database.
final class KeyStore: Sendable {
    /// A key with what is known of it.
    private struct Entry: Sendable {
        let key: SigningKey
        let facts: KeyRotationPolicy.Key
    }

    private let database: any DatabaseWriter
    private let keptFor: Int64
    private let entries: Mutex<[Entry]>

    /// Reads the keys, and makes one for each algorithm that has none.
    init(database: any DatabaseWriter, now: Int64, keptFor: Int64) throws {
        self.database = database
        self.keptFor = keptFor
        let stored = try database.write { database in
            let kept = try StoredKey.fetchAll(database)
            for algorithm in SigningAlgorithm.allCases
            where !kept.contains(where: { $0.algorithm == algorithm && $0.retiredAt == nil }) {
                try Self.stored(SigningKey(generating: algorithm), now: now).insert(database)
            }
            return try StoredKey.fetchAll(database)
        }
        entries = Mutex(try Self.entries(of: stored))
    }

    /// The keys that are published now.
    func ring(at now: Int64) -> KeyRing {
        let entries = entries.withLock { $0 }
        let published = KeyRotationPolicy.published(entries.map(\.facts), now: now, keptFor: keptFor)
        return KeyRing(keys: published.compactMap { facts in entries.first { $0.facts.id == facts.id }?.key })
    }

    /// Puts new keys in the place of those that sign; these stay published for as long as their tokens may live.
    ///
    /// - Returns: The names of the new keys.
    func rotate(now: Int64) async throws -> [String] {
        let fresh = try SigningAlgorithm.allCases.map { try SigningKey(generating: $0) }
        let keptFor = keptFor
        let stored = try await database.write { database in
            try database.execute(literal: "UPDATE signingKey SET retiredAt = \(now) WHERE retiredAt IS NULL")
            try database.execute(literal: "DELETE FROM signingKey WHERE retiredAt < \(now - keptFor)")
            for key in fresh { try Self.stored(key, now: now).insert(database) }
            return try StoredKey.fetchAll(database)
        }
        let rotated = try Self.entries(of: stored)
        entries.withLock { $0 = rotated }
        return fresh.map(\.id)
    }

    private static func stored(_ key: SigningKey, now: Int64) -> StoredKey {
        StoredKey(id: key.id, algorithm: key.algorithm, bytes: key.bytes, madeAt: now)
    }

    private static func entries(of stored: [StoredKey]) throws -> [Entry] {
        try stored.map { key in
            Entry(
                key: try SigningKey(algorithm: key.algorithm, bytes: key.bytes),
                facts: KeyRotationPolicy.Key(
                    id: key.id,
                    algorithm: key.algorithm.rawValue,
                    madeAt: key.madeAt,
                    retiredAt: key.retiredAt
                )
            )
        }
    }
}
