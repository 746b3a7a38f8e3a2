import FragmentProtocol
import GRDB
import Hummingbird

/// What the cooperative knows of whoever asks.
struct AccountService: StubService {
    let name = ServiceName.account

    var fragments: [Fragment] { [corner, dashboard, newsletters, tickets, bookings, profile] }

    func addRoutes(to routes: StubRoutes, environment: StubEnvironment) {
        routes.answer(
            "/api/newsletters",
            [
                .get: { _, _ in
                    let newsletters = try await environment.read {
                        try AccountQueries.newsletters(for: nil, in: $0)
                    }
                    return try .json(newsletters.map { ["name": $0.name, "summary": $0.summary, "rhythm": $0.rhythm] })
                }
            ]
        )
    }

    /// The person who asks: the member of the identity, or the identity itself for somebody new.
    private struct Person: Sendable {
        let subject: String
        let name: String
        let email: String
        let member: Member?

        init(_ identity: Identity, in database: Database) throws {
            member = try AccountQueries.member(of: identity, in: database)
            subject = member?.subject ?? identity.subject
            name = member?.name ?? identity.name ?? "Friend"
            email = member?.email ?? identity.email ?? ""
        }

        /// The tag of all fragments that show the person's account.
        var tag: String { "account:" + Escape.urlComponent(subject) }
    }

    /// A fragment that tells a person their own, and everybody else what is there to be had.
    private func personal(
        _ type: String,
        _ title: String,
        anonymous words: String,
        answer: @escaping @Sendable (Person, Database, FragmentRequest) throws -> Markup
    ) -> Fragment {
        .html(type, title, isPersonal: true, cache: .personal, tags: ["account"]) { request in
            guard let identity = request.member else {
                return FragmentAnswer.html(Pieces.empty(words)).anonymous()
            }
            return try await request.read { database in
                let person = try Person(identity, in: database)
                return .html(try answer(person, database, request), tags: [person.tag])
            }
        }
    }

    private var corner: Fragment {
        .html("corner", "The way to the account", isPersonal: true, cache: .personal, tags: ["account"]) { request in
            let address = request.links.to(.account, "")
            guard let identity = request.member else {
                return FragmentAnswer.html("<a class=\"corner\" href=\"\(address)\">Account</a>\n").anonymous()
            }
            let person = try await request.read { try Person(identity, in: $0) }
            return .html("<a class=\"corner\" href=\"\(address)\">\(person.name)</a>\n", tags: [person.tag])
        }
    }

    private var dashboard: Fragment {
        personal(
            "dashboard",
            "What is there for somebody",
            anonymous: "You are not signed in, so there is nothing of your own to show. Everything else is open to you."
        ) { person, database, request in
            let tickets = try AccountQueries.tickets(of: person.subject, in: database)
            let bookings = try AccountQueries.bookings(of: person.subject, in: database)
            let letters = try AccountQueries.newsletters(for: person.subject, in: database).filter(\.isSubscribed)
            let next = tickets.first { $0.day >= request.today.text }
            let nextUp: Markup? = next.map { ticket in
                let address = request.links.to(.events, "events", ticket.event)
                return """
                    <p class="notice">Next up: <a href="\(address)">\(ticket.title)</a>, \
                    \(Day(ticket.day)?.short ?? ticket.day), \(ticket.begins).</p>

                    """
            }
            let since: Markup? = person.member.map { "<dt>Member since</dt><dd>\($0.since)</dd>\n" }
            return """
                \(nextUp)<dl class="facts">
                <dt>Name</dt><dd>\(person.name)</dd>
                <dt>E-mail</dt><dd>\(person.email)</dd>
                \(since)<dt>Tickets</dt><dd><a href="\(request.links.to(.account, "tickets"))">\(tickets.count)</a></dd>
                <dt>Bookings</dt><dd><a href="\(request.links.to(.account, "bookings"))">\(bookings.count)</a></dd>
                <dt>Newsletters</dt><dd><a href="\(request.links.to(.account, "newsletters"))">\(letters.count)</a></dd>
                </dl>

                """
        }
    }

    private var newsletters: Fragment {
        .html("newsletters", "What comes by mail", isPersonal: true, cache: .personal, tags: ["account"]) { request in
            let (choices, person) = try await request.read { database in
                let person = try request.member.map { try Person($0, in: database) }
                return (try AccountQueries.newsletters(for: person?.subject, in: database), person)
            }
            let items = choices.map { choice -> Markup in
                let badge: Markup? = choice.isSubscribed ? " <span class=\"badge\">You have this one</span>" : nil
                return """
                    <li><strong>\(choice.name)</strong>\(badge)<p class="card__meta">\(choice.rhythm)</p>\
                    <p>\(choice.summary)</p></li>

                    """
            }
            let answer = FragmentAnswer.html(
                "<ul class=\"list\">\n\(items)</ul>\n",
                tags: person.map { [$0.tag] } ?? []
            )
            return person == nil ? answer.anonymous() : answer
        }
    }

    private var tickets: Fragment {
        personal(
            "tickets",
            "Tickets that somebody holds",
            anonymous: "Your tickets are shown here once you are signed in."
        ) { person, database, request in
            let tickets = try AccountQueries.tickets(of: person.subject, in: database)
            guard !tickets.isEmpty else { return Pieces.empty("You have no tickets yet.") }
            let rows = tickets.map { ticket -> [Markup] in
                [
                    "<a href=\"\(request.links.to(.events, "events", ticket.event))\">\(ticket.title)</a>",
                    "\(Day(ticket.day)?.short ?? ticket.day), \(ticket.begins)", "\(ticket.place)", "\(ticket.kind)",
                    "<code>\(ticket.code)</code>",
                ]
            }
            return Pieces.table(
                "Show the code at the door",
                columns: ["Event", "When", "Where", "Kind", "Code"],
                rows: rows
            )
        }
    }

    private var bookings: Fragment {
        personal(
            "bookings",
            "Rooms and things that somebody has booked",
            anonymous: "Your bookings are shown here once you are signed in."
        ) { person, database, request in
            let bookings = try AccountQueries.bookings(of: person.subject, in: database)
            guard !bookings.isEmpty else { return Pieces.empty("You have booked nothing yet.") }
            let rows = bookings.map { booking -> [Markup] in
                let state: Markup =
                    booking.day < request.today.text ? "past" : "<span class=\"badge\">confirmed</span>"
                return ["\(booking.what)", Day(booking.day)?.markup ?? "\(booking.day)", "\(booking.time)", state]
            }
            return Pieces.table("The latest first", columns: ["What", "Day", "Time", "State"], rows: rows)
        }
    }

    private var profile: Fragment {
        .data("profile", "Who asks, as data", isPersonal: true, cache: .personal, tags: ["account"]) { request in
            guard let identity = request.member else {
                return try FragmentAnswer.json(["anonymous": true]).anonymous()
            }
            let person = try await request.read { try Person(identity, in: $0) }
            return try .json(
                [
                    "subject": person.subject, "name": person.name, "email": person.email,
                    "handle": person.member?.handle ?? "", "role": person.member?.role ?? "",
                ],
                tags: [person.tag]
            )
        }
    }
}
