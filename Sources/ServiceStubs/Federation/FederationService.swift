import FragmentProtocol
import Hummingbird

/// Members, what they say, and what reaches them.
struct FederationService: StubService {
    let name = ServiceName.federation

    var fragments: [Fragment] { [timeline, profile, people, notifications, timelineData] + SignInFragments().all }

    func addRoutes(to routes: StubRoutes, environment: StubEnvironment) {
        environment.authorization?.addRoutes(to: routes, environment: environment)
        let links = environment.links
        routes.answer(
            "/api/timeline",
            [
                .get: { _, _ in
                    let notes = try await environment.read { try FederationQueries.notes(in: $0, limit: 50) }
                    return try .json(notes.map { NoteData($0, links: links) })
                }
            ]
        )
    }

    private var timeline: Fragment {
        .html("timeline", "The latest notes", [.limit(20)], cache: .shared(15), tags: ["notes"]) { request in
            let limit = try request.integer("limit")
            let notes = try await request.read { try FederationQueries.notes(in: $0, limit: limit) }
            return .html(Self.timeline(notes, links: request.links))
        }
    }

    private var profile: Fragment {
        .html(
            "profile",
            "One member",
            [.slug("handle")],
            cache: .shared(60),
            tags: ["members", "notes"],
            examples: [["handle": "nadia"]]
        ) { request in
            let handle = try request.text("handle")
            let found = try await request.read { database in
                (
                    try FederationQueries.member(handle: handle, in: database),
                    try FederationQueries.notes(in: database, by: handle, limit: 10)
                )
            }
            guard let member = found.0 else { throw NotFound(what: "neighbour", name: handle) }
            let links = request.links
            return .html(
                """
                <article class="prose">
                \(Pieces.avatar(links.picture(member.picture, of: .federation), size: 96))\
                <h1>\(member.name)</h1>
                <p class="prose__meta">\(member.address) · \(member.role) · here since \(member.since)</p>
                <p>\(member.bio)</p>
                <h2>Notes</h2>
                \(Self.timeline(found.1, links: links))\
                </article>

                """,
                title: member.name,
                description: member.bio,
                tags: ["member:\(handle)"]
            )
        }
    }

    private var people: Fragment {
        .html("people", "The members", [.limit(12)], cache: .shared(120), tags: ["members"]) { request in
            let limit = try request.integer("limit")
            let members = try await request.read { try FederationQueries.members(in: $0, limit: limit) }
            let items = members.map { member -> Markup in
                """
                <li><article class="note">
                \(Pieces.avatar(request.links.picture(member.picture, of: .federation), size: 48))\
                <p class="note__author"><a href="\(request.links.to(.federation, "profiles", member.handle))">\
                \(member.name)</a></p>
                <p class="note__meta">\(member.role)</p>
                </article></li>

                """
            }
            return .html("<ul class=\"timeline\">\n\(items)</ul>\n")
        }
    }

    private var notifications: Fragment {
        .html(
            "notifications",
            "How much is unread",
            isPersonal: true,
            cache: .personal,
            tags: ["notifications"]
        ) { request in
            guard let member = request.member else {
                return FragmentAnswer.html("<span class=\"badge\">Say hello</span>\n").anonymous()
            }
            let notifications = try await request.read {
                try FederationQueries.notifications(for: member.subject, in: $0)
            }
            let unread = notifications.count { $0.unread }
            let words = unread == 0 ? "Nothing new" : "\(unread) new"
            return .html("<span class=\"badge\">\(words)</span>\n", tags: ["notifications:\(member.subject)"])
        }
    }

    private var timelineData: Fragment {
        .data("timeline-data", "The latest notes as data", [.limit(20)], cache: .shared(15), tags: ["notes"]) {
            request in
            let limit = try request.integer("limit")
            let notes = try await request.read { try FederationQueries.notes(in: $0, limit: limit) }
            return try .json(notes.map { NoteData($0, links: request.links) })
        }
    }

    private static func timeline(_ notes: [Note], links: Links) -> Markup {
        guard !notes.isEmpty else { return Pieces.empty("All quiet for now.") }
        let items = notes.map { note -> Markup in
            let author: Markup =
                note.isLocal
                ? "<a href=\"\(links.to(.federation, "profiles", note.author))\">\(note.name)</a>" : "\(note.name)"
            return """
                <li><article class="note">
                \(Pieces.avatar(links.picture(note.picture, of: .federation), size: 48))\
                <p class="note__author">\(author)</p>
                <p class="note__meta">\(note.address) · \
                <time datetime="\(note.timestamp)">\(note.day.short)</time> · \
                \(note.likes) likes · \(note.boosts) boosts</p>
                <p class="note__text">\(note.text)</p>
                </article></li>

                """
        }
        return "<ol class=\"timeline\">\n\(items)</ol>\n"
    }
}

extension Member {
    /// How others reach the member: `@nadia@rose-ash.example`.
    fileprivate var address: String { "@\(handle)@rose-ash.example" }
}

extension Note {
    /// Whether a member wrote it.
    fileprivate var isLocal: Bool { !author.contains("@") }

    /// How others reach the author.
    fileprivate var address: String { isLocal ? "@\(author)@rose-ash.example" : "@" + author }

    /// The name of the author's picture.
    fileprivate var picture: String { "avatar-" + author.split(separator: "@")[0] }

    /// The day on which it was written.
    fileprivate var day: Day { Day(number: moment / 86_400) }

    /// When it was written, as RFC 3339 writes it.
    fileprivate var timestamp: String {
        let minute = moment % 86_400 / 60
        let digits = { (number: Int) in (number < 10 ? "0" : "") + String(number) }
        return "\(day.text)T\(digits(minute / 60)):\(digits(minute % 60))Z"
    }
}

/// A note as templates and other programs read it.
private struct NoteData: Encodable {
    let id: Int
    let author: String
    let name: String
    let text: String
    let published: String
    let likes: Int
    let boosts: Int
    let avatar: String

    init(_ note: Note, links: Links) {
        id = note.id
        author = note.address
        name = note.name
        text = note.text
        published = note.timestamp
        likes = note.likes
        boosts = note.boosts
        avatar = links.picture(note.picture, of: .federation)
    }
}
