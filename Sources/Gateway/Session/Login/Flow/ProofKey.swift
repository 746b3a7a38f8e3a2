import OpenSSL

/// The secret of one login by which the provider knows that who brings the code is who asked for it (PKCE, RFC 7636).
struct ProofKey: Sendable, Equatable {
    /// The only method that is used; the other shows the secret itself.
    static let method = "S256"

    /// 43 random characters, for the token request alone.
    let verifier: String

    init(verifier: String) {
        self.verifier = verifier
    }

    /// A new one.
    ///
    /// - Throws: that the system has no entropy.
    static func make() throws(OpenSSLError) -> ProofKey {
        ProofKey(verifier: SessionTokenText.encode(try SecureRandom.bytes(32)))
    }

    /// What the browser carries to the provider: the verifier's hash.
    var challenge: String {
        get throws(OpenSSLError) { SessionTokenText.encode(try Self.hash(self.verifier)) }
    }

    /// The SHA-256 of a text.
    static func hash(_ text: String) throws(OpenSSLError) -> [UInt8] {
        let bytes = Array(text.utf8)
        // Every byte of a span of bytes is initialized.
        return try SHA256.hash(of: unsafe bytes.span.bytes)
    }
}
