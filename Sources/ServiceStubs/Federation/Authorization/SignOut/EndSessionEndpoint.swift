import FragmentProtocol
import GRDB
import Hummingbird

/// Where clients send browsers to sign people out (OpenID Connect RP-Initiated Logout 1.0).
struct EndSessionEndpoint: Sendable {
    let server: AuthorizationServer
    let environment: StubEnvironment

    func addRoutes(to routes: StubRoutes) {
        routes.answer(
            "/oauth/logout",
            [
                .get: { try await answer($0, $1) { try OAuthAnswer.parameters($0.uri.query ?? "") } },
                .post: { try await answer($0, $1) { try await OAuthAnswer.form(of: $0) } },
            ],
            answersHead: false
        )
        routes.answer("/oauth/logout/complete", [.get: complete], answersHead: false)
        routes.answer("/sign-out", [.post: confirm])
    }

    private func answer(
        _ request: Request,
        _ context: StubContext,
        parameters: (Request) async throws -> OAuthParameters
    ) async throws -> Response {
        let identity = environment.identity(of: request, for: .federation, logger: context.logger)
        do {
            let parameters = try await parameters(request)
            if let twice = parameters.duplicates.min() {
                throw OAuthError(.invalidRequest, "\(twice) stands more than once")
            }
            let question = question(parameters)
            let person = try await server.database.read { try PresentPerson(identity, in: $0) }
            let decision = EndSessionPolicy.decision(
                on: question,
                subject: person?.signedIn.subject,
                session: person?.session
            )
            switch decision {
            case .refuse(let error): throw error
            case .end(let sessions, let address):
                let subject = question.hint?.subject ?? person?.signedIn.subject
                try await SessionEnd(server: server).end(sessions, of: subject, logger: context.logger)
                return OAuthAnswer.redirect(to: address ?? "/sign-out?done=yes")
            case .ask(let address):
                let id = try await keep(address, isConfirmed: false)
                return OAuthAnswer.redirect(to: RedirectURI.adding(["request": id], to: "/sign-out"))
            }
        } catch let error as OAuthError {
            guard request.headers[.accept]?.contains("text/html") == true else {
                let response = try OAuthAnswer.refusal(error)
                return Response(status: .badRequest, headers: response.headers, body: response.body)
            }
            return OAuthAnswer.redirect(to: RedirectURI.adding(["code": error.code.rawValue], to: "/sign-in/problem"))
        }
    }

    /// Reads what a client asks for; a bad identity token counts as none, so that the person is asked.
    private func question(_ parameters: OAuthParameters) -> EndSessionPolicy.Question {
        var question = EndSessionPolicy.Question()
        if let token = parameters["id_token_hint"] {
            // `try?`: whatever is wrong with it, it tells nothing.
            let claims = try? server.ring.claims(
                IdentityTokenClaims.self,
                of: token,
                typ: TokenIssuer.identityTokenType
            )
            if let claims, claims.issuer == server.issuer {
                question.hint = EndSessionPolicy.Hint(
                    client: claims.audience,
                    subject: claims.subject,
                    session: claims.session
                )
            }
        }
        if let id = parameters["client_id"] {
            question.client = server.clients[id]?.id
            question.isClientUnknown = question.client == nil
        }
        if let address = parameters["post_logout_redirect_uri"],
            let client = (question.hint?.client ?? question.client).flatMap({ server.clients[$0] }),
            RedirectURI.isRegistered(address, among: client.postLogoutRedirectURIs)
        {
            question.registeredURI = RedirectURI.adding(["state": parameters["state"]], to: address)
        }
        return question
    }

    /// `POST /sign-out`: the person says that they want it; signs out whoever is signed in in this browser.
    @Sendable private func confirm(_ request: Request, _ context: StubContext) async throws -> Response {
        let identity = environment.identity(of: request, for: .federation, logger: context.logger)
        let form: OAuthParameters
        do {
            form = try await OAuthAnswer.form(of: request)
        } catch let error as OAuthError {
            throw HTTPError(.badRequest, message: error.message)
        }
        let person = try await server.database.read { try PresentPerson(identity, in: $0) }
        if let person {
            try await SessionEnd(server: server)
                .end([person.session], of: person.signedIn.subject, logger: context.logger)
        }
        let now = server.now()
        let id = form["request"]
        let goesBack = try await server.database.write { database -> Bool in
            guard let id, var stored = try SignOutRequest.fetchOne(database, key: id), now < stored.expiresAt,
                stored.redirectURI != nil
            else { return false }
            stored.isConfirmed = true
            try stored.update(database)
            return true
        }
        // The page leads on to the client: no form may, when it is of another site.
        let next = RedirectURI.adding(["done": "yes", "request": goesBack ? id : nil], to: "/sign-out")
        return .json(bytes: try ActionAnswer(redirect: next).encoded())
    }

    /// Sends the browser back to the client after the person's word, once.
    @Sendable private func complete(_ request: Request, _ context: StubContext) async throws -> Response {
        let now = server.now()
        let id = request.uri.queryParameters.get("request")
        let address = try await server.database.write { database -> String? in
            guard let id, let stored = try SignOutRequest.fetchOne(database, key: id), stored.isConfirmed,
                now < stored.expiresAt
            else { return nil }
            try stored.delete(database)
            return stored.redirectURI
        }
        return OAuthAnswer.redirect(to: address ?? "/sign-out?done=yes")
    }

    private func keep(_ address: String?, isConfirmed: Bool) async throws -> String {
        let stored = SignOutRequest(
            id: OpaqueToken.make(),
            redirectURI: address,
            expiresAt: server.now() + server.lifetimes.signOutRequest,
            isConfirmed: isConfirmed
        )
        try await server.database.write { try stored.insert($0) }
        return stored.id
    }
}
