import Logging
import NIOCore

/// The state of the sign-on, which all gateways of a site share: where it lies, and the sessions in it.
struct SharedState: Sendable {
    let store: any StateStore
    let sessions: SignedInSessions

    /// The state that a configuration asks for; nil where nobody can sign in.
    ///
    /// - Parameters:
    ///   - configuration: says where the state lies.
    ///   - refresher: exchanges refresh tokens.
    ///   - loop: where a connection to Redis lives.
    ///   - logger: hears of trouble.
    /// - Throws: that the embedded store's file cannot be used.
    init?(
        _ configuration: GatewayConfiguration,
        refresher: (any TokenRefresher)? = nil,
        loop: any EventLoop,
        logger: Logger
    ) throws {
        guard let signOn = configuration.signOn else { return nil }
        if let redis = configuration.redis {
            self.store = RedisStateStore(settings: RedisTierSettings(redis), on: loop)
        } else {
            self.store = try EmbeddedStateStore(path: signOn.session.store)
            if signOn.session.store == nil {
                logger.warning("redis is off and sso.store is not set: people are signed out when this gateway stops")
            }
        }
        self.sessions = try SignedInSessions(
            store: self.store,
            settings: signOn.session,
            sessionKey: configuration.session.key,
            refresher: refresher,
            logger: logger
        )
    }

    /// Ends the connection to Redis.
    func close() { (self.store as? RedisStateStore)?.close() }
}
