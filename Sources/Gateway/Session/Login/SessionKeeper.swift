/// Keeps the sessions of people who are signed in; each call has been done for all gateways when it returns.
package protocol SessionKeeper: Sendable {
    /// Begins a session, always with a new id.
    ///
    /// - Parameters:
    ///   - signIn: who, and the tokens.
    ///   - host: the host's name as it is configured.
    ///   - former: the browser's session so far: it ends where somebody was signed in, and otherwise its subject is kept as the former one.
    ///   - browser: what the browser calls itself, for the list of devices; cut where it is too long.
    /// - Returns: the session, and the value of its cookie.
    /// - Throws: that the session cannot be kept.
    func begin(
        _ signIn: SignIn,
        host: String,
        replacing former: Session?,
        browser: String
    ) async throws(StateStoreFailure) -> (session: Session, cookie: String)

    /// Ends a session.
    ///
    /// - Returns: what the provider's own sign-out needs; nil when nobody was signed in.
    func end(_ session: Session) async throws(StateStoreFailure) -> SignIn?

    /// Ends all sessions, of all hosts, that come from one session of the provider's.
    ///
    /// - Returns: how many there were.
    func endProviderSession(issuer: String, sid: String) async throws(StateStoreFailure) -> Int

    /// Ends all sessions of a person.
    ///
    /// - Returns: how many there were.
    func endAll(issuer: String, subject: String) async throws(StateStoreFailure) -> Int
}
