import FragmentProtocol
import GRDB
import Hummingbird
import Logging

/// What the forms of the sign-in do: by password, and by a link that is sent.
struct SignInActions: Sendable {
    /// What a request for a message came to.
    private enum Sending: Sendable {
        case wait(Int64)
        /// The key of the link, for a member; nobody else gets one, and nobody is told.
        case link(String, SiteMember)
        case nobody
    }

    let server: AuthorizationServer
    let environment: StubEnvironment

    func addRoutes(to routes: StubRoutes) {
        routes.answer("/sign-in", [.post: signIn])
        routes.answer("/sign-in/link", [.post: followLink])
    }

    @Sendable private func signIn(_ request: Request, _ context: StubContext) async throws -> Response {
        let form = try await SignInForm(request, context)
        guard form.email.contains("@"), form.email.utf8.count <= 254 else {
            return try refuse("email", "Please give the address that you are a member with.")
        }
        switch form.way {
        case .password:
            return try await checkPassword(form, replacing: try await present(request, context), context.logger)
        case .link: return try await sendLink(form, context.logger)
        }
    }

    private func checkPassword(
        _ form: SignInForm,
        replacing former: PresentPerson?,
        _ logger: Logger
    ) async throws -> Response {
        guard !form.password.isEmpty, form.password.utf8.count <= 1_024 else {
            return try refuse("password", "Please give your password.")
        }
        let now = server.now()
        let (member, account, wait) = try await server.database.write { database in
            let member = try SiteMember.find(email: form.email, in: database)
            let account = Self.account(member, form.email)
            let wait = try SignInThrottle.count(
                [account: .account, ThrottlePolicy.key(ofAddress: form.address): .address],
                now: now,
                in: database
            )
            return (member, account, wait)
        }
        if let wait {
            logger.warning("A sign-in is held back", metadata: ["address": "\(form.address)", "seconds": "\(wait)"])
            let advice = server.outbox == nil ? "" : ", or have a link sent to you"
            return try refuse(
                "form",
                "There were too many tries. Please wait \(ThrottlePolicy.words(for: wait))\(advice).",
                retryAfter: wait
            )
        }
        let isRight = try await server.passwords.matches(form.password, member?.password.flatMap(PasswordHash.init))
        guard isRight, let member else {
            logger.info("A password was wrong", metadata: ["account": "\(account)", "address": "\(form.address)"])
            return try refuse("form", "The address and the password do not go together.")
        }
        let answer = try await server.database.write { database in
            try SignInThrottle.clear(account, in: database)
            return try welcome(member, methods: ["pwd"], request: form.request, in: database)
        }
        return try await begin(answer, replacing: former, logger)
    }

    private func sendLink(_ form: SignInForm, _ logger: Logger) async throws -> Response {
        guard let outbox = server.outbox else {
            return try refuse("form", "Messages cannot be sent from here. Please use your password.")
        }
        let now = server.now()
        let lifetime = server.lifetimes.signInLink
        let sending = try await server.database.write { database -> Sending in
            try AuthorizationTables.sweep(in: database, now: now, lifetimes: server.lifetimes)
            let member = try SiteMember.find(email: form.email, in: database)
            let wait = try SignInThrottle.count(
                [
                    "message to " + Self.account(member, form.email): .messages,
                    ThrottlePolicy.key(ofAddress: form.address): .address,
                ],
                now: now,
                in: database
            )
            if let wait { return .wait(wait) }
            guard let member else { return .nobody }
            let token = OpaqueToken.make()
            try SignInLink(
                hash: OpaqueToken.hash(token),
                subject: member.subject,
                request: form.request,
                expiresAt: now + lifetime
            ).insert(database)
            return .link(token, member)
        }
        switch sending {
        case .wait(let seconds):
            return try refuse(
                "form",
                "Enough messages are on their way. Please look for them, or wait \(ThrottlePolicy.words(for: seconds)).",
                retryAfter: seconds
            )
        case .link(let token, let member):
            try outbox.send(message(to: member, token: token, lifetime: lifetime, now: now))
        case .nobody:
            logger.info("A link was asked for with an address of nobody")
        }
        let next = RedirectURI.adding(["request": form.request, "sent": "yes"], to: "/sign-in")
        return .json(bytes: try ActionAnswer(redirect: next).encoded())
    }

    /// Opens a link, once.
    ///
    /// It is a form that is posted, so that a program that looks at messages opens none.
    @Sendable private func followLink(_ request: Request, _ context: StubContext) async throws -> Response {
        let form = try await SignInForm(request, context)
        let former = try await present(request, context)
        let now = server.now()
        let answer = try await server.database.write { database -> ActionAnswer? in
            guard let token = form.linkToken,
                let link = try SignInLink.fetchOne(database, key: OpaqueToken.hash(token)), now < link.expiresAt,
                let member = try SiteMember.find(subject: link.subject, in: database)
            else { return nil }
            try link.delete(database)
            return try welcome(member, methods: ["otp"], request: link.request, in: database)
        }
        guard let answer else {
            return try refuse("form", "This link has been used, or is too old. Please have a new one sent.")
        }
        return try await begin(answer, replacing: former, context.logger)
    }

    /// Who is signed in in the browser already.
    private func present(_ request: Request, _ context: StubContext) async throws -> PresentPerson? {
        let identity = environment.identity(of: request, for: .federation, logger: context.logger)
        return try await server.database.read { try PresentPerson(identity, in: $0) }
    }

    /// Answers a good sign-in.
    ///
    /// The gateway begins a new session for it. What the browser had signed in to with its former one would not be
    /// reached by a later sign-out, so that it ends now; the gateway itself ends the session.
    private func begin(
        _ answer: ActionAnswer,
        replacing former: PresentPerson?,
        _ logger: Logger
    ) async throws
        -> Response
    {
        if let former {
            try await SessionEnd(server: server)
                .end([former.session], of: former.signedIn.subject, isKnownToGateway: true, logger: logger)
        }
        if let session = answer.session {
            logger.notice("Signed in", metadata: ["subject": "\(session.subject)", "by": "\(session.methods)"])
        }
        return .json(bytes: try answer.encoded())
    }

    /// The answer that begins the session, and goes on with what the person signed in for.
    private func welcome(
        _ member: SiteMember,
        methods: [String],
        request: String?,
        in database: Database
    ) throws -> ActionAnswer {
        let now = server.now()
        var next = "/"
        if let request, var stored = try StoredRequest.fetchOne(database, key: request), now < stored.expiresAt {
            stored.subject = member.subject
            stored.authenticatedAt = now
            try stored.update(database)
            next = stored.addressAfterForm(clients: server.clients)
        }
        return ActionAnswer(
            redirect: next,
            flash: next == "/" ? "Welcome back, \(member.name)." : nil,
            session: ProvenSession(
                subject: member.subject,
                name: member.name,
                email: member.email,
                roles: member.roles,
                authenticatedAt: now,
                methods: methods
            )
        )
    }

    private func message(to member: SiteMember, token: String, lifetime: Int64, now: Int64) -> Outbox.Message {
        let link = server.issuer + RedirectURI.adding(["token": token], to: "/sign-in/link")
        return Outbox.Message(
            to: member.email,
            subject: "Your way in to Rose Ash",
            text: """
                Hello \(member.name),

                with this link you sign in, once, within \(ThrottlePolicy.words(for: lifetime)):

                \(link)

                If you have not asked for it, there is nothing that you need to do.
                """,
            link: link,
            sentAt: now
        )
    }

    private func refuse(_ field: String, _ words: String, retryAfter: Int64? = nil) throws -> Response {
        var response = Response.json(
            bytes: try ActionAnswer(errors: [field: words]).encoded(),
            status: .unprocessableContent
        )
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        return response
    }

    /// One name for a member, however the address is written.
    private static func account(_ member: SiteMember?, _ email: String) -> String {
        "account " + (member?.subject ?? email.lowercased())
    }
}

extension StoredRequest {
    /// Where the browser comes with it again, on this service's host.
    var address: String {
        RedirectURI.adding(
            ["client_id": client, "request_uri": PushedRequestEndpoint.prefix + id],
            to: "/oauth/authorize"
        )
    }

    /// Where the browser goes after a form that was filled in for it.
    ///
    /// Browsers that hold to `form-action` follow no redirect from a form to a host that is not of the site, so that the
    /// way to other clients leads over a page.
    func addressAfterForm(clients: ClientRegistry) -> String {
        clients[client]?.isFirstParty == true ? address : RedirectURI.adding(["request": id], to: "/sign-in/continue")
    }
}
