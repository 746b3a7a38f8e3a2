import GRDB
import Hummingbird

/// Takes authorization requests from clients themselves, ahead of the browser (RFC 9126).
struct PushedRequestEndpoint: Sendable {
    /// What the client is told.
    private struct Answer: Encodable {
        let requestURI: String
        let expiresIn: Int64

        enum CodingKeys: String, CodingKey {
            case requestURI = "request_uri"
            case expiresIn = "expires_in"
        }
    }

    /// What each `request_uri` of this server begins with.
    static let prefix = "urn:ietf:params:oauth:request_uri:"

    let server: AuthorizationServer

    func addRoutes(to routes: StubRoutes) {
        routes.answer(
            "/oauth/par",
            [.post: { request, _ in try await OAuthAnswer.answering { try await push(request) } }]
        )
    }

    private func push(_ request: Request) async throws -> Response {
        let form = try await OAuthAnswer.form(of: request)
        let client = try server.client(of: request, form: form)
        guard form["request_uri"] == nil else {
            throw OAuthError(.invalidRequest, "request_uri cannot be pushed (RFC 9126, section 2.1)")
        }
        // A client that authenticates by HTTP Basic need not name itself again.
        var parameters = form
        parameters.set("client_id", client.id)
        let parser = AuthorizationRequestParser(clients: server.clients) { server.subject(ofHint: $0, client: $1) }
        let wanted: AuthorizationRequest
        switch parser.outcome(of: parameters, isPushed: true) {
        case .request(let request): wanted = request
        case .refused(let error, _, _), .untrusted(let error): throw error
        }
        let now = server.now()
        let stored = StoredRequest(
            id: OpaqueToken.make(),
            client: client.id,
            request: wanted,
            isPushed: true,
            isOpened: false,
            expiresAt: now + server.lifetimes.pushedRequest
        )
        let lifetimes = server.lifetimes
        try await server.database.write { database in
            try AuthorizationTables.sweep(in: database, now: now, lifetimes: lifetimes)
            try stored.insert(database)
        }
        let answer = Answer(requestURI: Self.prefix + stored.id, expiresIn: server.lifetimes.pushedRequest)
        return try OAuthAnswer.json(answer, status: .created)
    }
}
