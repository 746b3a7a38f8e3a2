import GRDB
import Hummingbird

/// What the bearer of an access token may know of its person (OpenID Connect Core 1.0, section 5.3).
struct UserInfoEndpoint: Sendable {
    let server: AuthorizationServer

    func addRoutes(to routes: StubRoutes) {
        routes.answer(
            "/oauth/userinfo",
            [
                .get: { request, _ in try await answer(request, form: nil) },
                .post: { request, _ in
                    let isForm = request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true
                    do {
                        return try await answer(request, form: isForm ? OAuthAnswer.form(of: request) : nil)
                    } catch let error as OAuthError {
                        return try refusal(error)
                    }
                },
            ]
        )
    }

    private func answer(_ request: Request, form: OAuthParameters?) async throws -> Response {
        let words = request.headers[.authorization]?.split(separator: " ") ?? []
        let header = words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : nil
        if header != nil, form?["access_token"] != nil {
            return try refusal(OAuthError(.invalidRequest, "the access token comes in two ways at once; use one"))
        }
        guard let token = header ?? form?["access_token"] else { return try refusal(nil) }
        let now = server.now()
        let person = try await server.database.read { database -> PersonClaims? in
            guard let (claims, grant) = try KnownToken.access(token, of: server, now: now, in: database),
                let person = try SiteMember.find(subject: claims.subject, in: database)
            else { return nil }
            let isFirstParty = server.clients[grant.client]?.isFirstParty ?? false
            let scopes = claims.scope.split(separator: " ").map(String.init)
            return PersonClaims(of: person, scopes: scopes, isFirstParty: isFirstParty)
        }
        guard let person else {
            return try refusal(OAuthError(.invalidToken, "the access token is unknown, revoked or too old"))
        }
        return try OAuthAnswer.json(person)
    }

    /// A refusal that says how to come back; without a token there is nothing wrong to tell of (RFC 6750, section 3.1).
    private func refusal(_ error: OAuthError?) throws -> Response {
        var challenge = "Bearer realm=\"\(server.issuer)\""
        guard let error else {
            return Response(
                status: .unauthorized,
                headers: [.wwwAuthenticate: challenge, .cacheControl: "no-store"]
            )
        }
        challenge += ", error=\"\(error.code.rawValue)\", error_description=\"\(error.message)\""
        let body = try OAuthAnswer.refusal(error)
        var headers = body.headers
        headers[.wwwAuthenticate] = challenge
        return Response(
            status: error.code == .invalidToken ? .unauthorized : .badRequest,
            headers: headers,
            body: body.body
        )
    }
}
