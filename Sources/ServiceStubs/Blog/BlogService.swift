import FragmentProtocol
import Hummingbird

/// Posts, their tags, and the navigation that every page of the site has.
struct BlogService: StubService {
    let name = ServiceName.blog

    var fragments: [Fragment] { [nav, postList, post, tags, related, posts] }

    func addRoutes(to routes: StubRoutes, environment: StubEnvironment) {
        let links = environment.links
        routes.answer(
            "/api/posts",
            [
                .get: { _, _ in
                    let posts = try await environment.read {
                        try BlogQueries.posts(in: $0, tag: "", limit: 50, offset: 0)
                    }
                    return try .json(posts.map { PostData($0, links: links) })
                }
            ]
        )
        routes.answer(
            "/api/posts/:slug",
            [
                .get: { _, context in
                    let slug = try context.parameters.require("slug")
                    guard let post = try await environment.read({ try BlogQueries.post(slug, in: $0) }) else {
                        throw HTTPError(.notFound, message: "there is no post called \(slug)")
                    }
                    return try .json(PostData(post, links: links))
                }
            ]
        )
    }

    private var nav: Fragment {
        .html(
            "nav",
            "The site's navigation",
            [.string("active", default: "", length: 0...40)],
            cache: .shared(300),
            tags: ["nav"]
        ) { request in
            let active = try request.text("active")
            let places: KeyValuePairs<ServiceName, String> = [
                .blog: "Journal", .market: "Market", .events: "Events", .federation: "Neighbours", .cart: "Cart",
                .account: "Account",
            ]
            let items = places.map { service, title -> Markup in
                let current: Markup = service.rawValue == active ? " aria-current=\"page\"" : ""
                return "<li><a href=\"\(request.links.to(service, ""))\"\(current)>\(title)</a></li>\n"
            }
            return .html("<nav class=\"site-nav\" aria-label=\"Rose Ash\">\n<ul>\n\(items)</ul>\n</nav>\n")
        }
    }

    private var postList: Fragment {
        .html(
            "post-list",
            "The latest posts",
            [.limit(Self.pageLength), .page, .slug("tag", default: "")],
            cache: .shared(30),
            tags: ["posts"]
        ) { request in
            let (limit, page, tag) = (
                try request.integer("limit"), try request.integer("page"), try request.text("tag")
            )
            let (posts, slice) = try await request.read { database in
                let slice = PageSlice(page: page, limit: limit, total: try BlogQueries.count(in: database, tag: tag))
                return (try BlogQueries.posts(in: database, tag: tag, limit: limit, offset: slice.offset), slice)
            }
            let cards = posts.map { Self.card($0, links: request.links) }
            // Another length is a teaser on some page, and its pages would not be those of the list of all posts.
            guard limit == Self.pageLength else { return .html(Pieces.cards(cards, otherwise: Self.nothing)) }
            let pagination = Pieces.pagination(slice) { number in
                let query: KeyValuePairs = ["page": String(number)]
                return tag.isEmpty
                    ? request.links.to(.blog, "posts", query: query)
                    : request.links.to(.blog, "tags", tag, query: query)
            }
            return .html("\(Pieces.cards(cards, otherwise: Self.nothing))\(pagination)")
        }
    }

    private var post: Fragment {
        .html(
            "post",
            "One post",
            [.slug("slug")],
            cache: .shared(60),
            tags: ["posts"],
            examples: [["slug": "the-oven-is-lit"]]
        ) { request in
            let slug = try request.text("slug")
            let found = try await request.read { database in
                (try BlogQueries.post(slug, in: database), try BlogQueries.tags(of: slug, in: database))
            }
            guard let post = found.0 else { throw NotFound(what: "post", name: slug) }
            let links = request.links
            let author = links.to(.federation, "profiles", post.author)
            let tags = found.1.map { Pieces.tag($0, to: links.to(.blog, "tags", $0), isCurrent: false) }
            return .html(
                """
                <article class="prose">
                <h1>\(post.title)</h1>
                <p class="prose__meta">By <a href="\(author)">\(post.authorName)</a>, \(post.date)</p>
                \(Pieces.banner(links.picture(post.picture, of: .blog)))\
                \(Prose(text: post.body).markup(links: links, service: .blog))\
                <ul class="tag-list" aria-label="Tags">
                \(tags)</ul>
                </article>

                """,
                title: post.title,
                description: Prose(text: post.body).lead,
                tags: ["post:\(slug)"]
            )
        }
    }

    private var tags: Fragment {
        .html("tags", "All tags", [.slug("active", default: "")], cache: .shared(120), tags: ["posts"]) { request in
            let active = try request.text("active")
            let tags = try await request.read { try BlogQueries.tags(in: $0) }
            let items = tags.map { Pieces.tag($0, to: request.links.to(.blog, "tags", $0), isCurrent: $0 == active) }
            return .html("<ul class=\"tag-list\">\n\(items)</ul>\n")
        }
    }

    private var related: Fragment {
        .html(
            "related",
            "Posts on the same things",
            [.slug("slug"), .limit(3)],
            cache: .shared(120),
            tags: ["posts"],
            examples: [["slug": "a-year-of-bees"]]
        ) { request in
            let (slug, limit) = (try request.text("slug"), try request.integer("limit"))
            let found = try await request.read { database in
                (
                    try BlogQueries.post(slug, in: database),
                    try BlogQueries.related(to: slug, in: database, limit: limit)
                )
            }
            guard found.0 != nil else { throw NotFound(what: "post", name: slug, isPage: false) }
            let cards = found.1.map { Self.card($0, links: request.links) }
            return .html(Pieces.cards(cards, otherwise: "Nothing else is quite like it."))
        }
    }

    private var posts: Fragment {
        .data(
            "posts",
            "The latest posts as data",
            [.limit(10), .slug("tag", default: "")],
            cache: .shared(30),
            tags: ["posts"]
        ) { request in
            let (limit, tag) = (try request.integer("limit"), try request.text("tag"))
            let posts = try await request.read { try BlogQueries.posts(in: $0, tag: tag, limit: limit, offset: 0) }
            return try .json(posts.map { PostData($0, links: request.links) })
        }
    }

    /// How many posts a page of the list of all posts has.
    private static let pageLength = 10

    private static let nothing = "Nothing has been written here yet."

    private static func card(_ post: SignedPost, links: Links) -> Markup {
        Pieces.card(
            to: links.to(.blog, "posts", post.slug),
            picture: links.picture(post.picture, of: .blog),
            title: post.title,
            meta: "\(post.date) · \(post.authorName)",
            text: Prose(text: post.body).lead
        )
    }
}

/// A post as templates and other programs read it.
private struct PostData: Encodable {
    let slug: String
    let title: String
    let author: String
    let date: String
    let summary: String
    let url: String
    let image: String

    init(_ post: SignedPost, links: Links) {
        slug = post.slug
        title = post.title
        author = post.authorName
        date = post.day
        summary = Prose(text: post.body).lead
        url = links.to(.blog, "posts", post.slug)
        image = links.picture(post.picture, of: .blog)
    }
}
