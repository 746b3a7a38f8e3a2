import FragmentProtocol
import Hummingbird

/// Categories and products.
struct MarketService: StubService {
    let name = ServiceName.market

    var fragments: [Fragment] { [categories, productList, product, featured, products] }

    func addRoutes(to routes: StubRoutes, environment: StubEnvironment) {
        let links = environment.links
        routes.answer(
            "/api/products",
            [
                .get: { request, _ in
                    let query = request.uri.queryParameters
                    let search = MarketQueries.Search(
                        category: query.get("category") ?? "",
                        words: query.get("q") ?? ""
                    )
                    let products = try await environment.read {
                        try MarketQueries.products(search, in: $0, limit: 100, offset: 0)
                    }
                    return try .json(products.map { ProductData($0, links: links) })
                }
            ]
        )
        routes.answer(
            "/api/products/:slug",
            [
                .get: { _, context in
                    let slug = try context.parameters.require("slug")
                    guard let product = try await environment.read({ try MarketQueries.product(slug, in: $0) })
                    else { throw HTTPError(.notFound, message: "there is no product called \(slug)") }
                    return try .json(ProductData(product, links: links))
                }
            ]
        )
    }

    private var categories: Fragment {
        .html("categories", "All categories", [.slug("active", default: "")], cache: .shared(300), tags: ["products"]) {
            request in
            let active = try request.text("active")
            let categories = try await request.read { try MarketQueries.categories(in: $0) }
            let items = categories.map {
                Pieces.tag($0.name, to: request.links.to(.market, "categories", $0.slug), isCurrent: $0.slug == active)
            }
            return .html("<ul class=\"tag-list\">\n\(items)</ul>\n")
        }
    }

    private var productList: Fragment {
        .html(
            "product-list",
            "Products, by category or search",
            [
                .slug("category", default: ""), .string("q", default: "", length: 0...100), .page,
                .integer("per-page", default: 12, range: 1...48),
            ],
            cache: .shared(30),
            tags: ["products"]
        ) { request in
            let search = MarketQueries.Search(category: try request.text("category"), words: try request.text("q"))
            let (page, limit) = (try request.integer("page"), try request.integer("per-page"))
            let (category, products, slice) = try await request.read { database in
                let slice = PageSlice(page: page, limit: limit, total: try MarketQueries.count(search, in: database))
                return (
                    try MarketQueries.category(search.category, in: database),
                    try MarketQueries.products(search, in: database, limit: limit, offset: slice.offset), slice
                )
            }
            guard search.category.isEmpty || category != nil else {
                throw NotFound(what: "category", name: search.category, isPage: false)
            }
            let summary: Markup? = category.map { "<p>\($0.summary)</p>\n" }
            let cards = products.map { Self.card($0, links: request.links) }
            let pagination = Pieces.pagination(slice) { number in
                let isPlain = !search.category.isEmpty && search.words.isEmpty
                return isPlain
                    ? request.links.to(.market, "categories", search.category, query: ["page": String(number)])
                    : request.links.to(
                        .market,
                        "products",
                        query: ["category": search.category, "q": search.words, "page": String(number)]
                    )
            }
            let words =
                search.words.isEmpty
                ? "The shelf is empty just now." : "Nothing here is called “\(search.words)”. Try a shorter word."
            return .html("\(summary)\(Pieces.cards(cards, otherwise: words))\(pagination)")
        }
    }

    private var product: Fragment {
        .html(
            "product",
            "One product",
            [.slug("slug")],
            cache: .shared(30),
            tags: ["products"],
            examples: [["slug": "country-sourdough"]]
        ) { request in
            let slug = try request.text("slug")
            let found = try await request.read { database in
                let product = try MarketQueries.product(slug, in: database)
                return (product, try product.flatMap { try MarketQueries.category($0.category, in: database) })
            }
            guard let product = found.0, let category = found.1 else { throw NotFound(what: "product", name: slug) }
            let links = request.links
            return .html(
                """
                <article class="prose">
                <h1>\(product.name)</h1>
                <p class="prose__meta">\(product.price.markup) · \(product.unit) · \(product.availability)</p>
                \(Pieces.banner(links.picture(product.picture, of: .market)))\
                \(Prose(text: product.body).markup(links: links, service: .market))\
                <dl class="facts">
                <dt>Made by</dt><dd>\(product.maker)</dd>
                <dt>Shelf</dt><dd><a href="\(links.to(.market, "categories", category.slug))">\(category.name)</a></dd>
                <dt>Unit</dt><dd>\(product.unit)</dd>
                <dt>In stock</dt><dd>\(product.availability)</dd>
                </dl>
                </article>

                """,
                title: product.name,
                description: product.summary,
                tags: ["product:\(slug)"]
            )
        }
    }

    private var featured: Fragment {
        .html("featured", "A few products of the day", [.limit(4)], cache: .shared(60), tags: ["products"]) { request in
            let (limit, today) = (try request.integer("limit"), request.today)
            let products = try await request.read { try MarketQueries.featured(in: $0, limit: limit, today: today) }
            let cards = products.map { Self.card($0, links: request.links) }
            return .html(Pieces.cards(cards, otherwise: "The stall is being laid out."))
        }
    }

    private var products: Fragment {
        .data(
            "products",
            "Products as data",
            [.slug("category", default: ""), .limit(12)],
            cache: .shared(30),
            tags: ["products"]
        ) { request in
            let (search, limit) = (
                MarketQueries.Search(category: try request.text("category")), try request.integer("limit")
            )
            let products = try await request.read {
                try MarketQueries.products(search, in: $0, limit: limit, offset: 0)
            }
            return try .json(products.map { ProductData($0, links: request.links) })
        }
    }

    private static func card(_ product: Product, links: Links) -> Markup {
        let left: Markup? = product.stock <= 5 ? " · \(product.availability)" : nil
        return Pieces.card(
            to: links.to(.market, "products", product.slug),
            picture: links.picture(product.picture, of: .market),
            title: product.name,
            meta: "\(product.price.markup) · \(product.unit)\(left)",
            text: product.summary
        )
    }
}

/// A product as templates and other programs read it.
private struct ProductData: Encodable {
    let slug: String
    let title: String
    let category: String
    let pence: Int
    let price: String
    let unit: String
    let stock: Int
    let summary: String
    let url: String
    let image: String

    init(_ product: Product, links: Links) {
        slug = product.slug
        title = product.name
        category = product.category
        pence = product.pence
        price = product.price.text
        unit = product.unit
        stock = product.stock
        summary = product.summary
        url = links.to(.market, "products", product.slug)
        image = links.picture(product.picture, of: .market)
    }
}
