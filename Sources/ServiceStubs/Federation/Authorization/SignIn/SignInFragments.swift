import FragmentProtocol
import GRDB
import Hummingbird

/// What the pages of sign-in and consent show.
struct SignInFragments: Sendable {
    /// What the sign-in's form needs.
    private struct SignInData: Encodable {
        /// Whether anybody can sign in here.
        var isOpen = false
        /// The request that waits, as the form hands it on; empty without one.
        var request = ""
        /// Who wants to know; nil when nobody does, or it is the site itself.
        var client: String?
        /// Where the request goes on once the person has signed in.
        var next: String?
        /// The address that is likely to be typed.
        var email: String?
        var canSendLink = false
    }

    /// What the consent's form needs; nothing when the question is over.
    private struct ConsentData: Encodable {
        var request: String?
        var client: String?
        /// The host to which the person goes on.
        var host: String?
        var person: String?
        var email: String?
        /// What the client would know, in words.
        var scopes: [String] = []
    }

    var all: [Fragment] { [signIn, consent, outbox] }

    private static let request = ParameterDeclaration.string("request", default: "", length: 0...64)
    private static let never = CacheDirectives(noStore: true)

    private var signIn: Fragment {
        .data("sign-in", "What the form of the sign-in needs", [Self.request], cache: Self.never, tags: ["sign-on"]) {
            request in
            let id = try request.text("request")
            guard let server = request.environment.authorization else { return try .json(SignInData()) }
            let now = server.now()
            let stored = try await request.read { try StoredRequest.fetchOne($0, key: id) }
            let waiting = stored.flatMap { now < $0.expiresAt ? $0 : nil }
            return try .json(
                SignInData(
                    isOpen: true,
                    request: waiting?.id ?? "",
                    client: waiting.flatMap { server.clients[$0.client] }.flatMap { $0.isFirstParty ? nil : $0.name },
                    next: waiting?.address,
                    email: waiting?.request.loginHint,
                    canSendLink: server.outbox != nil
                )
            )
        }
    }

    private var consent: Fragment {
        .data(
            "consent",
            "What somebody is asked to agree to",
            [Self.request],
            isPersonal: true,
            cache: Self.never,
            tags: ["sign-on"]
        ) { request in
            let id = try request.text("request")
            guard let server = request.environment.authorization else { return try .json(ConsentData()) }
            let now = server.now()
            let identity = request.identity
            let found = try await request.read { database -> (StoredRequest, SiteMember)? in
                guard let stored = try StoredRequest.fetchOne(database, key: id), now < stored.expiresAt,
                    let person = try PresentPerson(identity, in: database),
                    let member = try SiteMember.find(subject: person.signedIn.subject, in: database)
                else { return nil }
                return (stored, member)
            }
            guard let (stored, member) = found, let client = server.clients[stored.client] else {
                return try .json(ConsentData())
            }
            return try .json(
                ConsentData(
                    request: stored.id,
                    client: client.name,
                    host: Self.host(of: stored.request.redirectURI),
                    person: member.name,
                    email: member.email,
                    scopes: stored.request.scopes.compactMap { Self.words[$0] }
                )
            )
        }
    }

    private var outbox: Fragment {
        .html("outbox", "Messages of the development set-up", [.limit(20)], cache: Self.never, tags: ["sign-on"]) {
            request in
            let limit = try request.integer("limit")
            guard let outbox = request.environment.authorization?.outbox else {
                return .html(Pieces.empty("Nothing is sent from here."))
            }
            let messages = try outbox.latest(limit)
            guard !messages.isEmpty else { return .html(Pieces.empty("No message has been sent yet.")) }
            let items = messages.map { message -> Markup in
                let paragraphs = message.text.split(separator: "\n\n").map { paragraph -> Markup in
                    paragraph == message.link
                        ? "<p><a class=\"button button--quiet\" href=\"\(message.link)\">Open the link</a></p>\n"
                        : "<p>\(String(paragraph))</p>\n"
                }
                return """
                    <li><article class="letter sheet">
                    <h2 class="letter__subject">\(message.subject)</h2>
                    <p class="letter__meta">To \(message.to) · \(Day(number: Int(message.sentAt / 86_400)).short)</p>
                    \(paragraphs)</article></li>

                    """
            }
            return .html("<ol class=\"letters\">\n\(items)</ol>\n")
        }
    }

    private static let words = [
        "openid": "That you are you, each time that you come",
        "profile": "Your name, and what you do for the co-operative",
        "email": "Your address of e-mail",
        "offline_access": "All of this also while you are not there",
    ]

    /// The host of an address that was checked when its client was registered.
    private static func host(of address: String) -> String {
        let rest =
            address.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).dropFirst(2).first ?? ""
        return String(rest.prefix { $0 != "/" && $0 != "?" })
    }
}
