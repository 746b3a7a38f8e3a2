import FragmentProtocol
import GRDB
import Hummingbird

/// What the form of the consent does: the person lets a client know them, or does not.
struct ConsentAction: Sendable {
    let server: AuthorizationServer
    let environment: StubEnvironment

    func addRoutes(to routes: StubRoutes) {
        routes.answer("/consent", [.post: answer])
    }

    @Sendable private func answer(_ request: Request, _ context: StubContext) async throws -> Response {
        let identity = environment.identity(of: request, for: .federation, logger: context.logger)
        let form = try await SignInForm(request, context)
        let now = server.now()
        let next = try await server.database.write { database -> String? in
            guard let person = try PresentPerson(identity, in: database), let id = form.request,
                var stored = try StoredRequest.fetchOne(database, key: id), now < stored.expiresAt
            else { return nil }
            let subject = person.signedIn.subject
            if form.isAllowed {
                stored.consentedSubject = subject
                let key = ["subject": subject, "client": stored.client]
                let scopes = Set(try Consent.fetchOne(database, key: key)?.scopes ?? []).union(stored.request.scopes)
                try Consent(subject: subject, client: stored.client, scopes: scopes.sorted()).upsert(database)
            } else {
                stored.isDenied = true
            }
            try stored.update(database)
            return stored.addressAfterForm(clients: server.clients)
        }
        guard let next else {
            let answer = ActionAnswer(errors: ["form": "This question is over. Please begin again where you came from."]
            )
            return .json(bytes: try answer.encoded(), status: .unprocessableContent)
        }
        return .json(bytes: try ActionAnswer(redirect: next).encoded())
    }
}
