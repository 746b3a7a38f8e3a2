import GRDB

/// What the market asks its tables.
enum MarketQueries {
    /// All categories, in their order.
    static func categories(in database: Database) throws -> [Category] {
        try Category.fetchAll(database, sql: "SELECT * FROM category ORDER BY position")
    }

    /// One category, if there is one of the slug.
    static func category(_ slug: String, in database: Database) throws -> Category? {
        try Category.fetchOne(database, key: slug)
    }

    /// One product, if there is one of the slug.
    static func product(_ slug: String, in database: Database) throws -> Product? {
        try Product.fetchOne(database, key: slug)
    }

    /// Which products are wanted.
    struct Search: Sendable {
        /// A category's slug, or empty for all.
        var category = ""
        /// Words that must occur in the name or the summary, or empty for all.
        var words = ""

        /// The condition in SQL; `%` and `_` that somebody types are looked for as they are.
        fileprivate var condition: SQL {
            var condition: SQL = "(\(category) = '' OR category = \(category))"
            for word in words.split(whereSeparator: \.isWhitespace).prefix(8) {
                let literal = word.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
                let pattern = "%\(literal)%"
                condition += " AND (name LIKE \(pattern) ESCAPE '\\' OR summary LIKE \(pattern) ESCAPE '\\')"
            }
            return condition
        }
    }

    /// Products by category and name.
    static func products(_ search: Search, in database: Database, limit: Int, offset: Int) throws -> [Product] {
        let request: SQLRequest<Product> = """
            SELECT product.* FROM product WHERE \(search.condition)
            ORDER BY (SELECT position FROM category WHERE slug = product.category), name LIMIT \(limit) OFFSET \(offset)
            """
        return try request.fetchAll(database)
    }

    /// How many products a search finds.
    static func count(_ search: Search, in database: Database) throws -> Int {
        let request: SQLRequest<Int> = "SELECT count(*) FROM product WHERE \(search.condition)"
        return try request.fetchOne(database) ?? 0
    }

    /// Products to show on the front pages, other ones each day, each from another category first.
    static func featured(in database: Database, limit: Int, today: Day) throws -> [Product] {
        let request: SQLRequest<Product> = """
            SELECT * FROM (
                SELECT product.*, row_number() OVER (
                    PARTITION BY category ORDER BY (length(slug) * 7 + pence + \(today.number)) % 11, slug) AS turn
                FROM product WHERE stock > 0)
            ORDER BY turn, (length(category) + \(today.number)) % 7, slug LIMIT \(limit)
            """
        return try request.fetchAll(database)
    }
}
