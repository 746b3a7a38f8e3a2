/// Everything that an assertion says.
public struct IdentityClaims: Hashable, Sendable {
    /// Who asks.
    public let identity: Identity
    /// The gateway (claim `iss`).
    public let issuer: String
    /// The service (claim `aud`).
    public let audience: String
    /// When it was made, in seconds since 1970 (claim `iat`).
    public let issuedAt: Int64
    /// From when on it no longer holds, in seconds since 1970 (claim `exp`).
    public let expiresAt: Int64
    /// The assertion's own name, for a service that wants to accept each one once (claim `jti`).
    public let id: String
}

/// The payload of an assertion; apart from ``IdentityClaims``, so that only verified claims are ever seen.
struct IdentityPayload: Decodable {
    /// What it says.
    let claims: IdentityClaims

    /// The claims beside those of the identity.
    private enum CodingKeys: String, CodingKey {
        /// The issuer.
        case issuer = "iss"
        /// The audience.
        case audience = "aud"
        /// When it was made.
        case issuedAt = "iat"
        /// From when on it no longer holds.
        case expiresAt = "exp"
        /// Before when it does not hold yet.
        case notBefore = "nbf"
        /// Its name.
        case id = "jti"
    }

    /// Reads the claims; all but `nbf` must be there.
    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        let issuedAt = try members.decode(Int64.self, forKey: .issuedAt)
        let notBefore = try members.decodeIfPresent(Int64.self, forKey: .notBefore) ?? issuedAt
        claims = IdentityClaims(
            identity: try Identity(from: decoder),
            issuer: try members.decode(String.self, forKey: .issuer),
            audience: try members.decode(String.self, forKey: .audience),
            // What holds only from a later time on counts as made then.
            issuedAt: max(issuedAt, notBefore),
            expiresAt: try members.decode(Int64.self, forKey: .expiresAt),
            id: try members.decode(String.self, forKey: .id)
        )
    }
}
