import GRDB

/// Something that takes place.
struct Event: Codable, Sendable, FetchableRecord, PersistableRecord {
    let slug: String
    let title: String
    /// The day, `2026-11-23`.
    var day: String
    /// From when to when, `19:30` and `22:00`.
    let begins: String
    let ends: String
    let place: String
    let picture: String
    let summary: String
    /// See `Prose`.
    let body: String

    static let databaseTableName = "event"
}

/// A kind of ticket for an event.
struct TicketType: Codable, Sendable, FetchableRecord, PersistableRecord {
    let event: String
    let name: String
    let pence: Int
    /// How many can still be had.
    let remaining: Int
    /// Where it stands in the list.
    let position: Int

    static let databaseTableName = "ticketType"
}

/// The events' part of the database.
enum EventsTables {
    static func create(in database: Database) throws {
        try database.create(table: Event.databaseTableName) { table in
            table.primaryKey("slug", .text)
            table.column("title", .text).notNull()
            table.column("day", .text).notNull().indexed()
            table.column("begins", .text).notNull()
            table.column("ends", .text).notNull()
            table.column("place", .text).notNull()
            table.column("picture", .text).notNull()
            table.column("summary", .text).notNull()
            table.column("body", .text).notNull()
        }
        try database.create(table: TicketType.databaseTableName) { table in
            table.column("event", .text).notNull().references(Event.databaseTableName)
            table.column("name", .text).notNull()
            table.column("pence", .integer).notNull().check { $0 >= 0 }
            table.column("remaining", .integer).notNull().check { $0 >= 0 }
            table.column("position", .integer).notNull()
            table.primaryKey(["event", "name"])
        }
    }
}
