/// Pieces of HTML that several services use.
enum Pieces {
    /// One card of a `ul.card-grid`.
    ///
    /// - Parameters:
    ///   - address: Where the card leads.
    ///   - picture: The address of its picture.
    ///   - title: Its title.
    ///   - meta: One line below the title.
    ///   - text: A sentence or two.
    /// - Returns: A list item that holds the card.
    static func card(
        to address: String,
        picture: String,
        title: String,
        meta: Markup,
        text: String
    ) -> Markup {
        """
        <li><article class="card">
        <a class="card__link" href="\(address)">\
        <img class="card__image" src="\(picture)" width="480" height="270" alt="" loading="lazy" />\
        <h3 class="card__title">\(title)</h3></a>
        <p class="card__meta">\(meta)</p>
        <p class="card__text">\(text)</p>
        </article></li>

        """
    }

    /// The wide picture of a post, a product or an event; it adds nothing to the words, so it has no description.
    static func banner(_ source: String) -> Markup {
        "<img class=\"prose__image\" src=\"\(source)\" width=\"960\" height=\"540\" alt=\"\" />\n"
    }

    /// The round picture of a person, beside their name; `size` in pixels.
    static func avatar(_ source: String, size: Int) -> Markup {
        """
        <img class="avatar" src="\(source)" width="\(size)" height="\(size)" alt="" loading="lazy" />

        """
    }

    /// A grid of cards, or a line for when there is none.
    static func cards(_ cards: [Markup], otherwise words: String) -> Markup {
        cards.isEmpty ? empty(words) : "<ul class=\"card-grid\">\n\(cards)</ul>\n"
    }

    /// What stands where there is nothing to show.
    static func empty(_ words: String) -> Markup {
        "<p class=\"empty\">\(words)</p>\n"
    }

    /// One tag of a `ul.tag-list`.
    static func tag(_ name: String, to address: String, isCurrent: Bool) -> Markup {
        let current: Markup = isCurrent ? " aria-current=\"page\"" : ""
        return "<li><a class=\"tag\" href=\"\(address)\"\(current)>\(name)</a></li>\n"
    }

    /// Links to the other pages of a list; nothing when there is only one page.
    static func pagination(_ slice: PageSlice, address: (Int) -> String) -> Markup? {
        guard slice.pages > 1 else { return nil }
        let previous: Markup? =
            slice.page > 1
            ? "<li><a rel=\"prev\" href=\"\(address(slice.page - 1))\">Previous</a></li>\n" : nil
        let next: Markup? =
            slice.page < slice.pages
            ? "<li><a rel=\"next\" href=\"\(address(slice.page + 1))\">Next</a></li>\n" : nil
        let numbers = (1...slice.pages).map { number -> Markup in
            number == slice.page
                ? "<li><span aria-current=\"page\">\(number)</span></li>\n"
                : "<li><a href=\"\(address(number))\">\(number)</a></li>\n"
        }
        return "<nav class=\"pagination\" aria-label=\"Pages\"><ul>\n\(previous)\(numbers)\(next)</ul></nav>\n"
    }

    /// A table with a caption and headed columns.
    static func table(_ caption: String, columns: [String], rows: [[Markup]]) -> Markup {
        let heads = columns.map { "<th scope=\"col\">\($0)</th>" as Markup }
        let lines = rows.map { row -> Markup in
            "<tr>\(row.map { "<td>\($0)</td>" as Markup })</tr>\n"
        }
        return """
            <table class="table">
            <caption>\(caption)</caption>
            <thead><tr>\(heads)</tr></thead>
            <tbody>
            \(lines)</tbody>
            </table>

            """
    }
}

/// Which part of a long list is shown.
struct PageSlice: Sendable, Equatable {
    /// The page, from 1; past the end it is an empty one.
    let page: Int
    /// How many pages there are, at least 1.
    let pages: Int
    let limit: Int

    /// A page of a list of so many items.
    init(page: Int, limit: Int, total: Int) {
        self.page = page
        self.limit = limit
        pages = max(1, (total + limit - 1) / limit)
    }

    /// How many items come before it.
    var offset: Int { (page - 1) * limit }
}
