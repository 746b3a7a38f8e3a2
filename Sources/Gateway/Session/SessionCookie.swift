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
    ///
    /// - Parameters:
    ///   - token: the cookie's value.
    ///   - lifetime: how long the browser keeps it; nil for as long as an anonymous session's.
    /// - Returns: the value of the line.
    package func setting(_ token: String, lifetime: Duration? = nil) -> String {
        "\(self.name)=\(token); \(self.attributes); Max-Age=\((lifetime ?? self.lifetime).components.seconds)"
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
            let token = bytes.extracting(value.range)
            switch opener.find(token, host: host, now: now) {
            case .session(let session): return .valid(session)
            case .none: if presence != .ended { presence = .invalid }
            case .ended: presence = .ended
            case .unasked: return .unasked(token.array)
            case .unavailable: return .unavailable
            }
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
    /// There is one of somebody who was signed in, whose session is over.
    case ended
    /// There is one that may be of somebody who is signed in: the store is to be asked of this value.
    case unasked([UInt8])
    /// There is one that may be of somebody who is signed in, and the store cannot be reached.
    case unavailable
    case valid(Session)

    package var session: Session? {
        guard case .valid(let session) = self else { return nil }
        return session
    }

    /// Whether the request holds a session cookie at all, so that it comes from a browser.
    package var isCookiePresent: Bool { self != .absent }
}
