import GRDB

/// The one SQLite database in which all services of the cooperative keep their tables.
enum ServiceDatabase {
    /// Opens the database, brings its tables up to date and plants the seed data where there is none.
    ///
    /// - Parameters:
    ///   - path: A file, or `:memory:` for a database that lives as long as the process.
    ///   - today: The day around which dates are laid.
    /// - Returns: The database, ready for requests.
    /// - Throws: What SQLite says of a file that cannot be opened or is another program's.
    static func open(path: String, today: Day) throws -> any DatabaseWriter {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        let database: any DatabaseWriter =
            path == ":memory:"
            ? try DatabaseQueue(configuration: configuration)
            : try DatabasePool(path: path, configuration: configuration)
        try migrator(today: today).migrate(database)
        try database.write { try EventsSeed.move(in: $0, today: today) }
        return database
    }

    /// The steps from an empty file to today's tables; a step that has been released is never changed.
    private static func migrator(today: Day) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("tables") { database in
            try FederationTables.create(in: database)
            try BlogTables.create(in: database)
            try MarketTables.create(in: database)
            try CartTables.create(in: database)
            try EventsTables.create(in: database)
            try AccountTables.create(in: database)
        }
        migrator.registerMigration("seed") { database in
            try FederationSeed.plant(in: database, today: today)
            try BlogSeed.plant(in: database, today: today)
            try MarketSeed.plant(in: database)
            try CartTables.plant(in: database, today: today)
            try EventsSeed.plant(in: database, today: today)
            try AccountTables.plant(in: database, today: today)
        }
        migrator.registerMigration("authorization") { database in
            try AuthorizationTables.create(in: database)
            try AuthorizationTables.plant(in: database)
        }
        return migrator
    }
}
