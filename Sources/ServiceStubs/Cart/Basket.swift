import GRDB

/// One line of a cart with what it costs today.
struct BasketItem: Codable, Sendable, FetchableRecord {
    let product: String
    let name: String
    let pence: Int
    let unit: String
    let picture: String
    let stock: Int
    let quantity: Int

    /// The price of one.
    var price: Money { Money(pence: pence) }

    /// The price of all of them.
    var total: Money { price * quantity }
}

/// What somebody has in their cart.
struct Basket: Sendable {
    let items: [BasketItem]

    /// How many things are in it.
    var count: Int { items.reduce(0) { $0 + $1.quantity } }

    /// What all of it costs.
    var total: Money { items.reduce(Money(pence: 0)) { $0 + $1.total } }

    /// The cart of a subject.
    init(of subject: String, in database: Database) throws {
        let request: SQLRequest<BasketItem> = """
            SELECT product.slug AS product, name, pence, unit, picture, stock, quantity
            FROM cartLine JOIN product ON product.slug = cartLine.product
            WHERE subject = \(subject) ORDER BY name
            """
        items = try request.fetchAll(database)
    }

    /// The cart of somebody who has none.
    init() {
        items = []
    }
}
