/// Decides whether a logout token that is signed as it must be ends sessions (OpenID Connect Back-Channel Logout 1.0, section 2.6).
struct LogoutTokenPolicy: Sendable {
    /// What is wrong with a token.
    enum Refusal: String, Error, Equatable, CaseIterable {
        case type = "the token is of another type"
        case issuer = "the token is of another issuer"
        case audience = "the token is for another client"
        case times = "the token is too old, of the future, or does not say when it was made"
        case id = "the token has no name of its own"
        case event = "the token is not about a sign-out"
        case nonce = "the token has a nonce, as an identity token has"
        case target = "the token does not say whose sessions end"
    }

    /// Whose sessions end.
    struct Result: Equatable {
        /// What ends.
        enum Target: Equatable {
            /// One session of the provider.
            case session(String)
            /// All sessions of a person.
            case subject(String)
        }

        var target: Target
        /// The token's own name, which no other has (`jti`).
        var id: String
        /// How long the name has to be remembered.
        var lifetime: Duration
    }

    /// How old a token is at most that does not say when it expires.
    static let greatestAge = Duration.seconds(600)
    /// Bytes of the longest name.
    static let longestName = 255
    /// The event that a sign-out is.
    static let event = "http://schemas.openid.net/event/backchannel-logout"

    let issuer: String
    /// The client's own id.
    let client: String

    /// Checks a token.
    func check(type: String?, _ claims: TokenClaims, now: Instant) throws(Refusal) -> Result {
        guard type == nil || type == "logout+jwt" || type == "jwt" else { throw .type }
        guard claims.text("iss") == self.issuer else { throw .issuer }
        guard let audiences = claims.audiences, audiences.contains(self.client) else { throw .audience }
        let lifetime = try Self.lifetime(claims, now: now)
        guard let id = claims.text("jti"), (1...Self.longestName).contains(id.utf8.count) else { throw .id }
        guard case .object(let events)? = claims.members["events"], case .object? = events[Self.event] else {
            throw .event
        }
        guard !claims.has("nonce") else { throw .nonce }
        guard let target = Self.target(claims) else { throw .target }
        return Result(target: target, id: id, lifetime: lifetime)
    }

    private static func target(_ claims: TokenClaims) -> Result.Target? {
        func name(_ claim: String) -> String? {
            claims.text(claim).flatMap { (1...self.longestName).contains($0.utf8.count) ? $0 : nil }
        }
        // One that is there but broken must not widen what ends.
        if claims.has("sid") { return name("sid").map(Result.Target.session) }
        return name("sub").map(Result.Target.subject)
    }

    private static func lifetime(_ claims: TokenClaims, now: Instant) throws(Refusal) -> Duration {
        guard let issuedAt = claims.moment("iat").value, issuedAt <= now + TokenClock.skew,
            now <= issuedAt + self.greatestAge + TokenClock.skew
        else { throw .times }
        let (expiresAt, isBroken) = claims.moment("exp")
        guard !isBroken else { throw .times }
        if let expiresAt {
            guard expiresAt > issuedAt, expiresAt + TokenClock.skew > now else { throw .times }
        }
        // From the age on at which it is refused in any case, nobody need remember it.
        return self.greatestAge + TokenClock.skew * 2
    }
}
