import GRDB

/// A token that somebody shows, as far as this server has given it and it still holds.
enum KnownToken: Sendable {
    case access(AccessTokenClaims, Grant)
    case refresh(StoredRefreshToken, Grant)

    /// The grant that it follows from.
    var grant: Grant {
        switch self {
        case .access(_, let grant), .refresh(_, let grant): grant
        }
    }

    /// The access token, when a text is one that holds.
    ///
    /// - Parameters:
    ///   - token: The text.
    ///   - server: Whose it must be.
    ///   - now: Seconds since 1970.
    ///   - database: Where it was written down.
    /// - Returns: Its claims and its grant; nil when it is none.
    /// - Throws: What SQLite says.
    static func access(
        _ token: String,
        of server: AuthorizationServer,
        now: Int64,
        in database: Database
    ) throws -> (claims: AccessTokenClaims, grant: Grant)? {
        // `try?`: whatever is wrong with it, it is no access token of this server.
        let claims = try? server.ring.claims(AccessTokenClaims.self, of: token, typ: TokenIssuer.accessTokenType)
        guard let claims, claims.issuer == server.issuer, claims.audience == server.issuer, now < claims.expiresAt,
            let stored = try StoredAccessToken.fetchOne(database, key: claims.id), !stored.isRevoked,
            let grant = try Grant.fetchOne(database, key: stored.grant), grant.endedAt == nil
        else { return nil }
        return (claims, grant)
    }

    /// The token, when a text is one that holds.
    static func find(
        _ token: String,
        of server: AuthorizationServer,
        now: Int64,
        in database: Database
    ) throws -> KnownToken? {
        if let (claims, grant) = try access(token, of: server, now: now, in: database) {
            return .access(claims, grant)
        }
        guard let stored = try StoredRefreshToken.fetchOne(database, key: OpaqueToken.hash(token)),
            stored.usedAt == nil, now < stored.expiresAt,
            let grant = try Grant.fetchOne(database, key: stored.grant), grant.endedAt == nil
        else { return nil }
        return .refresh(stored, grant)
    }
}
