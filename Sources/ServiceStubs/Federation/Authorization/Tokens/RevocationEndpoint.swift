import GRDB
import Hummingbird

/// Takes a client's tokens back (RFC 7009).
struct RevocationEndpoint: Sendable {
    let server: AuthorizationServer

    func addRoutes(to routes: StubRoutes) {
        routes.answer(
            "/oauth/revoke",
            [.post: { request, _ in try await OAuthAnswer.answering { try await answer(request) } }]
        )
    }

    /// Ends a token: a refresh token with its family, even when it was used, and an access token alone.
    ///
    /// What is not the client's stays as it is.
    private func answer(_ request: Request) async throws -> Response {
        let form = try await OAuthAnswer.form(of: request)
        let client = try server.client(of: request, form: form)
        guard let token = form["token"] else { throw OAuthError(.invalidRequest, "token is missing") }
        let now = server.now()
        try await server.database.write { database in
            if let stored = try StoredRefreshToken.fetchOne(database, key: OpaqueToken.hash(token)),
                let grant = try Grant.fetchOne(database, key: stored.grant), grant.client == client.id
            {
                try Grant.end(grant.id, now: now, in: database)
            } else if let (claims, grant) = try KnownToken.access(token, of: server, now: now, in: database),
                grant.client == client.id
            {
                try database.execute(literal: "UPDATE accessToken SET isRevoked = 1 WHERE id = \(claims.id)")
            }
        }
        // A token that is unknown is as good as revoked (section 2.2).
        return Response(status: .ok, headers: [.cacheControl: "no-store", .contentLength: "0"])
    }
}
