import GRDB
import Hummingbird
import Logging

/// Where clients get tokens: for a code, and for a refresh token (RFC 6749, section 3.2).
struct TokenEndpoint: Sendable {
    /// What came of a request; all of it is written down, refusals too.
    private enum Outcome: Sendable {
        case tokens([UInt8])
        case refused(OAuthError)
        /// Somebody has used what was used before, so that its family has ended.
        case theft(OAuthError, grant: Grant)
    }

    let server: AuthorizationServer

    func addRoutes(to routes: StubRoutes) {
        routes.answer(
            "/oauth/token",
            [.post: { request, context in try await OAuthAnswer.answering { try await answer(request, context) } }]
        )
    }

    private func answer(_ request: Request, _ context: StubContext) async throws -> Response {
        let form = try await OAuthAnswer.form(of: request)
        let client = try server.client(of: request, form: form)
        let outcome: Outcome
        switch form["grant_type"] {
        case "authorization_code": outcome = try await redeem(form, client: client)
        case "refresh_token": outcome = try await refresh(form, client: client)
        case nil: throw OAuthError(.invalidRequest, "grant_type is missing")
        default:
            throw OAuthError(.unsupportedGrantType, "grant_type must be authorization_code or refresh_token")
        }
        switch outcome {
        case .tokens(let json): return OAuthAnswer.json(json)
        case .refused(let error): throw error
        case .theft(let error, let grant):
            context.logger.warning(
                "Something that was used came again, so that all tokens that followed from it have ended",
                metadata: [
                    "client": "\(grant.client)", "subject": "\(grant.subject)", "grant": "\(grant.id)",
                    "reason": "\(error.message)",
                ]
            )
            throw error
        }
    }

    private func redeem(_ form: OAuthParameters, client: Client) async throws -> Outcome {
        guard let code = form["code"] else { throw OAuthError(.invalidRequest, "code is missing") }
        let presented = CodePolicy.Presentation(
            client: client.id,
            redirectURI: form["redirect_uri"],
            verifier: form["code_verifier"]
        )
        let hash = OpaqueToken.hash(code)
        let issuer = issuer()
        return try await server.database.write { database in
            guard var stored = try StoredCode.fetchOne(database, key: hash),
                let grant = try Grant.fetchOne(database, key: stored.grant)
            else { return .refused(Self.badCode) }
            let decision = CodePolicy.decision(
                on: CodePolicy.Code(
                    client: grant.client,
                    redirectURI: stored.redirectURI,
                    challenge: stored.challenge,
                    expiresAt: stored.expiresAt,
                    isUsed: stored.isUsed
                ),
                presented: presented,
                now: issuer.now
            )
            switch decision {
            case .refuse(let error): return .refused(error)
            case .endGrant:
                try Grant.end(grant.id, now: issuer.now, in: database)
                return .theft(Self.badCode, grant: grant)
            case .spoil(let error):
                stored.isUsed = true
                try stored.update(database)
                return .refused(error)
            case .redeem:
                stored.isUsed = true
                try stored.update(database)
                guard grant.endedAt == nil, let person = try SiteMember.find(subject: grant.subject, in: database)
                else { return .refused(Self.badCode) }
                let (answer, _) = try issuer.issue(
                    for: grant,
                    to: client,
                    scopes: grant.scopes,
                    nonce: grant.nonce,
                    about: person,
                    in: database
                )
                return .tokens(try stableJSON(answer))
            }
        }
    }

    private func refresh(_ form: OAuthParameters, client: Client) async throws -> Outcome {
        guard let token = form["refresh_token"] else { throw OAuthError(.invalidRequest, "refresh_token is missing") }
        let wanted = form["scope"] == nil ? nil : form.list("scope")
        let hash = OpaqueToken.hash(token)
        let issuer = issuer()
        return try await server.database.write { database in
            guard var stored = try StoredRefreshToken.fetchOne(database, key: hash),
                let grant = try Grant.fetchOne(database, key: stored.grant)
            else { return .refused(Self.badToken) }
            let successor = try stored.successor.flatMap { try StoredRefreshToken.fetchOne(database, key: $0) }
            let decision = RefreshPolicy.decision(
                on: RefreshPolicy.Token(
                    client: grant.client,
                    expiresAt: stored.expiresAt,
                    usedAt: stored.usedAt,
                    isSuccessorUsed: successor?.usedAt != nil,
                    isGrantEnded: grant.endedAt != nil || grant.expiresAt <= issuer.now
                ),
                client: client.id,
                now: issuer.now,
                grace: issuer.lifetimes.refreshGrace
            )
            switch decision {
            case .refuse: return .refused(Self.badToken)
            case .endGrant:
                try Grant.end(grant.id, now: issuer.now, in: database)
                return .theft(Self.badToken, grant: grant)
            case .repeatAnswer:
                guard let sealed = stored.answer else { return .refused(Self.badToken) }
                return .tokens(try OpaqueToken.open(sealed, with: token))
            case .rotate:
                if let wanted, !Set(wanted).isSubset(of: grant.scopes) {
                    return .refused(OAuthError(.invalidScope, "scope holds more than was granted"))
                }
                guard let person = try SiteMember.find(subject: grant.subject, in: database) else {
                    return .refused(Self.badToken)
                }
                let (answer, successor) = try issuer.issue(
                    for: grant,
                    to: client,
                    scopes: wanted ?? grant.scopes,
                    nonce: nil,
                    about: person,
                    in: database
                )
                let json = try stableJSON(answer)
                stored.usedAt = issuer.now
                stored.successor = successor
                stored.answer = try OpaqueToken.seal(json, with: token)
                try stored.update(database)
                return .tokens(json)
            }
        }
    }

    private func issuer() -> TokenIssuer {
        TokenIssuer(issuer: server.issuer, ring: server.ring, lifetimes: server.lifetimes, now: server.now())
    }

    private static let badCode = OAuthError(.invalidGrant, "the code is unknown, used, too old or another client's")
    private static let badToken = OAuthError(
        .invalidGrant,
        "the refresh token is unknown, used, ended, too old or another client's"
    )
}

extension Grant {
    /// Ends a grant, and with it all of its tokens.
    static func end(_ id: String, now: Int64, in database: Database) throws {
        try database.execute(
            literal: "UPDATE authorizationGrant SET endedAt = \(now) WHERE id = \(id) AND endedAt IS NULL"
        )
    }
}
