/// How the session's cookie is named, set and deleted: for one host, by HTTP alone.
package struct SessionCookie: Sendable {
    /// How many cookies of the name are tried; more than that nobody but an attacker sends.
    private static let maximumAttempts = 8

    /// Whether browsers reach the site by https.
    private let isSecure: Bool
    /// How long the browser keeps the cookie.
    private let lifetime: Duration

    package init(isSecure: Bool, lifetime: Duration) {
        self.isSecure = isSecure
        self.lifetime = lifetime
    }

    /// The cookie's name.
    ///
    /// Over https its prefix makes browsers refuse one that a neighbouring host or a script has set
    /// (RFC 6265bis, section 4.1.3).
    package var name: StaticString { self.isSecure ? "__Host-Http-sid" : "sid" }

    /// The value of the `Set-Cookie` line that gives a browser the token.
    package func setting(_ token: String) -> String {
        "\(self.name)=\(token); \(self.attributes); Max-Age=\(self.lifetime.components.seconds)"
    }

    /// The value of the `Set-Cookie` line that takes the cookie away.
    ///
    /// It repeats every attribute: without `Secure`
    /// browsers ignore it for a name with the prefix.
    package var deletion: String { "\(self.name)=; \(self.attributes); Max-Age=0" }

    /// What a request's `Cookie` header says of the session.
    ///
    /// - Parameters:
    ///   - header: the value of the header, as a place in the bytes.
    ///   - bytes: the bytes of the request's head.
    ///   - opener: what opens the tokens of the site.
    ///   - host: the host's name as it is configured.
    ///   - now: the moment of the visit.
    /// - Returns: the session, or why there is none.
    func read(
        _ header: ByteRange,
        in bytes: Span<UInt8>,
        opener: some SessionOpener,
        host: String,
        now: Instant
    ) -> SessionPresence {
        var reader = CookieReader(header)
        var presence = SessionPresence.absent
        for _ in 0..<Self.maximumAttempts {
            guard let value = reader.next(named: self.name, in: bytes) else { break }
            if let session = opener.open(bytes.extracting(value.range), host: host, now: now) {
                return .valid(session)
            }
            presence = .invalid
        }
        return presence
    }

    private var attributes: String {
        self.isSecure ? "Path=/; Secure; HttpOnly; SameSite=Lax" : "Path=/; HttpOnly; SameSite=Lax"
    }
}

/// What a request's cookies say of its session.
package enum SessionPresence: Sendable, Equatable {
    /// There is no session cookie.
    case absent
    /// There is one, but it is forged, too old, or of another host or key.
    case invalid
    case valid(Session)

    package var session: Session? {
        guard case .valid(let session) = self else { return nil }
        return session
    }

    /// Whether the request holds a session cookie at all, so that it comes from a browser.
    package var isCookiePresent: Bool { self != .absent }
}
