import FoundationEssentials
import GRDB
import Synchronization

/// The state of a gateway that has no Redis: a file of SQLite, or the process's memory.
///
/// A file outlives the process and is for one gateway. SQLite works on a thread of its own; what has run out is not seen
/// any more and is swept away now and then.
package final class EmbeddedStateStore: StateStore {
    /// How often what has run out is swept away.
    static let sweepInterval = Duration.seconds(30)

    private let database: DatabaseQueue
    private let now: @Sendable () -> Instant
    private let lastSweep = Mutex(Instant.distantPast)

    /// Opens the file, and makes it if it is not there, for its owner alone; or keeps all in memory.
    ///
    /// - Parameters:
    ///   - path: the file; nil for the process's memory.
    ///   - now: the clock.
    /// - Throws: a ``StateStoreFailure`` that says what is wrong with the file.
    package init(path: String?, now: @escaping @Sendable () -> Instant = Instant.now) throws(StateStoreFailure) {
        self.now = now
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(1)
            configuration.label = "state"
            if let path {
                try Self.makeFile(path)
                self.database = try DatabaseQueue(path: path, configuration: configuration)
                try self.database.writeWithoutTransaction { database in
                    // A crash of the machine may cost the last moments; one of the process costs nothing.
                    try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
                }
            } else {
                self.database = try DatabaseQueue(configuration: configuration)
            }
            try Self.tables.migrate(self.database)
        } catch {
            throw Self.failure(error, path.map { "cannot open \($0)" } ?? "cannot begin")
        }
    }

    /// Others may not read it, be it sealed or not.
    private static func makeFile(_ path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
            throw StateStoreFailure("the file cannot be made; does its folder exist?")
        }
    }

    /// The steps from an empty file to today's tables; a step that has been released is never changed.
    private static var tables: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("state") { database in
            try database.execute(
                sql: """
                    CREATE TABLE entry (key TEXT PRIMARY KEY, value BLOB NOT NULL, ends INTEGER NOT NULL) WITHOUT ROWID;
                    CREATE INDEX entry_ends ON entry (ends);
                    CREATE TABLE member (name TEXT NOT NULL, member TEXT NOT NULL, ends INTEGER NOT NULL,
                        PRIMARY KEY (name, member)) WITHOUT ROWID;
                    CREATE INDEX member_ends ON member (ends);
                    """
            )
        }
        return migrator
    }

    // MARK: Values

    package func values(of keys: [String]) async throws(StateStoreFailure) -> [[UInt8]?] {
        let now = self.now()
        return try await self.read { database in
            try keys.map { try Self.value(of: $0, at: now, in: database) }
        }
    }

    package func take(_ key: String) async throws(StateStoreFailure) -> [UInt8]? {
        try await self.write { database, now in
            guard let value = try Self.value(of: key, at: now, in: database) else { return nil }
            try Self.delete(key, in: database)
            return value
        }
    }

    package func create(
        _ key: String,
        _ value: [UInt8],
        lifetime: Duration
    ) async throws(StateStoreFailure) -> Bool {
        try await self.write { database, now in
            guard try Self.value(of: key, at: now, in: database) == nil else { return false }
            try Self.set(key, value, until: now + lifetime, in: database)
            return true
        }
    }

    package func renew(
        _ key: String,
        holding value: [UInt8],
        lifetime: Duration
    ) async throws(StateStoreFailure) -> Bool {
        try await self.write { database, now in
            guard try Self.value(of: key, at: now, in: database) == value else { return false }
            try Self.set(key, value, until: now + lifetime, in: database)
            return true
        }
    }

    package func delete(_ key: String, holding value: [UInt8]) async throws(StateStoreFailure) -> Bool {
        try await self.write { database, now in
            guard try Self.value(of: key, at: now, in: database) == value else { return false }
            try Self.delete(key, in: database)
            return true
        }
    }

    package func members(of set: String) async throws(StateStoreFailure) -> [String] {
        let now = self.now()
        return try await self.read { database in
            try String.fetchAll(
                database,
                sql: "SELECT member FROM member WHERE name = ? AND ends > ? ORDER BY ends, member",
                arguments: [set, now.milliseconds]
            )
        }
    }

    package func apply(_ changes: [StateChange]) async throws(StateStoreFailure) {
        try await self.write { database, now in
            for change in changes { try Self.apply(change, at: now, in: database) }
        }
    }

    private static func apply(_ change: StateChange, at now: Instant, in database: Database) throws {
        switch change {
        case .set(let key, let value, let lifetime): try self.set(key, value, until: now + lifetime, in: database)
        case .delete(let key): try self.delete(key, in: database)
        case .add(let member, let set, let lifetime):
            try database.execute(
                sql: "INSERT OR REPLACE INTO member (name, member, ends) VALUES (?, ?, ?)",
                arguments: [set, member, (now + lifetime).milliseconds]
            )
        case .remove(let member, let set):
            try database.execute(sql: "DELETE FROM member WHERE name = ? AND member = ?", arguments: [set, member])
        case .increment(let key, let lifetime):
            let number = try self.value(of: key, at: now, in: database).flatMap {
                Int(String(decoding: $0, as: UTF8.self))
            }
            try self.set(key, Array(String((number ?? 0) + 1).utf8), until: now + lifetime, in: database)
        }
    }

    // MARK: Rows

    private static func value(of key: String, at now: Instant, in database: Database) throws -> [UInt8]? {
        try Data.fetchOne(
            database,
            sql: "SELECT value FROM entry WHERE key = ? AND ends > ?",
            arguments: [key, now.milliseconds]
        ).map { Array($0) }
    }

    private static func set(_ key: String, _ value: [UInt8], until end: Instant, in database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO entry (key, value, ends) VALUES (?, ?, ?)",
            arguments: [key, Data(value), end.milliseconds]
        )
    }

    private static func delete(_ key: String, in database: Database) throws {
        try database.execute(sql: "DELETE FROM entry WHERE key = ?", arguments: [key])
        try database.execute(sql: "DELETE FROM member WHERE name = ?", arguments: [key])
    }

    /// How many values and members the file holds, those that have run out among them.
    func count() async throws(StateStoreFailure) -> Int {
        try await self.read { database in
            try Int.fetchOne(
                database,
                sql: "SELECT (SELECT count(*) FROM entry) + (SELECT count(*) FROM member)"
            ) ?? 0
        }
    }

    // MARK: Access

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StateStoreFailure) -> Value {
        do {
            return try await self.database.read(body)
        } catch {
            throw Self.failure(error, "cannot read")
        }
    }

    private func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database, Instant) throws -> Value
    ) async throws(StateStoreFailure) -> Value {
        let now = self.now()
        let sweeps = self.lastSweep.withLock { last in
            guard now - last >= Self.sweepInterval else { return false }
            last = now
            return true
        }
        do {
            return try await self.database.write { database in
                if sweeps {
                    try database.execute(sql: "DELETE FROM entry WHERE ends <= ?", arguments: [now.milliseconds])
                    try database.execute(sql: "DELETE FROM member WHERE ends <= ?", arguments: [now.milliseconds])
                }
                return try body(database, now)
            }
        } catch {
            throw Self.failure(error, "cannot write")
        }
    }

    /// What is told of an error: SQLite's own words, without the statement and what was in it.
    private static func failure(_ error: any Error, _ what: String) -> StateStoreFailure {
        let reason =
            switch error {
            case let error as DatabaseError: error.message ?? "\(error.resultCode)"
            case let error as StateStoreFailure: error.description
            default: "\(type(of: error))"
            }
        return StateStoreFailure("the embedded store \(what): \(reason)")
    }
}
