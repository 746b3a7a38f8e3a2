import GRDB

/// A member as the authorization server knows one.
struct SiteMember: Sendable, Equatable, FetchableRecord {
    /// Never given to anybody else, and at most 255 ASCII characters (OpenID Connect Core 1.0, section 2).
    let subject: String
    let name: String
    let email: String
    let roles: [String]
    /// The password's hash; nil for somebody who signs in by link alone.
    let password: String?

    init(row: Row) throws {
        subject = row["subject"]
        name = row["name"]
        email = row["email"]
        roles = (row["roles"] as String? ?? "").split(separator: " ").map(String.init)
        password = row["password"]
    }

    /// The member of a subject.
    static func find(subject: String, in database: Database) throws -> SiteMember? {
        let request: SQLRequest<SiteMember> = """
            SELECT member.subject, name, email, roles, password
            FROM member LEFT JOIN credential ON credential.subject = member.subject WHERE member.subject = \(subject)
            """
        return try request.fetchOne(database)
    }

    /// The member of an address, however its letters are written.
    static func find(email: String, in database: Database) throws -> SiteMember? {
        let request: SQLRequest<SiteMember> = """
            SELECT member.subject, name, email, roles, password
            FROM member LEFT JOIN credential ON credential.subject = member.subject
            WHERE lower(email) = \(email.lowercased())
            """
        return try request.fetchOne(database)
    }
}
