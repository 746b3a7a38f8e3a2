import FragmentProtocol

/// Signs the assertions by which services know who asks; one a request, since each is for one service and a minute.
struct IdentitySigner: Sendable {
    private let key: IdentityKey
    private let issuer: String
    private let lifetime: Duration

    /// - Throws: ``IdentityError`` when the configured key is none.
    init(_ settings: IdentitySettings) throws {
        self.key =
            switch settings.key {
            case .hs256(let secret): try .shared(secret: secret.reveal())
            case .eddsa(let privateKey): try .ed25519(privateKey: privateKey.base64Bytes() ?? [])
            }
        self.issuer = settings.issuer
        self.lifetime = settings.lifetime
    }

    /// The value of `Gateway-Identity` for one request to one service.
    func assertion(for identity: Identity, audience: String, now: Instant) throws -> String {
        var generator = SystemRandomNumberGenerator()
        let id = String(generator.next() as UInt64, radix: 36) + String(generator.next() as UInt64, radix: 36)
        return try IdentityAssertion.sign(
            identity,
            issuer: self.issuer,
            audience: audience,
            now: now.milliseconds / 1000,
            id: id,
            lifetime: self.lifetime.components.seconds,
            key: self.key
        )
    }
}
