/// How the gateway tells services who asks (`identity:`).
package struct IdentitySettings: Sendable, Equatable {
    /// The signature's algorithm with its key.
    package enum Key: Sendable, Equatable {
        /// HMAC with SHA-256 (`algorithm: hs256`) and the UTF-8 bytes of a secret of 32 bytes or more.
        case hs256(secret: Secret)
        /// Ed25519 (`algorithm: eddsa`) with the base64 text of the private key's 32 bytes.
        case eddsa(privateKey: Secret)
    }

    /// The algorithm and its key.
    package let key: Key
    /// The `iss` of the assertions (`issuer:`).
    package let issuer: String
    /// How long an assertion is valid (`lifetime:`), at most 60 s.
    package let lifetime: Duration

    package init(key: Key, issuer: String = "gateway", lifetime: Duration = .seconds(60)) {
        self.key = key
        self.issuer = issuer
        self.lifetime = lifetime
    }
}
