import GRDB

/// A post of the blog.
struct Post: Codable, Sendable, FetchableRecord, PersistableRecord {
    let slug: String
    let title: String
    /// The handle of the member who wrote it.
    let author: String
    let picture: String
    /// See `Prose`.
    let body: String
    /// When it was published, `2026-11-23`.
    var day = ""

    static let databaseTableName = "post"
}

/// That a post is about something.
struct PostTag: Codable, Sendable, FetchableRecord, PersistableRecord {
    let post: String
    let tag: String

    static let databaseTableName = "postTag"
}

/// The blog's part of the database.
enum BlogTables {
    static func create(in database: Database) throws {
        try database.create(table: Post.databaseTableName) { table in
            table.primaryKey("slug", .text)
            table.column("title", .text).notNull()
            table.column("author", .text).notNull()
            table.column("picture", .text).notNull()
            table.column("body", .text).notNull()
            table.column("day", .text).notNull().indexed()
        }
        try database.create(table: PostTag.databaseTableName) { table in
            table.column("post", .text).notNull().references(Post.databaseTableName)
            table.column("tag", .text).notNull().indexed()
            table.primaryKey(["post", "tag"])
        }
    }
}
