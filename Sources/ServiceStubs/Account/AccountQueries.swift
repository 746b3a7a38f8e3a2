import FragmentProtocol
import GRDB

/// A newsletter and whether somebody has it.
struct NewsletterChoice: Codable, Sendable, FetchableRecord {
    let name: String
    let summary: String
    let rhythm: String
    let isSubscribed: Bool
}

/// A ticket with its event.
struct HeldTicket: Codable, Sendable, FetchableRecord {
    let code: String
    let kind: String
    let event: String
    let title: String
    let day: String
    let begins: String
    let place: String
}

/// What the account service asks its tables.
enum AccountQueries {
    /// All newsletters, with those that a subject has marked.
    static func newsletters(for subject: String?, in database: Database) throws -> [NewsletterChoice] {
        let request: SQLRequest<NewsletterChoice> = """
            SELECT name, summary, rhythm, EXISTS (
                SELECT 1 FROM subscription WHERE newsletter = slug AND subject = \(subject)) AS isSubscribed
            FROM newsletter ORDER BY name
            """
        return try request.fetchAll(database)
    }

    /// The tickets that a subject holds, by day.
    static func tickets(of subject: String, in database: Database) throws -> [HeldTicket] {
        let request: SQLRequest<HeldTicket> = """
            SELECT code, kind, event, title, day, begins, place
            FROM ticket JOIN event ON event.slug = ticket.event WHERE subject = \(subject) ORDER BY day, begins
            """
        return try request.fetchAll(database)
    }

    /// What a subject has booked, the next first and then the past.
    static func bookings(of subject: String, in database: Database) throws -> [Booking] {
        let request: SQLRequest<Booking> = "SELECT * FROM booking WHERE subject = \(subject) ORDER BY day DESC"
        return try request.fetchAll(database)
    }

    /// The member of an identity, if the cooperative knows one.
    static func member(of identity: Identity, in database: Database) throws -> Member? {
        let request: SQLRequest<Member> = """
            SELECT * FROM member WHERE subject = \(identity.subject) OR email = \(identity.email)
            ORDER BY subject = \(identity.subject) DESC LIMIT 1
            """
        return try request.fetchOne(database)
    }
}
