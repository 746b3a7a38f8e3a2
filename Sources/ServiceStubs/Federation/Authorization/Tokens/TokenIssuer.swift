import Crypto
import Foundation
import FragmentProtocol
import GRDB

/// Makes the tokens of a grant, and writes down what is needed to know them again.
struct TokenIssuer: Sendable {
    static let identityTokenType = "JWT"
    static let accessTokenType = "at+jwt"
    static let logoutTokenType = "logout+jwt"

    let issuer: String
    let ring: KeyRing
    let lifetimes: AuthorizationLifetimes
    let now: Int64

    /// Makes an access token, a refresh token and an identity token.
    ///
    /// - Parameters:
    ///   - grant: What was granted, and to whom.
    ///   - client: The client.
    ///   - scopes: What the access token is good for; a part of what was granted.
    ///   - nonce: The client's, in the identity token that follows a code.
    ///   - person: Whom it is about.
    ///   - database: Where the tokens are written down.
    /// - Returns: The answer, and the hash of the refresh token in it.
    /// - Throws: What the keys or SQLite say.
    func issue(
        for grant: Grant,
        to client: Client,
        scopes: [String],
        nonce: String?,
        about person: SiteMember,
        in database: Database
    ) throws -> (answer: TokenAnswer, refreshHash: String) {
        let accessClaims = AccessTokenClaims(
            issuer: issuer,
            subject: grant.subject,
            audience: issuer,
            client: client.id,
            expiresAt: now + lifetimes.accessToken,
            issuedAt: now,
            id: OpaqueToken.make(),
            scope: scopes.joined(separator: " "),
            session: grant.session,
            authenticatedAt: grant.authenticatedAt
        )
        let accessToken = try ring.sign(accessClaims, type: Self.accessTokenType, algorithm: client.algorithm)
        let refreshToken = OpaqueToken.make()
        let identityToken = try ring.sign(
            IdentityTokenClaims(
                issuer: issuer,
                subject: grant.subject,
                audience: client.id,
                expiresAt: now + lifetimes.identityToken,
                issuedAt: now,
                nonce: nonce,
                authenticatedAt: grant.authenticatedAt,
                methods: grant.methods,
                session: grant.session,
                accessTokenHash: Self.halfHash(of: accessToken),
                person: PersonClaims(of: person, scopes: scopes, isFirstParty: client.isFirstParty)
            ),
            type: Self.identityTokenType,
            algorithm: client.algorithm
        )
        try StoredAccessToken(id: accessClaims.id, grant: grant.id, expiresAt: accessClaims.expiresAt).insert(database)
        let refreshHash = OpaqueToken.hash(refreshToken)
        try StoredRefreshToken(
            hash: refreshHash,
            grant: grant.id,
            expiresAt: min(now + lifetimes.refreshToken, grant.expiresAt)
        ).insert(database)
        let answer = TokenAnswer(
            accessToken: accessToken,
            expiresIn: lifetimes.accessToken,
            refreshToken: refreshToken,
            identityToken: identityToken,
            scope: accessClaims.scope
        )
        return (answer, refreshHash)
    }

    /// What binds an identity token to the access token beside it (OpenID Connect Core 1.0, section 3.1.3.6).
    static func halfHash(of accessToken: String) -> String {
        Base64URL.encode(SHA256.hash(data: Data(accessToken.utf8)).prefix(SHA256.byteCount / 2))
    }
}
