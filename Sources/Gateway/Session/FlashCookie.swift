import OpenSSL

/// The message that the next page shows once, on its way there: sealed into a cookie of the host, for a minute.
///
/// A cookie for everybody, whether they are signed in or not: it needs no store, and so no page waits for one.
struct FlashCookie: Sendable {
    /// The longest message in bytes of UTF-8; more than a line nobody reads before going on.
    static let longest = 400
    /// How long it waits for the next page.
    static let lifetime = Duration.seconds(60)
    /// How far another gateway's clock may be ahead.
    private static let clockSkew = Duration.seconds(60)
    private static let version: UInt8 = 1

    private let cipher: AES256GCM

    /// - Parameter settings: whose key seals; without one a message does not outlive the process.
    /// - Throws: that the system has no entropy or no memory.
    init(settings: SessionSettings) throws(OpenSSLError) {
        let secret: [UInt8]
        if let key = settings.key {
            secret = Array(key.reveal().utf8)
        } else {
            secret = try SecureRandom.bytes(32)
        }
        self.cipher = try AES256GCM(
            key: try HKDFSHA256.derive(
                from: secret,
                salt: Array("rose-ash gateway session".utf8),
                info: Array("flash".utf8),
                length: AES256GCM.keyLength
            )
        )
    }

    static func name(isSecure: Bool) -> StaticString { isSecure ? "__Host-Http-flash" : "flash" }

    /// The value of the `Set-Cookie` line for a message; nil when it is too long.
    func setting(
        _ message: String,
        host: String,
        isSecure: Bool,
        now: Instant
    ) throws(OpenSSLError) -> String? {
        guard message.utf8.count <= Self.longest else { return nil }
        let bits = UInt64(bitPattern: now.milliseconds)
        var text = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: bits >> $0) }
        text += message.utf8
        let nonce = try SecureRandom.bytes(AES256GCM.nonceLength)
        let associated = Self.associatedData(host)
        let sealed = try self.cipher.seal(text.span, nonce: nonce.span, associatedData: associated.span)
        let value = SessionTokenText.encode(nonce + sealed)
        return "\(Self.name(isSecure: isSecure))=\(value); \(Self.attributes(isSecure)); "
            + "Max-Age=\(Self.lifetime.components.seconds)"
    }

    /// The value of the `Set-Cookie` line that takes the message away.
    static func deletion(isSecure: Bool) -> String {
        "\(self.name(isSecure: isSecure))=; \(self.attributes(isSecure)); Max-Age=0"
    }

    /// The message in a cookie's value; nil when it was not sealed for the host within the last minute.
    func message(_ value: Span<UInt8>, host: String, now: Instant) -> String? {
        guard let sealed = SessionTokenText.decode(value), sealed.count > AES256GCM.nonceLength else { return nil }
        let associated = Self.associatedData(host)
        do {
            let text = try self.cipher.open(
                sealed.span.extracting(AES256GCM.nonceLength..<sealed.count),
                nonce: sealed.span.extracting(0..<AES256GCM.nonceLength),
                associatedData: associated.span
            )
            guard text.count > 8 else { return nil }
            let bits = text.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let age = now - Instant(milliseconds: Int64(bitPattern: bits))
            guard (Duration.zero - Self.clockSkew..<Self.lifetime).contains(age) else { return nil }
            return String(validating: text.dropFirst(8), as: UTF8.self)
        } catch {
            // Forged, of another key or another host: there is no message.
            return nil
        }
    }

    private static func attributes(_ isSecure: Bool) -> String {
        isSecure ? "Path=/; Secure; HttpOnly; SameSite=Lax" : "Path=/; HttpOnly; SameSite=Lax"
    }

    private static func associatedData(_ host: String) -> [UInt8] { [self.version] + Array(host.utf8) }
}
