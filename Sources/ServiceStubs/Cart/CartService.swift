import FragmentProtocol
import GRDB
import Hummingbird

/// Carts, the checkout and orders.
struct CartService: StubService {
    let name = ServiceName.cart

    var fragments: [Fragment] {
        [mini, contents, totals, checkoutStep, orders, addForm, summary, addOptions]
    }

    func addRoutes(to routes: StubRoutes, environment: StubEnvironment) {
        let actions: KeyValuePairs<RouterPath, @Sendable (CartActions, Database) throws -> ActionAnswer> = [
            "/add": { try $0.add(in: $1) }, "/update": { try $0.update(in: $1) },
            "/remove": { try $0.remove(in: $1) }, "/checkout": { try $0.checkout(in: $1) },
        ]
        for (path, perform) in actions {
            routes.answer(
                path,
                [.post: { try await Self.act($0, $1, environment: environment, perform) }]
            )
        }
        routes.answer(
            "/api/cart",
            [
                .get: { request, context in
                    let identity = try Self.identity(of: request, context, environment)
                    try await CartAdoption.settle(identity, in: environment)
                    let basket = try await environment.read { try Basket(of: identity.subject, in: $0) }
                    return try .json(BasketData(basket, links: environment.links))
                }
            ]
        )
    }

    /// The tag of all fragments that show the cart of a subject.
    static func tag(of subject: String) -> String {
        // A subject may hold what a tag may not.
        "cart:" + Escape.urlComponent(subject)
    }

    /// The most bytes that a form may have.
    private static let greatestForm = 16_384

    /// Reads the form, performs the action in one transaction, and says what came of it.
    private static func act(
        _ request: Request,
        _ context: StubContext,
        environment: StubEnvironment,
        _ perform: @escaping @Sendable (CartActions, Database) throws -> ActionAnswer
    ) async throws -> Response {
        let identity = try identity(of: request, context, environment)
        let mediaType = request.headers[.contentType]?.split(separator: ";").first ?? ""
        guard mediaType.lowercased() == "application/x-www-form-urlencoded" else {
            throw HTTPError(.unsupportedMediaType, message: "the form must be application/x-www-form-urlencoded")
        }
        let body = String(buffer: try await request.body.collect(upTo: greatestForm))
        let form: FragmentParameters
        do {
            form = try FragmentParameters(query: body.replacing("+", with: "%20"))
        } catch {
            throw HTTPError(.badRequest, message: "the form cannot be read: \(error)")
        }
        try await CartAdoption.settle(identity, in: environment)
        let actions = CartActions(subject: identity.subject, form: form, today: environment.today)
        let answer = try await environment.database.write { try perform(actions, $0) }
        return .json(bytes: try answer.encoded(), status: answer.errors.isEmpty ? .ok : .unprocessableContent)
    }

    /// Who asks; a member or an anonymous session, but somebody.
    private static func identity(
        of request: Request,
        _ context: StubContext,
        _ environment: StubEnvironment
    ) throws -> Identity {
        let identity = environment.identity(of: request, for: .cart, logger: context.logger)
        guard let identity else {
            throw HTTPError(
                .unauthorized,
                message: "the cart has to know whose it is: there is no valid Gateway-Identity"
            )
        }
        return identity
    }

    /// A fragment that shows the cart of whoever asks, and something else to those who have none.
    private func personal(
        _ type: String,
        _ title: String,
        anonymous: @escaping @Sendable (FragmentRequest) -> Markup,
        known: @escaping @Sendable (Basket, FragmentRequest) -> Markup
    ) -> Fragment {
        .html(type, title, isPersonal: true, cache: .personal, tags: ["cart"]) { request in
            guard let subject = try await request.cartOwner() else {
                return FragmentAnswer.html(anonymous(request)).anonymous()
            }
            let basket = try await request.read { try Basket(of: subject, in: $0) }
            return .html(known(basket, request), tags: [Self.tag(of: subject)])
        }
    }

    private var mini: Fragment {
        personal("mini", "The cart's badge") { request in
            "<a class=\"mini-cart\" href=\"\(request.links.to(.cart, ""))\">Cart</a>\n"
        } known: { basket, request in
            // A badge that says nothing is not shown.
            guard basket.count > 0 else {
                return "<a class=\"mini-cart\" href=\"\(request.links.to(.cart, ""))\">Cart</a>\n"
            }
            let words = basket.count == 1 ? "one thing" : "\(basket.count) things"
            return """
                <a class="mini-cart" href="\(request.links.to(.cart, ""))" aria-label="Cart with \(words)">Cart \
                <span class="badge">\(basket.count)</span></a>

                """
        }
    }

    private var contents: Fragment {
        personal("contents", "What is in the cart") { _ in
            Pieces.empty("There is nothing in your cart yet.")
        } known: { basket, request in
            guard !basket.items.isEmpty else { return Pieces.empty("There is nothing in your cart yet.") }
            let items = basket.items.map { item -> Markup in
                """
                <li><a href="\(request.links.to(.market, "products", item.product))">\(item.name)</a>\
                <p class="card__meta">\(item.quantity) × \(item.price.text) · \(item.total.markup)</p></li>

                """
            }
            return "<ul class=\"list\">\n\(items)</ul>\n"
        }
    }

    private var totals: Fragment {
        personal("totals", "What the cart costs") { _ in
            Self.totals(of: Basket())
        } known: { basket, _ in
            Self.totals(of: basket)
        }
    }

    private static func totals(of basket: Basket) -> Markup {
        """
        <dl class="facts">
        <dt>Things</dt><dd>\(basket.count)</dd>
        <dt>Delivery</dt><dd>Free</dd>
        <dt>Total</dt><dd><span class="price">\(basket.total.amount)</span></dd>
        </dl>

        """
    }

    private var checkoutStep: Fragment {
        .html(
            "checkout-step",
            "Where in the checkout somebody is",
            [.integer("step", default: 1, range: 1...3)],
            isPersonal: true,
            cache: .personal,
            tags: ["cart"]
        ) { request in
            let step = try request.integer("step")
            let steps = ["Your cart and you", "Looking it over", "Done"].enumerated().map { index, name -> Markup in
                let current: Markup = index + 1 == step ? " aria-current=\"step\"" : ""
                return "<li\(current)>\(name)</li>\n"
            }
            let list: Markup = "<ol class=\"steps\" aria-label=\"Checkout\">\n\(steps)</ol>\n"
            guard let subject = try await request.cartOwner() else { return FragmentAnswer.html(list).anonymous() }
            let basket = try await request.read { try Basket(of: subject, in: $0) }
            let notice: Markup? =
                basket.items.isEmpty && step < 3
                ? "<p class=\"notice\">Your cart is empty, so there is nothing to order yet.</p>\n" : nil
            return .html("\(list)\(notice)", tags: [Self.tag(of: subject)])
        }
    }

    private var orders: Fragment {
        .html("orders", "Orders that were placed", isPersonal: true, cache: .personal, tags: ["cart"]) { request in
            guard let subject = request.identity?.subject else {
                return FragmentAnswer.html(Pieces.empty("There are no orders to show yet.")).anonymous()
            }
            let orders = try await request.read { database in
                let query: SQLRequest<Order> = """
                    SELECT * FROM "order" WHERE subject = \(subject) ORDER BY number DESC LIMIT 20
                    """
                return try query.fetchAll(database)
            }
            let rows = orders.map { order -> [Markup] in
                [
                    "No. \(order.number ?? 0)", Day(order.day)?.markup ?? "\(order.day)",
                    "<span class=\"badge\">\(order.state)</span>", Money(pence: order.pence).markup,
                ]
            }
            let list =
                rows.isEmpty
                ? Pieces.empty("There are no orders to show yet.")
                : Pieces.table("The latest first", columns: ["Order", "Day", "State", "Total"], rows: rows)
            return .html(list, tags: [Self.tag(of: subject)])
        }
    }

    private var addForm: Fragment {
        .html(
            "add-form",
            "The way of a product into the cart",
            [.slug("product")],
            isPersonal: true,
            cache: .personal,
            tags: ["cart"],
            examples: [["product": "dark-rye"]]
        ) { request in
            let slug = try request.text("product")
            let subject = try await request.cartOwner()
            let (product, held) = try await request.read { database in
                let basket = try subject.map { try Basket(of: $0, in: database) } ?? Basket()
                return (
                    try Product.fetchOne(database, key: slug),
                    basket.items.first { $0.product == slug }?.quantity ?? 0
                )
            }
            guard let product else { throw NotFound(what: "product", name: slug, isPage: false) }
            let words: Markup? = held > 0 ? "<p class=\"card__meta\">You have \(held) in your cart.</p>\n" : nil
            let button: Markup =
                product.stock == 0
                ? Pieces.empty("Sold out, but not for long.")
                : """
                <p><a class="button" href="\(request.links.to(.cart, "add", slug))">Add to cart</a></p>

                """
            let answer = FragmentAnswer.html("\(button)\(words)", tags: subject.map { [Self.tag(of: $0)] } ?? [])
            return subject == nil ? answer.anonymous() : answer
        }
    }

    private var summary: Fragment {
        .data("summary", "The cart as data", isPersonal: true, cache: .personal, tags: ["cart"]) { request in
            guard let subject = try await request.cartOwner() else {
                return try FragmentAnswer.json(BasketData(Basket(), links: request.links)).anonymous()
            }
            let basket = try await request.read { try Basket(of: subject, in: $0) }
            return try .json(BasketData(basket, links: request.links), tags: [Self.tag(of: subject)])
        }
    }

    private var addOptions: Fragment {
        .data(
            "add-options",
            "What can be put into the cart",
            [.slug("product")],
            cache: .shared(10),
            tags: ["products"],
            examples: [["product": "dark-rye"]]
        ) { request in
            let slug = try request.text("product")
            guard let product = try await request.read({ try Product.fetchOne($0, key: slug) }) else {
                throw NotFound(what: "product", name: slug)
            }
            return try .json(AddOptions(product, links: request.links), tags: ["product:\(slug)"])
        }
    }
}
