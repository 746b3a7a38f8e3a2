/// The claims of an identity token (OpenID Connect Core 1.0, section 2).
struct IdentityTokenClaims: Codable, Sendable, Equatable {
    let issuer: String
    let subject: String
    let audience: String
    let expiresAt: Int64
    let issuedAt: Int64
    /// The client's; only in the token that follows a code (section 12.2).
    var nonce: String?
    let authenticatedAt: Int64
    let methods: [String]
    /// The provider's session: the gateway's on the provider's host.
    let session: String
    /// The left half of the access token's hash.
    var accessTokenHash: String?
    /// What else the client may know of the person; `sub` is the same.
    let person: PersonClaims

    enum CodingKeys: String, CodingKey {
        case issuer = "iss"
        case subject = "sub"
        case audience = "aud"
        case expiresAt = "exp"
        case issuedAt = "iat"
        case nonce
        case authenticatedAt = "auth_time"
        case methods = "amr"
        case session = "sid"
        case accessTokenHash = "at_hash"
    }
}

extension IdentityTokenClaims {
    /// Reads the claims, all in one object.
    init(from decoder: any Decoder) throws {
        let claims = try decoder.container(keyedBy: CodingKeys.self)
        issuer = try claims.decode(String.self, forKey: .issuer)
        subject = try claims.decode(String.self, forKey: .subject)
        audience = try claims.decode(String.self, forKey: .audience)
        expiresAt = try claims.decode(Int64.self, forKey: .expiresAt)
        issuedAt = try claims.decode(Int64.self, forKey: .issuedAt)
        nonce = try claims.decodeIfPresent(String.self, forKey: .nonce)
        authenticatedAt = try claims.decode(Int64.self, forKey: .authenticatedAt)
        methods = try claims.decode([String].self, forKey: .methods)
        session = try claims.decode(String.self, forKey: .session)
        accessTokenHash = try claims.decodeIfPresent(String.self, forKey: .accessTokenHash)
        person = try PersonClaims(from: decoder)
    }

    /// Writes the claims, all into one object.
    func encode(to encoder: any Encoder) throws {
        try person.encode(to: encoder)
        var claims = encoder.container(keyedBy: CodingKeys.self)
        try claims.encode(issuer, forKey: .issuer)
        try claims.encode(audience, forKey: .audience)
        try claims.encode(expiresAt, forKey: .expiresAt)
        try claims.encode(issuedAt, forKey: .issuedAt)
        try claims.encodeIfPresent(nonce, forKey: .nonce)
        try claims.encode(authenticatedAt, forKey: .authenticatedAt)
        try claims.encode(methods, forKey: .methods)
        try claims.encode(session, forKey: .session)
        try claims.encodeIfPresent(accessTokenHash, forKey: .accessTokenHash)
    }
}

/// The claims of an access token (RFC 9068, section 2.2).
struct AccessTokenClaims: Codable, Sendable, Equatable {
    let issuer: String
    let subject: String
    let audience: String
    let client: String
    let expiresAt: Int64
    let issuedAt: Int64
    let id: String
    let scope: String
    let session: String
    let authenticatedAt: Int64

    enum CodingKeys: String, CodingKey {
        case issuer = "iss"
        case subject = "sub"
        case audience = "aud"
        case client = "client_id"
        case expiresAt = "exp"
        case issuedAt = "iat"
        case id = "jti"
        case scope
        case session = "sid"
        case authenticatedAt = "auth_time"
    }
}

/// The claims of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4).
struct LogoutTokenClaims: Codable, Sendable, Equatable {
    /// What an event says of itself: nothing.
    struct Nothing: Codable, Sendable, Equatable {}

    static let event = "http://schemas.openid.net/event/backchannel-logout"

    let issuer: String
    let subject: String
    let audience: String
    let expiresAt: Int64
    let issuedAt: Int64
    let id: String
    /// The session that has ended; without one all of the person's have.
    let session: String?
    var events = [Self.event: Nothing()]

    enum CodingKeys: String, CodingKey {
        case issuer = "iss"
        case subject = "sub"
        case audience = "aud"
        case expiresAt = "exp"
        case issuedAt = "iat"
        case id = "jti"
        case session = "sid"
        case events
    }
}

/// What a client may know of a person (OpenID Connect Core 1.0, sections 5.1 and 5.3.2).
struct PersonClaims: Codable, Sendable, Equatable {
    let subject: String
    var name: String?
    var email: String?
    var isEmailVerified: Bool?
    /// What the person may do on the site, such as `editor`; a claim of this server's own.
    var roles: [String]?

    enum CodingKeys: String, CodingKey {
        case subject = "sub"
        case name
        case email
        case isEmailVerified = "email_verified"
        case roles
    }

    /// What a client may know.
    ///
    /// - Parameters:
    ///   - person: The person.
    ///   - scopes: What was granted.
    ///   - isFirstParty: Whether the client is of the site, which knows its members.
    init(of person: SiteMember, scopes: [String], isFirstParty: Bool) {
        subject = person.subject
        if isFirstParty || scopes.contains("profile") { name = person.name }
        if isFirstParty || scopes.contains("email") {
            email = person.email
            isEmailVerified = true
        }
        if isFirstParty || scopes.contains("profile") || scopes.contains("roles") { roles = person.roles }
    }
}
