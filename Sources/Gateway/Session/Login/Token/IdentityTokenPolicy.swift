/// Decides whether an identity token that is signed as it must be is the one that was asked for (OpenID Connect Core 1.0, section
/// 3.1.3.7).
struct IdentityTokenPolicy: Sendable {
    /// What is wrong with a token.
    enum Refusal: String, Error, Equatable, CaseIterable {
        case type = "the token is of another type"
        case issuer = "the token is of another issuer"
        case audience = "the token is for another client"
        case authorizedParty = "the token was given to another client"
        case subject = "the token does not say whom it is of"
        case issuedAt = "the token was made in the future, or does not say when"
        case expired = "the token has expired, or does not say when it does"
        case notYet = "the token does not hold yet"
        case nonce = "the token is not of this login"
        case accessToken = "the token is not of this access token"
        case malformed = "a claim of the token is not what it must be"
        case otherPerson = "the token is of another person than before"
    }

    /// What a good token tells.
    struct Result: Equatable {
        var person: Person
        /// The provider's session (`sid`).
        var providerSession: String?
        /// Whether `name`, `email` or `roles` is not told, so that the provider's userinfo may.
        var lacksProfile: Bool
    }

    /// Bytes of the longest subject (OpenID Connect Core 1.0, section 2).
    static let longestSubject = 255

    let issuer: String
    /// The client's own id.
    let client: String

    /// Checks a token of a login.
    ///
    /// - Parameters:
    ///   - type: the token's `typ`.
    ///   - claims: what it says.
    ///   - nonce: what the login sent, and the token must repeat.
    ///   - accessTokenHash: the hash of the access token that came with it; nil when there is none to be had.
    ///   - now: the moment.
    /// - Returns: who it is of.
    /// - Throws: the first thing that is wrong.
    func check(
        type: String?,
        _ claims: TokenClaims,
        nonce: String,
        accessTokenHash: String?,
        now: Instant
    ) throws(Refusal) -> Result {
        let result = try self.check(type: type, claims, accessTokenHash: accessTokenHash, now: now)
        guard claims.text("nonce") == nonce else { throw .nonce }
        return result
    }

    /// Checks a token that a refresh has brought (OpenID Connect Core 1.0, section 12.2).
    ///
    /// - Parameters:
    ///   - type: the token's `typ`.
    ///   - claims: what it says.
    ///   - former: the session's person so far.
    ///   - formerNonce: the nonce of the token that the session has so far.
    ///   - accessTokenHash: the hash of the access token that came with it; nil when there is none to be had.
    ///   - now: the moment.
    /// - Returns: who it is of, the same person.
    /// - Throws: the first thing that is wrong.
    func checkRefreshed(
        type: String?,
        _ claims: TokenClaims,
        former: Person,
        formerNonce: String?,
        accessTokenHash: String?,
        now: Instant
    ) throws(Refusal) -> Result {
        var result = try self.check(type: type, claims, accessTokenHash: accessTokenHash, now: now)
        guard result.person.subject == former.subject, result.person.issuer == former.issuer else {
            throw .otherPerson
        }
        if claims.has("nonce") {
            guard let formerNonce, claims.text("nonce") == formerNonce else { throw .nonce }
        }
        if claims.has("auth_time") {
            guard result.person.authenticatedAt == former.authenticatedAt else { throw .otherPerson }
        } else {
            result.person.authenticatedAt = former.authenticatedAt
        }
        return result
    }

    private func check(
        type: String?,
        _ claims: TokenClaims,
        accessTokenHash: String?,
        now: Instant
    ) throws(Refusal) -> Result {
        // An access token (`at+jwt`) and a logout token say what they are, so that they are not taken for this.
        guard type == nil || type == "jwt" || type == "id+jwt" else { throw .type }
        guard claims.text("iss") == self.issuer else { throw .issuer }
        guard let audiences = claims.audiences, audiences.contains(self.client) else { throw .audience }
        if audiences.count > 1 || claims.has("azp") {
            guard claims.text("azp") == self.client else { throw .authorizedParty }
        }
        guard let subject = claims.text("sub"), (1...Self.longestSubject).contains(subject.utf8.count),
            subject.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f })
        else { throw .subject }
        try TokenTimes.check(claims, now: now)
        if claims.has("at_hash") {
            guard let accessTokenHash, claims.text("at_hash") == accessTokenHash else { throw .accessToken }
        }
        return try self.result(claims, subject: subject)
    }

    private func result(_ claims: TokenClaims, subject: String) throws(Refusal) -> Result {
        let (authenticatedAt, isBroken) = claims.moment("auth_time")
        guard !isBroken, let moment = authenticatedAt ?? claims.moment("iat").value else { throw .malformed }
        for name in ["sid", "name", "email"] where claims.has(name) && claims.text(name) == nil { throw .malformed }
        var lists: [String: [String]] = [:]
        for name in ["roles", "amr"] {
            guard let member = claims.members[name] else { continue }
            guard let texts = member.texts else { throw .malformed }
            lists[name] = texts
        }
        return Result(
            person: Person(
                issuer: self.issuer,
                subject: subject,
                name: claims.text("name"),
                email: claims.text("email"),
                roles: lists["roles"] ?? [],
                authenticatedAt: moment,
                methods: lists["amr"] ?? []
            ),
            providerSession: claims.text("sid"),
            lacksProfile: claims.text("name") == nil || claims.text("email") == nil || lists["roles"] == nil
        )
    }
}

/// The times of a token, which hold by any clock that is not too far from this one.
enum TokenTimes {
    /// Checks `iat`, `exp` and `nbf`.
    static func check(_ claims: TokenClaims, now: Instant) throws(IdentityTokenPolicy.Refusal) {
        guard let issuedAt = claims.moment("iat").value, issuedAt <= now + TokenClock.skew else { throw .issuedAt }
        guard let expiresAt = claims.moment("exp").value, expiresAt + TokenClock.skew > now, expiresAt > issuedAt else {
            throw .expired
        }
        let (notBefore, isBroken) = claims.moment("nbf")
        guard !isBroken else { throw .malformed }
        if let notBefore, notBefore > now + TokenClock.skew { throw .notYet }
    }
}
