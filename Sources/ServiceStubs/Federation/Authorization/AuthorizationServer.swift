import Foundation
import FragmentProtocol
import GRDB
import Hummingbird

/// The authorization server of the site: OpenID Connect for its clients, and the sign-in of its members.
///
/// It holds no browser's state. The session of the gateway on this service's host is the provider's session, and who is
/// signed in is known from the gateway's signed word alone.
struct AuthorizationServer: Sendable {
    /// The issuer identifier: the public address of this service.
    let issuer: String
    let clients: ClientRegistry
    let database: any DatabaseWriter
    let keys: KeyStore
    let lifetimes: AuthorizationLifetimes
    /// Tells clients of sessions that have ended.
    let delivery: LogoutDelivery
    let passwords = PasswordCheck()
    /// Where messages to members go; without one nobody can sign in by a link.
    let outbox: Outbox?
    /// The present moment, in seconds since 1970.
    let now: @Sendable () -> Int64

    /// Opens the server's tables and keys.
    ///
    /// - Parameters:
    ///   - environment: Where it works.
    ///   - clients: Who may sign people in.
    ///   - outbox: Where messages to members go.
    ///   - lifetimes: For how long each thing is good.
    ///   - delivery: Tells clients of sessions that have ended.
    /// - Throws: What SQLite or the keys say.
    init(
        environment: StubEnvironment,
        clients: ClientRegistry,
        outbox: Outbox? = nil,
        lifetimes: AuthorizationLifetimes = AuthorizationLifetimes(),
        delivery: LogoutDelivery = LogoutDelivery()
    ) throws {
        let clock = environment.now
        issuer = environment.links.to(.federation, "").trimmingSuffix("/")
        self.clients = clients
        self.outbox = outbox
        database = environment.database
        self.lifetimes = lifetimes
        self.delivery = delivery
        now = { Int64(clock().timeIntervalSince1970) }
        keys = try KeyStore(database: environment.database, now: now(), keptFor: lifetimes.retiredKey)
    }

    /// The keys that are published now.
    var ring: KeyRing { keys.ring(at: now()) }

    /// Adds all endpoints.
    func addRoutes(to routes: StubRoutes, environment: StubEnvironment) {
        DiscoveryEndpoint(server: self).addRoutes(to: routes)
        AdministrationEndpoint(server: self).addRoutes(to: routes)
        PushedRequestEndpoint(server: self).addRoutes(to: routes)
        AuthorizeEndpoint(server: self, environment: environment).addRoutes(to: routes)
        TokenEndpoint(server: self).addRoutes(to: routes)
        UserInfoEndpoint(server: self).addRoutes(to: routes)
        IntrospectionEndpoint(server: self).addRoutes(to: routes)
        RevocationEndpoint(server: self).addRoutes(to: routes)
        SignInActions(server: self, environment: environment).addRoutes(to: routes)
        ConsentAction(server: self, environment: environment).addRoutes(to: routes)
        EndSessionEndpoint(server: self, environment: environment).addRoutes(to: routes)
    }

    /// The client that a request to one of the server's own endpoints comes from.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - form: Its form.
    /// - Returns: The client.
    /// - Throws: An ``OAuthError`` when it is no client, or cannot prove it.
    func client(of request: Request, form: OAuthParameters) throws(OAuthError) -> Client {
        if let twice = form.duplicates.min() {
            throw OAuthError(.invalidRequest, "\(twice) stands more than once")
        }
        let credentials = try ClientCredentials(authorization: request.headers[.authorization], form: form)
        guard let client = clients[credentials.id], client.has(secret: credentials.secret) else {
            throw OAuthError(.invalidClient, "the client is unknown, or its secret is wrong")
        }
        return client
    }

    /// The subject of an identity token of this server for a client; nil when it is none.
    func subject(ofHint token: String, client: String) -> String? {
        // `try?`: whatever is wrong with it, it is no such token, and the caller says so.
        let claims = try? ring.claims(IdentityTokenClaims.self, of: token, typ: TokenIssuer.identityTokenType)
        guard let claims, claims.issuer == issuer, claims.audience == client else { return nil }
        return claims.subject
    }
}

extension String {
    /// The text without an ending, when it has it.
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
