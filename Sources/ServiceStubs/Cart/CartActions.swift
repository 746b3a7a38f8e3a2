import Foundation
import FragmentProtocol
import GRDB

/// What the forms of the cart do; each answers what the browser is to be told.
struct CartActions: Sendable {
    /// Whose cart it is.
    let subject: String
    /// The fields of the form.
    let form: FragmentParameters
    let today: Day

    /// The most of one thing that a cart takes.
    static let greatestQuantity = 99

    /// The tag of all fragments that show this cart.
    private var tag: String { CartService.tag(of: subject) }

    /// `POST /add`: puts more of a product into the cart.
    func add(in database: Database) throws -> ActionAnswer {
        guard let product = try product(in: database) else { return noSuchProduct }
        guard let wanted = quantity(1...Self.greatestQuantity, otherwise: 1) else { return badQuantity(from: 1) }
        let held = try line(in: database)?.quantity ?? 0
        let total = held + wanted
        guard total <= min(product.stock, Self.greatestQuantity) else {
            let already = held > 0 ? ", and you have \(held) already" : ""
            let words =
                product.stock == 0
                ? "\(product.name) is sold out."
                : "Only \(product.stock) of \(product.name) are left\(already)."
            return ActionAnswer(errors: ["quantity": words])
        }
        try CartLine(subject: subject, product: product.slug, quantity: total).save(database)
        return done("\(wanted) × \(product.name) added to your cart.")
    }

    /// `POST /update`: sets how many of a product are in the cart; none takes it out.
    func update(in database: Database) throws -> ActionAnswer {
        guard let product = try product(in: database) else { return noSuchProduct }
        guard let wanted = quantity(0...Self.greatestQuantity, otherwise: nil) else { return badQuantity(from: 0) }
        guard wanted > 0 else { return try remove(in: database) }
        guard wanted <= product.stock else {
            return ActionAnswer(errors: ["quantity": "Only \(product.stock) of \(product.name) are left."])
        }
        try CartLine(subject: subject, product: product.slug, quantity: wanted).save(database)
        return done("Your cart is up to date.")
    }

    /// `POST /remove`: takes a product out of the cart.
    func remove(in database: Database) throws -> ActionAnswer {
        guard let product = try product(in: database) else { return noSuchProduct }
        try line(in: database)?.delete(database)
        return done("\(product.name) is out of your cart.")
    }

    /// `POST /checkout`: makes an order of the cart.
    func checkout(in database: Database) throws -> ActionAnswer {
        let basket = try Basket(of: subject, in: database)
        let (name, email, address) = (field("name"), field("email"), field("address"))
        let delivery = form["delivery"] ?? "collect"
        var errors: [String: String] = [:]
        if name.isEmpty || name.count > 200 { errors["name"] = "Please tell us your name." }
        if !Self.isPlausible(email: email) { errors["email"] = "Please give an address that a mail can reach." }
        if !["collect", "deliver"].contains(delivery) { errors["delivery"] = "Please choose one of the two." }
        if delivery == "deliver", address.isEmpty || address.count > 500 {
            errors["address"] = "Please tell us where to bring it."
        }
        if basket.items.isEmpty { errors["cart"] = "There is nothing in your cart." }
        if let short = basket.items.first(where: { $0.quantity > $0.stock }) {
            errors["cart"] = "Only \(short.stock) of \(short.name) are left."
        }
        guard errors.isEmpty else { return ActionAnswer(errors: errors) }
        var order = Order(
            subject: subject,
            name: name,
            email: email,
            delivery: delivery,
            address: address,
            day: today.text,
            pence: basket.total.pence,
            state: "placed"
        )
        try order.insert(database)
        for item in basket.items {
            try OrderLine(
                order: order.number ?? 0,
                product: item.product,
                name: item.name,
                quantity: item.quantity,
                pence: item.pence
            ).insert(database)
            try database.execute(
                literal: "UPDATE product SET stock = stock - \(item.quantity) WHERE slug = \(item.product)"
            )
        }
        try database.execute(literal: "DELETE FROM cartLine WHERE subject = \(subject)")
        return ActionAnswer(
            redirect: "/orders",
            flash: "Thank you, \(name). Your order has the number \(order.number ?? 0).",
            purge: [tag, "products"]
        )
    }

    private func done(_ words: String) -> ActionAnswer {
        ActionAnswer(redirect: "/", flash: words, purge: [tag])
    }

    private var noSuchProduct: ActionAnswer {
        ActionAnswer(errors: ["product": "There is no such product."])
    }

    private func badQuantity(from least: Int) -> ActionAnswer {
        ActionAnswer(errors: ["quantity": "Please give a number from \(least) to \(Self.greatestQuantity)."])
    }

    private func product(in database: Database) throws -> Product? {
        try Product.fetchOne(database, key: form["product"] ?? "")
    }

    private func line(in database: Database) throws -> CartLine? {
        try CartLine.fetchOne(database, key: ["subject": subject, "product": form["product"] ?? ""])
    }

    private func quantity(_ range: ClosedRange<Int>, otherwise: Int?) -> Int? {
        guard let text = form["quantity"], !text.isEmpty else { return otherwise }
        return Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    /// A field without the space around it.
    private func field(_ name: String) -> String {
        (form[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Whether something stands before and after an `@`; only a mail can tell the rest.
    private static func isPlausible(email: String) -> Bool {
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        return email.count <= 200 && parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".")
            && !email.contains(where: \.isWhitespace)
    }
}
