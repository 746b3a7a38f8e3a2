import GRDB

/// A shelf of the market.
struct Category: Codable, Sendable, FetchableRecord, PersistableRecord {
    let slug: String
    let name: String
    let summary: String
    /// Where it stands in the list.
    let position: Int

    static let databaseTableName = "category"
}

/// Something that the market sells.
struct Product: Codable, Sendable, FetchableRecord, PersistableRecord {
    let slug: String
    let name: String
    /// The category's slug.
    let category: String
    /// The price of one, in pence.
    let pence: Int
    /// What one is: `800 g loaf`.
    let unit: String
    /// How many are left.
    let stock: Int
    /// Who makes it.
    let maker: String
    let picture: String
    let summary: String
    /// See `Prose`.
    let body: String

    static let databaseTableName = "product"

    /// The price of one.
    var price: Money { Money(pence: pence) }

    /// `12 left`, `last 3`, or `sold out`.
    var availability: String {
        switch stock {
        case ...0: "sold out"
        case ...5: "last \(stock)"
        default: "\(stock) left"
        }
    }
}

/// The market's part of the database.
enum MarketTables {
    static func create(in database: Database) throws {
        try database.create(table: Category.databaseTableName) { table in
            table.primaryKey("slug", .text)
            table.column("name", .text).notNull()
            table.column("summary", .text).notNull()
            table.column("position", .integer).notNull()
        }
        try database.create(table: Product.databaseTableName) { table in
            table.primaryKey("slug", .text)
            table.column("name", .text).notNull()
            table.column("category", .text).notNull().indexed().references(Category.databaseTableName)
            table.column("pence", .integer).notNull().check { $0 >= 0 }
            table.column("unit", .text).notNull()
            table.column("stock", .integer).notNull().check { $0 >= 0 }
            table.column("maker", .text).notNull()
            table.column("picture", .text).notNull()
            table.column("summary", .text).notNull()
            table.column("body", .text).notNull()
        }
    }
}
