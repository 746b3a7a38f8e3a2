import GRDB
import Hummingbird

/// Tells a client of its own tokens, and of nothing else (RFC 7662).
struct IntrospectionEndpoint: Sendable {
    /// What is told; of a token that is unknown, ended or another client's no more than that it is not active.
    private struct Answer: Encodable {
        var active = true
        var scope: String?
        var client: String?
        var tokenType: String?
        var expiresAt: Int64?
        var issuedAt: Int64?
        var subject: String?
        var audience: String?
        var issuer: String?
        var id: String?
        var session: String?

        enum CodingKeys: String, CodingKey {
            case active
            case scope
            case client = "client_id"
            case tokenType = "token_type"
            case expiresAt = "exp"
            case issuedAt = "iat"
            case subject = "sub"
            case audience = "aud"
            case issuer = "iss"
            case id = "jti"
            case session = "sid"
        }
    }

    let server: AuthorizationServer

    func addRoutes(to routes: StubRoutes) {
        routes.answer(
            "/oauth/introspect",
            [.post: { request, _ in try await OAuthAnswer.answering { try await answer(request) } }]
        )
    }

    private func answer(_ request: Request) async throws -> Response {
        let form = try await OAuthAnswer.form(of: request)
        let client = try server.client(of: request, form: form)
        guard let token = form["token"] else { throw OAuthError(.invalidRequest, "token is missing") }
        let now = server.now()
        let known = try await server.database.read { try KnownToken.find(token, of: server, now: now, in: $0) }
        guard let known, known.grant.client == client.id else {
            return try OAuthAnswer.json(Answer(active: false))
        }
        switch known {
        case .access(let claims, _):
            return try OAuthAnswer.json(
                Answer(
                    scope: claims.scope,
                    client: claims.client,
                    tokenType: "Bearer",
                    expiresAt: claims.expiresAt,
                    issuedAt: claims.issuedAt,
                    subject: claims.subject,
                    audience: claims.audience,
                    issuer: claims.issuer,
                    id: claims.id,
                    session: claims.session
                )
            )
        case .refresh(let stored, let grant):
            return try OAuthAnswer.json(
                Answer(
                    scope: grant.scopes.joined(separator: " "),
                    client: grant.client,
                    expiresAt: stored.expiresAt,
                    subject: grant.subject,
                    issuer: server.issuer,
                    session: grant.session
                )
            )
        }
    }
}
