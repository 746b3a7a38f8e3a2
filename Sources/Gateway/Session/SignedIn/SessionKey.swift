import OpenSSL

/// What one session of somebody who is signed in is known by in the shared state.
struct SessionKey: Hashable, Sendable {
    /// The host that the session is of.
    let host: String
    let id: SessionIdentifier

    init(host: String, id: SessionIdentifier) {
        self.host = host
        self.id = id
    }

    /// Reads what ``member`` has written; nil for anything else.
    init?(member: String) {
        guard let colon = member.lastIndex(of: ":") else { return nil }
        let text = Array(member[member.index(after: colon)...].utf8)
        guard let bytes = SessionTokenText.decode(text.span), let id = SessionIdentifier(bytes) else { return nil }
        self.init(host: String(member[..<colon]), id: id)
    }

    /// As a member of the sets by which sessions are found.
    var member: String { "\(self.host):\(SessionTokenText.encode(self.id.bytes))" }

    /// Holds the session, without which nobody is signed in; it is written once.
    var session: String { "s:\(self.member)" }
    /// Holds who it is and the tokens; each exchange of tokens writes it anew.
    var person: String { "t:\(self.member)" }
    /// Holds what the list of devices shows.
    var device: String { "d:\(self.member)" }
    /// Held by the gateway that exchanges the session's tokens.
    var refreshLock: String { "rl:\(self.member)" }

    /// Everything that ends with the session, wherever it is listed.
    var endings: [StateChange] { [self.session, self.person, self.device].map { .delete(key: $0) } }
}

/// The names in the shared state under which sessions are found, and what is known of all of somebody's sessions.
///
/// They are hashed: a name tells nobody who it is of.
enum SessionIndex {
    /// The set of the sessions that came from one session of the provider's.
    static func providerSession(_ session: String, of issuer: String) throws(OpenSSLError) -> String {
        "opsid:\(try self.hash(issuer, session))"
    }

    /// There once a session of the provider's has ended, for as long as a login of it could still be under way.
    static func endedProviderSession(_ session: String, of issuer: String) throws(OpenSSLError) -> String {
        "opx:\(try self.hash(issuer, session))"
    }

    /// The set of somebody's sessions.
    static func subject(_ subject: String, of issuer: String) throws(OpenSSLError) -> String {
        "sub:\(try self.hash(issuer, subject))"
    }

    /// Names the generation of somebody's sessions; those of another are over.
    static func generation(_ subject: String, of issuer: String) throws(OpenSSLError) -> String {
        "gen:\(try self.hash(issuer, subject))"
    }

    /// Holds what an exchange of a refresh token has brought.
    static func refreshResult(_ token: String) throws(OpenSSLError) -> String {
        "rr:\(try self.hash("", token))"
    }

    private static func hash(_ issuer: String, _ name: String) throws(OpenSSLError) -> String {
        // No issuer has a zero byte, so no other two texts give the same.
        let bytes = Array(issuer.utf8) + [0] + Array(name.utf8)
        // Every byte of an array of bytes is initialized.
        return SessionTokenText.encode(try unsafe SHA256.hash(of: bytes.span.bytes))
    }
}
