/// Single sign-on (`sso:`); without the section nobody can sign in.
package struct SignOnSettings: Sendable, Equatable {
    /// How the gateway is known to the provider on one host.
    package struct Client: Sendable, Equatable {
        /// `client-id:`.
        package let identifier: String
        /// `client-secret:`.
        package let secret: Secret

        package init(identifier: String, secret: Secret) {
            self.identifier = identifier
            self.secret = secret
        }
    }

    /// The provider's issuer identifier, a URL; its discovery document lies below it (`issuer:`).
    package let issuer: String
    /// The service that is the provider, whose sessions on its own host are the provider's; nil when the provider is none of
    /// the site's services (`provider:`).
    package let provider: String?
    /// The clients by the name of the service on whose host they sign people in (`clients:`).
    package let clients: [String: Client]
    /// What is asked for, beside `openid` (`scopes:`).
    package let scopes: [String]
    /// Whether a visitor who comes from another host of the site is signed in without a click (`silent:`).
    package let signsInSilently: Bool
    /// How long one request to the provider may take (`timeout:`).
    package let timeout: Duration
    /// How many requests of the sign-on may be under way at once (`concurrency:`).
    package let concurrency: Int
    /// How sessions are kept (`session:`, `keys:` and `store:`).
    package let session: SignOnSessionSettings

    package init(
        issuer: String,
        provider: String? = nil,
        clients: [String: Client] = [:],
        scopes: [String] = ["profile", "email", "offline_access"],
        signsInSilently: Bool = true,
        timeout: Duration = .seconds(10),
        concurrency: Int = 256,
        session: SignOnSessionSettings = SignOnSessionSettings()
    ) {
        self.issuer = issuer
        self.provider = provider
        self.clients = clients
        self.scopes = scopes
        self.signsInSilently = signsInSilently
        self.timeout = timeout
        self.concurrency = concurrency
        self.session = session
    }
}

/// How the sessions of people who are signed in are kept.
package struct SignOnSessionSettings: Sendable, Equatable {
    /// What state is sealed with, 32 bytes or more each (`sso.keys:`).
    ///
    /// The first seals and all open, so that one can follow another. Empty: what `session.key` is.
    package let keys: [Secret]
    /// How long a session lasts without a visit (`sso.session.idle:`).
    package let idle: Duration
    /// How long a session lasts at most (`sso.session.absolute:`).
    package let absolute: Duration
    /// How many sessions one person has at most; the oldest ends for a new one (`sso.session.limit:`).
    package let limit: Int
    /// The file of the embedded store, used when `redis` is off; nil keeps state in the process alone (`sso.store:`).
    package let store: String?

    package init(
        keys: [Secret] = [],
        idle: Duration = .seconds(14 * 86_400),
        absolute: Duration = .seconds(90 * 86_400),
        limit: Int = 100,
        store: String? = nil
    ) {
        self.keys = keys
        self.idle = idle
        self.absolute = absolute
        self.limit = limit
        self.store = store
    }
}
