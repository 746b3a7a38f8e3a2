package import OpenSSL

/// Makes and reads the sealed text that a session's cookie holds.
///
/// A token is base64url without padding of a version byte, a nonce and, under AES-256-GCM, the session's id and the
/// moment of sealing; the version and the host are associated data. What is needed to know a session is in the cookie,
/// so that any gateway with the same key reads it. All threads may use one sealer.
package struct SessionSealer: Sendable {
    /// The version of the token's layout.
    static let version: UInt8 = 1
    /// Characters of a token.
    package static let tokenLength = (Self.sealedLength * 4 + 2) / 3
    /// How far another gateway's clock may be ahead.
    static let clockSkew = Duration.seconds(60)

    private static let messageLength = SessionIdentifier.length + 8
    private static let sealedLength = 1 + AES256GCM.nonceLength + Self.messageLength + AES256GCM.tagLength

    private let cipher: AES256GCM
    private let csrfKey: HMACSHA256
    private let hashKey: HMACSHA256
    /// How long a token is good from its sealing on.
    package let lifetime: Duration

    /// Derives the keys from the text of `session.key`, or from random bytes when there is none; then no session lives
    /// longer than the process.
    package init(settings: SessionSettings) throws(OpenSSLError) {
        let secret: [UInt8]
        if let key = settings.key {
            secret = Array(key.reveal().utf8)
        } else {
            secret = try SecureRandom.bytes(32)
        }
        func key(_ purpose: String) throws(OpenSSLError) -> [UInt8] {
            try HKDFSHA256.derive(
                from: secret,
                salt: Array("rose-ash gateway session".utf8),
                info: Array(purpose.utf8),
                length: 32
            )
        }
        self.cipher = try AES256GCM(key: try key("cookie"))
        self.csrfKey = HMACSHA256(key: try key("csrf token"))
        self.hashKey = HMACSHA256(key: try key("session hash"))
        self.lifetime = settings.lifetime
    }

    /// A new session of a host, with the token for its cookie.
    ///
    /// - Parameters:
    ///   - host: the host's name as it is configured, not as the request spells it.
    ///   - now: the moment of sealing.
    /// - Returns: the session and the token.
    /// - Throws: that the system has no entropy or no memory.
    package func create(host: String, now: Instant) throws(OpenSSLError) -> (session: Session, token: String) {
        guard let id = SessionIdentifier(try SecureRandom.bytes(SessionIdentifier.length)) else {
            throw OpenSSLError(code: .operationFailed)
        }
        return try self.seal(id, host: host, now: now)
    }

    /// The same session with a new token, whose lifetime begins now.
    package func renew(_ session: Session, now: Instant) throws(OpenSSLError) -> (session: Session, token: String) {
        try self.seal(session.id, host: session.host, now: now)
    }

    /// Whether the session's token should be replaced, so that the lifetime counts from about the latest visit: a
    /// quarter of it is over.
    package func isRenewalDue(_ session: Session, now: Instant) -> Bool {
        now - session.sealedAt >= self.lifetime / 4
    }

    /// Whether a session's token is good at a moment.
    func isWithinLifetime(_ session: Session, now: Instant) -> Bool {
        session.sealedAt <= now + Self.clockSkew && now < session.sealedAt + self.lifetime
    }

    /// The session of a token, or nil when the token is not one that this key sealed for the host within its lifetime.
    ///
    /// - Parameters:
    ///   - token: what the cookie holds; any bytes.
    ///   - host: the host's name as it is configured.
    ///   - now: the moment of the visit.
    /// - Returns: the session, or nil.
    package func open(_ token: Span<UInt8>, host: String, now: Instant) -> Session? {
        guard token.count == Self.tokenLength,
            let sealed = SessionTokenText.decode(token),
            sealed.count == Self.sealedLength,
            sealed[0] == Self.version
        else { return nil }
        let nonceEnd = 1 + AES256GCM.nonceLength
        do {
            let associated = Self.associatedData(host)
            let message = try self.cipher.open(
                sealed.span.extracting(nonceEnd..<sealed.count),
                nonce: sealed.span.extracting(1..<nonceEnd),
                associatedData: associated.span
            )
            guard message.count == Self.messageLength,
                let id = SessionIdentifier(message.prefix(SessionIdentifier.length))
            else { return nil }
            let bits = message.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let sealedAt = Instant(milliseconds: Int64(bitPattern: bits))
            let session = try self.session(id, host: host, sealedAt: sealedAt)
            return self.isWithinLifetime(session, now: now) ? session : nil
        } catch {
            // Forged, of another key or another host. Out of memory, too: then the visitor is one without a session,
            // and `create` is what reports it.
            return nil
        }
    }

    /// The session of a token that is at hand as text.
    package func open(_ token: String, host: String, now: Instant) -> Session? {
        let bytes = Array(token.utf8)
        return self.open(bytes.span, host: host, now: now)
    }

    private func seal(
        _ id: SessionIdentifier,
        host: String,
        now: Instant
    ) throws(OpenSSLError) -> (session: Session, token: String) {
        var message = id.bytes
        let bits = UInt64(bitPattern: now.milliseconds)
        for shift in stride(from: 56, through: 0, by: -8) { message.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        let nonce = try SecureRandom.bytes(AES256GCM.nonceLength)
        let associated = Self.associatedData(host)
        let sealed = try self.cipher.seal(message.span, nonce: nonce.span, associatedData: associated.span)
        let token = SessionTokenText.encode([Self.version] + nonce + sealed)
        return (try self.session(id, host: host, sealedAt: now), token)
    }

    private func session(
        _ id: SessionIdentifier,
        host: String,
        sealedAt: Instant
    ) throws(OpenSSLError) -> Session {
        // The id has one length, so that no other id and host give the same bytes.
        let input = id.bytes + Array(host.utf8)
        return Session(
            id: id,
            sealedAt: sealedAt,
            host: host,
            subject: "anon:\(id.hexadecimal)",
            csrfToken: SessionTokenText.encode(try self.csrfKey.code(of: input.span)),
            sessionHash: SessionTokenText.encode(try self.hashKey.code(of: input.span).prefix(16))
        )
    }

    /// What is bound to a token without being in it.
    ///
    /// The version is one byte, so that no other host gives the same.
    private static func associatedData(_ host: String) -> [UInt8] { [Self.version] + Array(host.utf8) }
}
