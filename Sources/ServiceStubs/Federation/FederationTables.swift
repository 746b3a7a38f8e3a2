import GRDB

/// A member of the cooperative, as everybody may see one.
struct Member: Codable, Sendable, FetchableRecord, PersistableRecord {
    /// The subject of the member's identity.
    let subject: String
    let handle: String
    let name: String
    let email: String
    /// What they do here.
    let role: String
    let bio: String
    /// The year in which they joined.
    let since: Int

    static let databaseTableName = "member"

    /// The name of the member's picture.
    var picture: String { "avatar-" + handle }
}

/// A short message of a member, or of somebody on another server.
struct Note: Codable, Sendable, FetchableRecord, PersistableRecord {
    let id: Int
    /// A member's handle, or `name@server` of somebody elsewhere.
    let author: String
    /// The name to show.
    let name: String
    let text: String
    /// When it was written, in seconds since 1970.
    let moment: Int
    let likes: Int
    let boosts: Int

    static let databaseTableName = "note"
}

/// Something that a member should know.
struct Notification: Codable, Sendable, FetchableRecord, PersistableRecord {
    let id: Int
    let subject: String
    let text: String
    let unread: Bool

    static let databaseTableName = "notification"
}

/// The federation's part of the database.
enum FederationTables {
    static func create(in database: Database) throws {
        try database.create(table: Member.databaseTableName) { table in
            table.primaryKey("subject", .text)
            table.column("handle", .text).notNull().unique()
            table.column("name", .text).notNull()
            table.column("email", .text).notNull().unique()
            table.column("role", .text).notNull()
            table.column("bio", .text).notNull()
            table.column("since", .integer).notNull()
        }
        try database.create(table: Note.databaseTableName) { table in
            table.primaryKey("id", .integer)
            table.column("author", .text).notNull().indexed()
            table.column("name", .text).notNull()
            table.column("text", .text).notNull()
            table.column("moment", .integer).notNull().indexed()
            table.column("likes", .integer).notNull()
            table.column("boosts", .integer).notNull()
        }
        try database.create(table: Notification.databaseTableName) { table in
            table.primaryKey("id", .integer)
            table.column("subject", .text).notNull().indexed()
            table.column("text", .text).notNull()
            table.column("unread", .boolean).notNull()
        }
    }
}
