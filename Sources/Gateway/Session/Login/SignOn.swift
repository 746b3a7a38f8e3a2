import Logging
import OpenSSL
import Synchronization

/// Signs people in and out: the gateway as an OpenID Connect client on every host.
///
/// Each request of a login is one call here, from what the request holds to what is answered; `SignOnExchange` brings the
/// two to the wire. All threads may call.
final class SignOn: Sendable {
    /// Bytes of what is kept of the name that a browser calls itself.
    static let longestBrowserName = 256

    let settings: SignOnSettings
    let provider: ProviderClient
    let transactions: LoginTransactions
    let keeper: any SessionKeeper
    let cookies: SignInCookies
    let sessionCookie: SessionCookie
    let logger: Logger
    /// How many requests are under way that count.
    private let running = Atomic(0)
    /// The public origin of each host, by the host's name.
    private let origins: [String: String]
    /// The host whose sessions are the provider's own; nil when the provider is none of the site's services.
    let providerHost: String?

    /// - Parameters:
    ///   - configuration: has `sso:`, the services and their hosts.
    ///   - provider: the client of the provider that `sso:` names.
    ///   - store: where logins under way lie.
    ///   - keeper: keeps the sessions that begin.
    ///   - logger: hears of what goes wrong, without a secret.
    /// - Throws: that the system has no entropy.
    init(
        configuration: GatewayConfiguration,
        provider: ProviderClient,
        store: any StateStore,
        keeper: any SessionKeeper,
        logger: Logger
    ) throws(OpenSSLError) {
        self.settings = provider.settings
        self.provider = provider
        let keys = provider.settings.session.keys
        self.transactions = try LoginTransactions(
            store: store,
            secrets: keys.isEmpty ? [configuration.session.key].compactMap(\.self) : keys
        )
        self.keeper = keeper
        let isSecure = configuration.publicURL.scheme == "https"
        self.cookies = SignInCookies(isSecure: isSecure)
        self.sessionCookie = SessionCookie(isSecure: isSecure, lifetime: provider.settings.session.absolute)
        self.logger = logger
        self.origins = configuration.services.reduce(into: [:]) { $0[$1.host] = configuration.publicOrigin(of: $1) }
        self.providerHost = provider.settings.provider.flatMap { configuration.service(named: $0)?.host }
    }

    /// Where the provider sends browsers back to a host; from the configuration, whatever a request says of its host.
    func redirectURI(of host: String) -> String { self.address("/auth/callback", of: host) }

    /// The public address of a path of a host.
    func address(_ path: String, of host: String) -> String { (self.origins[host] ?? "") + path }

    /// Ends devices of the person who asks.
    ///
    /// - Parameters:
    ///   - form: what is asked for, whose token has been checked.
    ///   - visit: the request.
    ///   - sessions: the sessions.
    ///   - returnTo: the page with the form.
    /// - Returns: the answer: back to the page.
    func endDevices(
        _ form: [UInt8],
        _ visit: SignOnVisit,
        sessions: SignedInSessions?,
        returnTo: ReturnTo
    ) async -> SignOnAnswer {
        let ending: DeviceEnding?
        do throws(FormBodyError) {
            ending = DeviceEnding(try FormBody(parsing: form.span))
        } catch {
            return .text(status: 400, "the form cannot be read: \(error)")
        }
        guard let ending else { return .text(status: 400, "the form names neither a device nor all others") }
        guard let session = visit.session, let sessions else { return .redirect(to: returnTo.text) }
        do throws(StateStoreFailure) {
            let count = try await sessions.end(ending, of: session)
            self.logger.info("devices signed out", metadata: ["host": "\(visit.host)", "devices": "\(count)"])
            return .redirect(to: returnTo.text)
        } catch {
            return self.trouble(.unavailable, "\(error)", visit, returnTo: returnTo)
        }
    }

    /// Does something, unless as many requests are under way as may be.
    ///
    /// Whoever floods a gateway with logins or made-up logout tokens so takes neither its memory nor all of the provider's time.
    ///
    /// - Parameters:
    ///   - busy: what is answered then.
    ///   - body: finds the answer otherwise.
    /// - Returns: the answer.
    func limited(_ busy: SignOnAnswer, _ body: () async -> SignOnAnswer) async -> SignOnAnswer {
        let count = self.running.add(1, ordering: .relaxed).newValue
        defer { self.running.subtract(1, ordering: .relaxed) }
        guard count <= self.settings.concurrency else {
            self.logger.debug("too many requests of the sign-on are under way")
            return busy
        }
        return await body()
    }

    /// What a login that came to nothing is answered with, and a line in the log that says why.
    func trouble(_ trouble: SignOnTrouble, _ reason: String, _ visit: SignOnVisit, returnTo: ReturnTo) -> SignOnAnswer {
        let metadata: Logger.Metadata = [
            "host": "\(visit.host)", "trouble": "\(trouble.rawValue)", "reason": "\(reason)",
        ]
        switch trouble {
        case .failed, .unavailable: self.logger.error("nobody is signed in", metadata: metadata)
        case .cookies, .stale, .denied: self.logger.info("nobody is signed in", metadata: metadata)
        }
        return .trouble(trouble, returnTo: returnTo)
    }
}

extension SignOnTrouble {
    /// What a failure of the provider is to the person who waits.
    init(_ failure: ProviderFailure) {
        switch failure {
        case .unavailable: self = .unavailable
        case .misconfigured, .invalid: self = .failed
        case .refused: self = .stale
        }
    }
}

extension Session {
    /// Whether it is of somebody who is signed in; visitors without a name are called by the session's own.
    var isOfSomebody: Bool { !self.subject.hasPrefix("anon:") }
}
