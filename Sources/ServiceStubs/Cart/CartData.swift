/// A cart as templates read it.
struct BasketData: Encodable {
    /// One line of it.
    struct Item: Encodable {
        let product: String
        let title: String
        let unit: String
        let image: String
        let url: String
        let quantity: Int
        let price: String
        let total: String
    }

    let items: [Item]
    let count: Int
    let total: String
    let pence: Int

    init(_ basket: Basket, links: Links) {
        items = basket.items.map { item in
            Item(
                product: item.product,
                title: item.name,
                unit: item.unit,
                image: links.picture(item.picture, of: .market),
                url: links.to(.market, "products", item.product),
                quantity: item.quantity,
                price: item.price.text,
                total: item.total.text
            )
        }
        count = basket.count
        total = basket.total.amount
        pence = basket.total.pence
    }
}

/// What a template needs to know of a product for a form that adds it.
struct AddOptions: Encodable {
    let product: String
    let title: String
    let price: String
    let unit: String
    let image: String
    let url: String
    let stock: Int
    /// The most that the form should offer.
    let max: Int

    init(_ product: Product, links: Links) {
        self.product = product.slug
        title = product.name
        price = product.price.text
        unit = product.unit
        image = links.picture(product.picture, of: .market)
        url = links.to(.market, "products", product.slug)
        stock = product.stock
        max = min(product.stock, CartActions.greatestQuantity)
    }
}
