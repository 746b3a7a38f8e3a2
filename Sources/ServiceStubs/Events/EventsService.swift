import FragmentProtocol
import Hummingbird

/// The calendar, its events and their tickets.
struct EventsService: StubService {
    let name = ServiceName.events

    var fragments: [Fragment] { [calendar, upcoming, event, tickets, widget, events] }

    func addRoutes(to routes: StubRoutes, environment: StubEnvironment) {
        let links = environment.links
        routes.answer(
            "/api/events",
            [
                .get: { _, _ in
                    let today = environment.today
                    let events = try await environment.read {
                        try EventsQueries.events(from: today, in: $0, limit: 100)
                    }
                    return try .json(events.map { EventData($0, links: links) })
                }
            ]
        )
    }

    private var calendar: Fragment {
        .html(
            "calendar",
            "A month as a table",
            [.string("month", default: "", length: 0...7)],
            cache: .shared(60),
            tags: ["events"],
            examples: [["month": "2026-11"]]
        ) { request in
            let wanted = try request.text("month")
            guard let month = wanted.isEmpty ? request.today.month : Month(wanted) else {
                throw BadParameter(message: "\"month\" must be a month such as 2026-11, not \"\(wanted)\"")
            }
            let events = try await request.read { try EventsQueries.events(of: month, in: $0) }
            return .html(
                CalendarTable(month: month, today: request.today, events: events, links: request.links).markup
            )
        }
    }

    private var upcoming: Fragment {
        .html("upcoming", "What comes next", [.limit(5)], cache: .shared(60), tags: ["events"]) { request in
            let (limit, today) = (try request.integer("limit"), request.today)
            let events = try await request.read { try EventsQueries.events(from: today, in: $0, limit: limit) }
            let cards = events.map { event in
                Pieces.card(
                    to: request.links.to(.events, "events", event.slug),
                    picture: request.links.picture(event.picture, of: .events),
                    title: event.title,
                    meta: "\(event.date), \(event.begins) · \(event.place)",
                    text: event.summary
                )
            }
            return .html(Pieces.cards(cards, otherwise: "Nothing is planned yet. What would you like to do?"))
        }
    }

    private var event: Fragment {
        .html(
            "event",
            "One event",
            [.slug("slug")],
            cache: .shared(60),
            tags: ["events"],
            examples: [["slug": "songs-in-the-barn"]]
        ) { request in
            let slug = try request.text("slug")
            guard let event = try await request.read({ try EventsQueries.event(slug, in: $0) }) else {
                throw NotFound(what: "event", name: slug)
            }
            let links = request.links
            return .html(
                """
                <article class="prose">
                <h1>\(event.title)</h1>
                <p class="prose__meta">\(event.date), \(event.begins) to \(event.ends) · \(event.place)</p>
                \(Pieces.banner(links.picture(event.picture, of: .events)))\
                \(Prose(text: event.body).markup(links: links, service: .events))\
                <dl class="facts">
                <dt>When</dt><dd>\(event.date), \(event.begins) to \(event.ends)</dd>
                <dt>Where</dt><dd>\(event.place)</dd>
                </dl>
                </article>

                """,
                title: event.title,
                description: event.summary,
                tags: ["event:\(slug)"]
            )
        }
    }

    private var tickets: Fragment {
        .html(
            "tickets",
            "The kinds of ticket of an event",
            [.slug("slug")],
            cache: .shared(10),
            tags: ["events"],
            examples: [["slug": "songs-in-the-barn"]]
        ) { request in
            let slug = try request.text("slug")
            let found = try await request.read { database in
                (try EventsQueries.event(slug, in: database), try EventsQueries.tickets(of: slug, in: database))
            }
            guard found.0 != nil else { throw NotFound(what: "event", name: slug, isPage: false) }
            let rows = found.1.map { ticket -> [Markup] in
                [
                    "\(ticket.name)", Money(pence: ticket.pence).markup,
                    ticket.remaining == 0 ? "<span class=\"badge\">Sold out</span>" : "\(ticket.remaining) left",
                ]
            }
            return .html(
                Pieces.table(
                    "Tickets at the door or by a word to Orla",
                    columns: ["Kind", "Price", "Places"],
                    rows: rows
                ),
                tags: ["event:\(slug)"]
            )
        }
    }

    private var widget: Fragment {
        .html("widget", "The next events, small", [.limit(3)], cache: .shared(60), tags: ["events"]) { request in
            let (limit, today) = (try request.integer("limit"), request.today)
            let events = try await request.read { try EventsQueries.events(from: today, in: $0, limit: limit) }
            let items = events.map { event -> Markup in
                let address = request.links.to(.events, "events", event.slug)
                return "<li><a href=\"\(address)\">\(event.title)</a><br />\(event.date)</li>\n"
            }
            let list =
                items.isEmpty
                ? Pieces.empty("Nothing is planned yet.") : "<ul class=\"list\">\n\(items)</ul>\n" as Markup
            return .html(
                """
                <aside class="widget" aria-label="Events">
                <h2>Coming up</h2>
                \(list)<p><a class="more" href="\(request.links.to(.events, "calendar"))">The whole calendar</a></p>
                </aside>

                """
            )
        }
    }

    private var events: Fragment {
        .data("events", "The next events as data", [.limit(10)], cache: .shared(60), tags: ["events"]) { request in
            let (limit, today) = (try request.integer("limit"), request.today)
            let events = try await request.read { try EventsQueries.events(from: today, in: $0, limit: limit) }
            return try .json(events.map { EventData($0, links: request.links) })
        }
    }
}

extension Event {
    /// The day, for people, as a `time` element.
    var date: Markup {
        Day(day).map { "<time datetime=\"\(day)T\(begins)\">\($0.short)</time>" } ?? "\(day)"
    }
}

/// An event as templates and other programs read it.
private struct EventData: Encodable {
    let slug: String
    let title: String
    let day: String
    let begins: String
    let ends: String
    let place: String
    let summary: String
    let url: String
    let image: String

    init(_ event: Event, links: Links) {
        slug = event.slug
        title = event.title
        day = event.day
        begins = event.begins
        ends = event.ends
        place = event.place
        summary = event.summary
        url = links.to(.events, "events", event.slug)
        image = links.picture(event.picture, of: .events)
    }
}
