import GRDB

/// What the federation asks its tables.
enum FederationQueries {
    /// The newest notes, of one author when a handle is given.
    static func notes(in database: Database, by handle: String? = nil, limit: Int) throws -> [Note] {
        let request: SQLRequest<Note> = """
            SELECT * FROM note WHERE \(handle) IS NULL OR author = \(handle) ORDER BY moment DESC, id LIMIT \(limit)
            """
        return try request.fetchAll(database)
    }

    /// Members, those who joined first first.
    static func members(in database: Database, limit: Int) throws -> [Member] {
        let request: SQLRequest<Member> = "SELECT * FROM member ORDER BY since, name LIMIT \(limit)"
        return try request.fetchAll(database)
    }

    /// One member, if there is one of the handle.
    static func member(handle: String, in database: Database) throws -> Member? {
        let request: SQLRequest<Member> = "SELECT * FROM member WHERE handle = \(handle)"
        return try request.fetchOne(database)
    }

    /// What a member should know, the unread first.
    static func notifications(for subject: String, in database: Database) throws -> [Notification] {
        let request: SQLRequest<Notification> = """
            SELECT * FROM notification WHERE subject = \(subject) ORDER BY unread DESC, id
            """
        return try request.fetchAll(database)
    }
}
