import GRDB

/// A letter that members can have by mail.
struct Newsletter: Codable, Sendable, FetchableRecord, PersistableRecord {
    let slug: String
    let name: String
    let summary: String
    /// How often it comes.
    let rhythm: String

    static let databaseTableName = "newsletter"
}

/// That somebody has a newsletter.
struct Subscription: Codable, Sendable, FetchableRecord, PersistableRecord {
    let subject: String
    let newsletter: String

    static let databaseTableName = "subscription"
}

/// A ticket that somebody holds.
struct Ticket: Codable, Sendable, FetchableRecord, PersistableRecord {
    /// What is shown at the door.
    let code: String
    let subject: String
    /// The event's slug.
    let event: String
    /// The kind of ticket.
    let kind: String

    static let databaseTableName = "ticket"
}

/// A room or a thing that somebody has booked.
struct Booking: Codable, Sendable, FetchableRecord, PersistableRecord {
    let id: Int
    let subject: String
    let what: String
    let day: String
    let time: String

    static let databaseTableName = "booking"
}

/// The account service's part of the database.
enum AccountTables {
    static func create(in database: Database) throws {
        try database.create(table: Newsletter.databaseTableName) { table in
            table.primaryKey("slug", .text)
            table.column("name", .text).notNull()
            table.column("summary", .text).notNull()
            table.column("rhythm", .text).notNull()
        }
        try database.create(table: Subscription.databaseTableName) { table in
            table.column("subject", .text).notNull()
            table.column("newsletter", .text).notNull().references(Newsletter.databaseTableName)
            table.primaryKey(["subject", "newsletter"])
        }
        try database.create(table: Ticket.databaseTableName) { table in
            table.primaryKey("code", .text)
            table.column("subject", .text).notNull().indexed()
            table.column("event", .text).notNull().references(Event.databaseTableName)
            table.column("kind", .text).notNull()
        }
        try database.create(table: Booking.databaseTableName) { table in
            table.primaryKey("id", .integer)
            table.column("subject", .text).notNull().indexed()
            table.column("what", .text).notNull()
            table.column("day", .text).notNull()
            table.column("time", .text).notNull()
        }
    }

    /// Writes newsletters, subscriptions, tickets and bookings.
    static func plant(in database: Database, today: Day) throws {
        for newsletter in newsletters {
            try newsletter.insert(database)
        }
        for (subject, newsletter) in [
            ("user-1", "the-weekly-loaf"), ("user-1", "dates"), ("user-2", "the-weekly-loaf"), ("user-2", "minutes"),
            ("user-2", "garden-letter"),
        ] {
            try Subscription(subject: subject, newsletter: newsletter).insert(database)
        }
        for (code, subject, event, kind) in [
            ("RA-4417-LARK", "user-1", "songs-in-the-barn", "Pay what you like"),
            ("RA-2093-FERN", "user-1", "sourdough-from-the-start", "Member"),
            ("RA-8840-WREN", "user-1", "winter-market", "Free entry"),
            ("RA-5126-MOSS", "user-2", "members-meeting", "Free place"),
            ("RA-7731-ROOK", "user-2", "cheese-and-cider", "Member"),
        ] {
            try Ticket(code: code, subject: subject, event: event, kind: kind).insert(database)
        }
        for (id, subject, what, days, time) in [
            (1, "user-1", "The small cargo bike", 2, "08:00–12:00"),
            (2, "user-1", "The kitchen, for a birthday", 12, "14:00–18:00"),
            (3, "user-1", "An hour with the apple press", -20, "10:00–11:00"),
            (4, "user-2", "The post room", 5, "19:00–21:00"),
        ] {
            try Booking(id: id, subject: subject, what: what, day: (today + days).text, time: time).insert(database)
        }
    }

    private static let newsletters = [
        Newsletter(
            slug: "the-weekly-loaf",
            name: "The Weekly Loaf",
            summary: "What is baking, what is ripe, and one recipe that uses both.",
            rhythm: "Every Monday"
        ),
        Newsletter(
            slug: "garden-letter",
            name: "The garden letter",
            summary: "Nadia's notes on soil, weather and what to sow now.",
            rhythm: "Every second week"
        ),
        Newsletter(
            slug: "dates",
            name: "Dates",
            summary: "All events of the coming month on one page, and nothing else.",
            rhythm: "Every month"
        ),
        Newsletter(
            slug: "minutes",
            name: "Minutes",
            summary: "What the members decided, in plain words.",
            rhythm: "After every meeting"
        ),
    ]
}
