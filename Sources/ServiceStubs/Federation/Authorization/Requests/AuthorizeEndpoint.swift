import FragmentProtocol
import GRDB
import Hummingbird
import Logging

/// Where clients send browsers, to have somebody prove who they are (RFC 6749, section 3.1).
struct AuthorizeEndpoint: Sendable {
    /// What a browser is told.
    private enum Answer: Sendable {
        /// It goes on: back to the client, or to a page of this service.
        case goOn(String)
        /// The request is not to be trusted, so nobody else is told.
        case stop(OAuthError)
    }

    /// The most requests that wait for somebody to sign in and were not pushed by a client.
    static let greatestOpen = 10_000

    let server: AuthorizationServer
    let environment: StubEnvironment

    func addRoutes(to routes: StubRoutes) {
        routes.answer(
            "/oauth/authorize",
            [
                .get: { try await answer($0, $1) { try OAuthAnswer.parameters($0.uri.query ?? "") } },
                .post: { try await answer($0, $1) { try await OAuthAnswer.form(of: $0) } },
            ],
            // A code is given once, so a question without an answer's body would lose it.
            answersHead: false
        )
    }

    private func answer(
        _ request: Request,
        _ context: StubContext,
        parameters: (Request) async throws -> OAuthParameters
    ) async throws -> Response {
        let identity = environment.identity(of: request, for: .federation, logger: context.logger)
        do {
            switch try await decide(on: try await parameters(request), identity: identity) {
            case .goOn(let address): return OAuthAnswer.redirect(to: address)
            case .stop(let error): throw error
            }
        } catch let error as OAuthError {
            context.logger.info(
                "Authorization refused",
                metadata: ["error": "\(error.code.rawValue): \(error.message)"]
            )
            // A person gets a page, and a program the reason.
            guard request.headers[.accept]?.contains("text/html") == true else {
                let response = try OAuthAnswer.refusal(error)
                return Response(status: .badRequest, headers: response.headers, body: response.body)
            }
            return OAuthAnswer.redirect(
                to: RedirectURI.adding(["code": error.code.rawValue], to: "/sign-in/problem")
            )
        }
    }

    private func decide(on parameters: OAuthParameters, identity: Identity?) async throws -> Answer {
        let now = server.now()
        let lifetimes = server.lifetimes
        if let uri = parameters["request_uri"] {
            guard parameters.duplicates.isDisjoint(with: ["client_id", "request_uri"]) else {
                throw OAuthError(.invalidRequest, "client_id and request_uri must stand once")
            }
            guard uri.hasPrefix(PushedRequestEndpoint.prefix) else {
                throw OAuthError(.requestURINotSupported, "request_uri must be one that was pushed here (RFC 9126)")
            }
            let id = String(uri.dropFirst(PushedRequestEndpoint.prefix.count))
            let client = parameters["client_id"]
            return try await server.database.write { database in
                guard var stored = try StoredRequest.fetchOne(database, key: id), stored.client == client,
                    now < stored.expiresAt
                else {
                    return .stop(
                        OAuthError(.invalidRequestURI, "the request is unknown, used, too old or another client's")
                    )
                }
                if !stored.isOpened {
                    stored.isOpened = true
                    stored.expiresAt = now + lifetimes.openRequest
                    try stored.update(database)
                }
                return try act(on: stored.request, stored: stored, identity: identity, now: now, in: database)
            }
        }
        let parser = AuthorizationRequestParser(clients: server.clients) { server.subject(ofHint: $0, client: $1) }
        switch parser.outcome(of: parameters, isPushed: false) {
        case .request(let request):
            return try await server.database.write { database in
                try AuthorizationTables.sweep(in: database, now: now, lifetimes: lifetimes)
                return try act(on: request, stored: nil, identity: identity, now: now, in: database)
            }
        case .refused(let error, let redirectURI, let state):
            return .goOn(address(of: error, redirectURI: redirectURI, state: state))
        case .untrusted(let error):
            return .stop(error)
        }
    }

    /// Does what the policy decides, in the transaction in which it was decided.
    private func act(
        on request: AuthorizationRequest,
        stored: StoredRequest?,
        identity: Identity?,
        now: Int64,
        in database: Database
    ) throws -> Answer {
        guard let client = server.clients[request.client] else {
            return .stop(OAuthError(.invalidClient, "the client is not known here any more"))
        }
        let person = try PresentPerson(identity, in: database)
        let decision = AuthorizePolicy.decision(
            on: request,
            signedIn: person?.signedIn,
            progress: stored?.progress ?? AuthorizePolicy.Progress(),
            isConsentGiven: try client.isFirstParty
                || person.map { try hasConsented($0, to: request, in: database) } ?? false,
            now: now
        )
        switch decision {
        case .signIn: return try wait(for: request, stored: stored, at: "/sign-in", now: now, in: database)
        case .sessionLost:
            return try wait(for: request, stored: stored, at: "/sign-in?problem=cookies", now: now, in: database)
        case .askForConsent: return try wait(for: request, stored: stored, at: "/consent", now: now, in: database)
        case .refuse(let error):
            try stored?.delete(database)
            return .goOn(address(of: error, redirectURI: request.redirectURI, state: request.state))
        case .issueCode:
            guard let person else { return .stop(OAuthError(.serverError, "nobody is signed in")) }
            try stored?.delete(database)
            let code = try issueCode(for: request, to: person, now: now, in: database)
            return .goOn(
                RedirectURI.adding(
                    ["code": code, "state": request.state, "iss": server.issuer],
                    to: request.redirectURI
                )
            )
        }
    }

    private func issueCode(
        for request: AuthorizationRequest,
        to person: PresentPerson,
        now: Int64,
        in database: Database
    ) throws -> String {
        let grant = Grant(
            id: OpaqueToken.make(),
            client: request.client,
            subject: person.signedIn.subject,
            session: person.session,
            scopes: request.scopes,
            authenticatedAt: person.signedIn.authenticatedAt,
            methods: person.methods,
            nonce: request.nonce,
            expiresAt: now + server.lifetimes.grant
        )
        let code = OpaqueToken.make()
        try grant.insert(database)
        try StoredCode(
            hash: OpaqueToken.hash(code),
            grant: grant.id,
            redirectURI: request.redirectURI,
            challenge: request.challenge,
            expiresAt: now + server.lifetimes.code
        ).insert(database)
        return code
    }

    private func hasConsented(
        _ person: PresentPerson,
        to request: AuthorizationRequest,
        in database: Database
    ) throws -> Bool {
        let key = ["subject": person.signedIn.subject, "client": request.client]
        guard let consent = try Consent.fetchOne(database, key: key) else { return false }
        return Set(request.scopes).isSubset(of: consent.scopes)
    }

    /// Keeps the request while the person does something, and sends the browser to where it is done.
    private func wait(
        for request: AuthorizationRequest,
        stored: StoredRequest?,
        at page: String,
        now: Int64,
        in database: Database
    ) throws -> Answer {
        if let stored { return .goOn(RedirectURI.adding(["request": stored.id], to: page)) }
        let open = try StoredRequest.filter(sql: "NOT isPushed").fetchCount(database)
        guard open < Self.greatestOpen else {
            let error = OAuthError(.temporarilyUnavailable, "too many people are signing in just now")
            return .goOn(address(of: error, redirectURI: request.redirectURI, state: request.state))
        }
        let fresh = StoredRequest(
            id: OpaqueToken.make(),
            client: request.client,
            request: request,
            isPushed: false,
            isOpened: true,
            expiresAt: now + server.lifetimes.openRequest
        )
        try fresh.insert(database)
        return .goOn(RedirectURI.adding(["request": fresh.id], to: page))
    }

    /// The client's address with an error; it names the issuer too (RFC 9207, section 2).
    private func address(of error: OAuthError, redirectURI: String, state: String?) -> String {
        RedirectURI.adding(
            [
                "error": error.code.rawValue, "error_description": error.message, "state": state,
                "iss": server.issuer,
            ],
            to: redirectURI
        )
    }
}
