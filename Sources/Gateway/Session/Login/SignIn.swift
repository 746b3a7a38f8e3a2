/// Somebody, as a provider has vouched for them.
package struct Person: Sendable, Equatable {
    /// The provider's issuer identifier.
    package var issuer: String
    /// The name by which the provider knows them for ever (claim `sub`), without the issuer.
    package var subject: String
    /// The name to show (claim `name`).
    package var name: String?
    /// The address of electronic mail (claim `email`).
    package var email: String?
    /// What they may do, such as `editor` (claim `roles`).
    package var roles: [String]
    /// When they proved who they are (claim `auth_time`).
    package var authenticatedAt: Instant
    /// How they proved it, by RFC 8176 (claim `amr`).
    package var methods: [String]

    package init(
        issuer: String,
        subject: String,
        name: String? = nil,
        email: String? = nil,
        roles: [String] = [],
        authenticatedAt: Instant,
        methods: [String] = []
    ) {
        self.issuer = issuer
        self.subject = subject
        self.name = name
        self.email = email
        self.roles = roles
        self.authenticatedAt = authenticatedAt
        self.methods = methods
    }
}

/// What one login has brought: who, in which of the provider's sessions, and the tokens.
package struct SignIn: Sendable, Equatable {
    package var person: Person
    /// The provider's session (claim `sid`); nil when the provider names none.
    package var providerSession: String?
    /// The tokens; nil on the provider's own host, whose session is the provider's.
    package var tokens: TokenSet?

    package init(person: Person, providerSession: String?, tokens: TokenSet?) {
        self.person = person
        self.providerSession = providerSession
        self.tokens = tokens
    }
}

/// The tokens of one client for one person; they never leave the gateway, but for the provider.
package struct TokenSet: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    package var access: String
    /// When the access token ends.
    package var accessEndsAt: Instant
    package var refresh: String?
    /// The identity token as it came, for the hint of a sign-out.
    package var identity: String?

    package init(access: String, accessEndsAt: Instant, refresh: String?, identity: String?) {
        self.access = access
        self.accessEndsAt = accessEndsAt
        self.refresh = refresh
        self.identity = identity
    }

    /// Nothing of the tokens, which a log must not hold.
    package var description: String { "TokenSet(ends \(self.accessEndsAt.milliseconds))" }

    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

/// Exchanges a refresh token for new tokens at the provider.
package protocol TokenRefresher: Sendable {
    /// Asks the provider once; the caller sees to it that nobody else does.
    ///
    /// - Parameters:
    ///   - signIn: the latest tokens of the session, and who the new ones must be for.
    ///   - host: the host whose client asks.
    /// - Returns: the same sign-in with the new tokens, and with what the provider now says of the person.
    /// - Throws: why there are none.
    func refresh(_ signIn: SignIn, host: String) async throws(RefreshFailure) -> SignIn
}

/// Why a refresh token has brought no new tokens.
package enum RefreshFailure: Error, Sendable, Equatable {
    /// The provider refuses the token for good: the session is over, unless somebody else has refreshed it meanwhile.
    case refused
    /// The answer was of somebody else or otherwise wrong: the session is over.
    case invalid(String)
    /// The provider could not be reached or is in trouble: the session goes on while its access token lasts.
    case unavailable(String)
}
