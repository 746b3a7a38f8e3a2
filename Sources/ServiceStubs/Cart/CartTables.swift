import GRDB

/// So many of one product in somebody's cart.
struct CartLine: Codable, Sendable, FetchableRecord, PersistableRecord {
    /// Whose cart: the subject of an identity, a member's or an anonymous session's.
    let subject: String
    /// The product's slug.
    let product: String
    var quantity: Int

    static let databaseTableName = "cartLine"
}

/// An order that was placed.
struct Order: Codable, Sendable, FetchableRecord, MutablePersistableRecord {
    /// The number that the customer is told.
    var number: Int?
    let subject: String
    let name: String
    let email: String
    /// `collect` or `deliver`.
    let delivery: String
    let address: String
    /// The day on which it was placed.
    let day: String
    let pence: Int
    /// `placed`, `packed` or `delivered`.
    let state: String

    static let databaseTableName = "order"

    mutating func didInsert(_ inserted: InsertionSuccess) {
        number = Int(inserted.rowID)
    }
}

/// So many of one product in an order, at the price of that day.
struct OrderLine: Codable, Sendable, FetchableRecord, PersistableRecord {
    let order: Int
    let product: String
    let name: String
    let quantity: Int
    let pence: Int

    static let databaseTableName = "orderLine"
}

/// The carts' part of the database.
enum CartTables {
    static func create(in database: Database) throws {
        try database.create(table: CartLine.databaseTableName) { table in
            table.column("subject", .text).notNull()
            table.column("product", .text).notNull().references(Product.databaseTableName)
            table.column("quantity", .integer).notNull().check { $0 > 0 }
            table.primaryKey(["subject", "product"])
        }
        try database.create(table: Order.databaseTableName) { table in
            table.autoIncrementedPrimaryKey("number")
            table.column("subject", .text).notNull().indexed()
            table.column("name", .text).notNull()
            table.column("email", .text).notNull()
            table.column("delivery", .text).notNull()
            table.column("address", .text).notNull()
            table.column("day", .text).notNull()
            table.column("pence", .integer).notNull()
            table.column("state", .text).notNull()
        }
        try database.create(table: OrderLine.databaseTableName) { table in
            table.column("order", .integer).notNull().references(Order.databaseTableName)
            table.column("product", .text).notNull()
            table.column("name", .text).notNull()
            table.column("quantity", .integer).notNull()
            table.column("pence", .integer).notNull()
            table.primaryKey(["order", "product"])
        }
    }

    /// Writes the members' carts and a few orders of the past.
    static func plant(in database: Database, today: Day) throws {
        for (subject, product, quantity) in [
            ("user-1", "country-sourdough", 2), ("user-1", "hedge-honey", 1), ("user-2", "house-coffee", 1),
        ] {
            try CartLine(subject: subject, product: product, quantity: quantity).insert(database)
        }
        try order(
            for: "user-1",
            "Robin Hale",
            "member@example.org",
            on: today + -31,
            "delivered",
            [("apple-juice", 6), ("dark-rye", 1)],
            in: database
        )
        try order(
            for: "user-1",
            "Robin Hale",
            "member@example.org",
            on: today + -4,
            "packed",
            [("family-veg-box", 1), ("beeswax-candles", 2)],
            in: database
        )
        try order(
            for: "user-2",
            "Edith Marlowe",
            "editor@example.org",
            on: today + -12,
            "delivered",
            [("chamomile-evening-tea", 1), ("enormous-mug", 1)],
            in: database
        )
    }

    private static func order(
        for subject: String,
        _ name: String,
        _ email: String,
        on day: Day,
        _ state: String,
        _ wanted: [(slug: String, quantity: Int)],
        in database: Database
    ) throws {
        let lines = try wanted.compactMap { want in
            try Product.fetchOne(database, key: want.slug).map { (product: $0, quantity: want.quantity) }
        }
        let total = lines.reduce(0) { $0 + $1.product.pence * $1.quantity }
        var order = Order(
            subject: subject,
            name: name,
            email: email,
            delivery: "collect",
            address: "",
            day: day.text,
            pence: total,
            state: state
        )
        try order.insert(database)
        for line in lines {
            try OrderLine(
                order: order.number ?? 0,
                product: line.product.slug,
                name: line.product.name,
                quantity: line.quantity,
                pence: line.product.pence
            ).insert(database)
        }
    }
}
