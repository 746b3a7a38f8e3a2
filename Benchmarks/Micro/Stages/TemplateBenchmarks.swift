import NIOCore

/// Pages as programs.
enum TemplateBenchmarks {
    static let all = [
        Benchmark("template/compile", "compile a page with its layout and its partial", iterations: 5) {
            let sources = Self.sources
            return { iterations in
                var text = 0
                for _ in 0..<iterations {
                    let templates = try TemplateCompiler.compile(sources)
                    text &+= templates.programs["products.html"]?.staticText.readableBytes ?? 0
                }
                return text
            }
        },
        Benchmark("template/render", "a page of data: 24 rounds of conditions, filters and prints", iterations: 20) {
            let site = try SampleSite.make(
                templates: Self.sources,
                pages: #"{ host: app, path: "/products", template: products.html }"#
            )
            return try PageHarness(site) { site, resolver in
                for bound in site.pages[0].uses {
                    let identifier = bound.identifier(nil, subject: nil, language: "en", hasher: .seeded)
                    resolver.memory.insert(
                        identifier.key,
                        text: identifier.text,
                        StoredFragment(
                            kind: .json,
                            storedAt: .now(),
                            freshUntil: .distantFuture,
                            body: ByteBuffer(string: Self.products)
                        )
                    )
                }
            }.work(
                request: RequestSamples.wrk(host: SampleSite.host, path: "/products?q=bread"),
                expecting: "Rye &amp; Seed Loaf 23"
            )
        },
    ]

    private static let products: String = {
        let items = (0..<24).map { number in
            """
            {"slug": "rye-loaf-\(number)", "name": "rye & seed loaf \(number)", "price": \(350 + number * 25),
             "stock": \(number % 5), "tags": ["bread", "rye", "new"],
             "text": "A dark loaf of rye and spelt with five seeds, proved overnight and baked on stone."}
            """
        }
        return "[\(items.joined(separator: ","))]"
    }()

    private static let sources = [
        TemplateSource(
            path: "layout.html",
            text: """
                <!doctype html>
                <html lang="en">
                <head>
                  <meta charset="utf-8" />
                  <title>{% block title %}Welcome{% endblock %} · Rose Ash</title>
                  <link rel="stylesheet" href="/assets/site.css" />
                </head>
                <body>
                  <header class="masthead"><a class="brand" href="/">Rose Ash</a></header>
                  <main id="main">{% block main %}{% endblock %}</main>
                  <footer><p>Owned by the people who do the work.</p></footer>
                </body>
                </html>
                """
        ),
        TemplateSource(
            path: "search.html",
            text: """
                <form class="search" role="search" method="get" action="/products">
                  <input type="search" name="q" value="{{ query.q }}" autocomplete="off" />
                  <button type="submit">Search</button>
                </form>
                """
        ),
        TemplateSource(
            path: "products.html",
            text: """
                {% extends "layout.html" %}
                {% block title %}{{ query.q|default("Products")|title }}{% endblock %}
                {% block main %}
                {% data products = "app/products" %}
                <h1>{{ products|length }} things on the stall</h1>
                {% include "search.html" %}
                <ul>
                {% for product in products %}
                  <li class="card{% if loop.first %} card--lead{% endif %}">
                    <a href="/products/{{ product.slug }}"><h2>{{ product.name|title }}</h2></a>
                    <p>{{ product.text|truncate(40) }}</p>
                    <p class="price">{{ product.price|currency("GBP") }}
                    {% if product.stock == 0 %}sold out{% elif product.stock < 3 %}only {{ product.stock }} left{% endif %}</p>
                    <p class="tags">{{ product.tags|join(", ") }}</p>
                  </li>
                {% else %}
                  <li>The stall is empty.</li>
                {% endfor %}
                </ul>
                {% endblock %}
                """
        ),
    ]
}
