import GRDB

/// A post with its author's name.
struct SignedPost: Codable, Sendable, FetchableRecord {
    let slug: String
    let title: String
    let author: String
    let authorName: String
    let picture: String
    let body: String
    let day: String

    /// When it was published, for people.
    var date: Markup { Day(day)?.markup ?? "\(day)" }
}

/// What the blog asks its tables.
enum BlogQueries {
    /// One post, if there is one of the slug.
    static func post(_ slug: String, in database: Database) throws -> SignedPost? {
        let request: SQLRequest<SignedPost> = """
            SELECT post.*, coalesce(member.name, post.author) AS authorName
            FROM post LEFT JOIN member ON member.handle = post.author WHERE slug = \(slug)
            """
        return try request.fetchOne(database)
    }

    /// The newest posts, of one tag when it is not empty.
    static func posts(in database: Database, tag: String, limit: Int, offset: Int) throws -> [SignedPost] {
        let request: SQLRequest<SignedPost> = """
            SELECT post.*, coalesce(member.name, post.author) AS authorName
            FROM post LEFT JOIN member ON member.handle = post.author
            WHERE \(tag) = '' OR slug IN (SELECT post FROM postTag WHERE tag = \(tag))
            ORDER BY day DESC, slug LIMIT \(limit) OFFSET \(offset)
            """
        return try request.fetchAll(database)
    }

    /// How many posts there are, of one tag when it is not empty.
    static func count(in database: Database, tag: String) throws -> Int {
        let request: SQLRequest<Int> = """
            SELECT count(*) FROM post
            WHERE \(tag) = '' OR slug IN (SELECT post FROM postTag WHERE tag = \(tag))
            """
        return try request.fetchOne(database) ?? 0
    }

    /// All tags, by name.
    static func tags(in database: Database) throws -> [String] {
        try String.fetchAll(database, sql: "SELECT DISTINCT tag FROM postTag ORDER BY tag")
    }

    /// The tags of one post, by name.
    static func tags(of slug: String, in database: Database) throws -> [String] {
        let request: SQLRequest<String> = "SELECT tag FROM postTag WHERE post = \(slug) ORDER BY tag"
        return try request.fetchAll(database)
    }

    /// Other posts that share tags with one, those that share most first.
    static func related(to slug: String, in database: Database, limit: Int) throws -> [SignedPost] {
        let request: SQLRequest<SignedPost> = """
            SELECT post.*, coalesce(member.name, post.author) AS authorName
            FROM post LEFT JOIN member ON member.handle = post.author
            JOIN postTag ON postTag.post = post.slug
            WHERE slug <> \(slug) AND tag IN (SELECT tag FROM postTag WHERE post = \(slug))
            GROUP BY slug ORDER BY count(*) DESC, day DESC LIMIT \(limit)
            """
        return try request.fetchAll(database)
    }
}
