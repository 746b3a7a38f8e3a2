import GRDB

/// What the events ask their tables.
enum EventsQueries {
    /// One event, if there is one of the slug.
    static func event(_ slug: String, in database: Database) throws -> Event? {
        try Event.fetchOne(database, key: slug)
    }

    /// The events of a month, in order.
    static func events(of month: Month, in database: Database) throws -> [Event] {
        let request: SQLRequest<Event> = """
            SELECT * FROM event WHERE day >= \(month.first.text) AND day < \(month.following.first.text)
            ORDER BY day, begins, slug
            """
        return try request.fetchAll(database)
    }

    /// The next events, from a day on.
    static func events(from day: Day, in database: Database, limit: Int) throws -> [Event] {
        let request: SQLRequest<Event> = """
            SELECT * FROM event WHERE day >= \(day.text) ORDER BY day, begins, slug LIMIT \(limit)
            """
        return try request.fetchAll(database)
    }

    /// The kinds of ticket of an event, in their order.
    static func tickets(of slug: String, in database: Database) throws -> [TicketType] {
        let request: SQLRequest<TicketType> = "SELECT * FROM ticketType WHERE event = \(slug) ORDER BY position"
        return try request.fetchAll(database)
    }
}
