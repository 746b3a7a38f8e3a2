import OpenSSL

/// Seals what the shared state holds of a session, so that neither the store nor the server's key alone reads it.
///
/// The key of each value is derived from the server's key and from the secret that only the browser's cookie holds, for
/// one host; the host, the session and what the value is are associated data, so that no value can stand for another.
struct SessionCapsule: Sendable {
    /// What a value is.
    enum Kind: UInt8, Sendable {
        case session = 1
        case person = 2
        /// What the list of devices shows; sealed with the server's key alone, since another session reads it.
        case device = 3
        /// A message that the next page shows.
        case flash = 4
    }

    /// The version of a value's layout.
    static let version: UInt8 = 1
    /// Bytes of the secret in a cookie.
    static let secretLength = 16
    /// Bytes at a value's start that are another for each sealing.
    static let markLength = 1 + AES256GCM.nonceLength

    /// The first seals, all open.
    private let keys: [[UInt8]]

    /// - Parameter keys: what values are sealed with: the first seals, all open, so that one can follow another; at least
    ///   one.
    init(keys: [[UInt8]]) {
        self.keys = keys
    }

    /// Seals a value with the first key.
    ///
    /// - Parameters:
    ///   - message: what is sealed.
    ///   - kind: what it is.
    ///   - key: the session that it is of.
    ///   - secret: what the cookie holds; empty for what other sessions may read.
    /// - Returns: the version, the nonce and what is sealed.
    /// - Throws: that the system has no entropy or no memory.
    func seal(
        _ message: [UInt8],
        as kind: Kind,
        of key: SessionKey,
        secret: [UInt8]
    ) throws(OpenSSLError) -> [UInt8] {
        let cipher = try self.cipher(self.keys[0], kind, key, secret)
        let nonce = try SecureRandom.bytes(AES256GCM.nonceLength)
        let associated = Self.associatedData(kind, key)
        let sealed = try cipher.seal(message.span, nonce: nonce.span, associatedData: associated.span)
        return [Self.version] + nonce + sealed
    }

    /// The value that was sealed; nil when it was not sealed so by any of the keys.
    func open(_ sealed: [UInt8], as kind: Kind, of key: SessionKey, secret: [UInt8]) -> [UInt8]? {
        guard sealed.count >= Self.markLength + AES256GCM.tagLength, sealed[0] == Self.version else { return nil }
        let associated = Self.associatedData(kind, key)
        for serverKey in self.keys {
            do {
                return try self.cipher(serverKey, kind, key, secret).open(
                    sealed.span.extracting(Self.markLength..<sealed.count),
                    nonce: sealed.span.extracting(1..<Self.markLength),
                    associatedData: associated.span
                )
            } catch {
                // Forged, or of another key, host or session; out of memory counts as that, too.
                continue
            }
        }
        return nil
    }

    private func cipher(
        _ serverKey: [UInt8],
        _ kind: Kind,
        _ key: SessionKey,
        _ secret: [UInt8]
    ) throws(OpenSSLError) -> AES256GCM {
        let purpose = secret.isEmpty ? "rose-ash gateway device " : "rose-ash gateway session "
        return try AES256GCM(
            key: try HKDFSHA256.derive(
                from: serverKey,
                salt: secret,
                info: Array(purpose.utf8) + Array(key.host.utf8),
                length: AES256GCM.keyLength
            )
        )
    }

    /// The host comes last, and all before it has one length.
    private static func associatedData(_ kind: Kind, _ key: SessionKey) -> [UInt8] {
        [self.version, kind.rawValue] + key.id.bytes + Array(key.host.utf8)
    }
}
