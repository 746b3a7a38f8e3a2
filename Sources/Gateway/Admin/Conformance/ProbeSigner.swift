internal import FoundationEssentials
internal import FragmentProtocol

/// Signs the assertions of a check as the gateway does, and those that no service may believe.
struct ProbeSigner: Sendable {
    /// Who asks in all probes that somebody asks in.
    static let person = Identity(
        subject: "check:gateway",
        name: "Gateway Check",
        email: "check@gateway.invalid",
        sessionHash: "gateway-check"
    )

    private let audience: String
    private let signer: IdentitySigner
    private let foreignSigner: IdentitySigner

    /// - Parameters:
    ///   - settings: the gateway's key and name.
    ///   - audience: the service that is checked.
    /// - Throws: an ``IdentityError`` when the key is none.
    init(_ settings: IdentitySettings, audience: String) throws {
        self.audience = audience
        signer = try IdentitySigner(settings)
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let foreign = Secret(Data(bytes).base64EncodedString())
        let key: IdentitySettings.Key =
            switch settings.key {
            case .hs256: .hs256(secret: foreign)
            case .eddsa: .eddsa(privateKey: foreign)
            }
        foreignSigner = try IdentitySigner(
            IdentitySettings(key: key, issuer: settings.issuer, lifetime: settings.lifetime)
        )
    }

    /// The assertion of a probe; nil where nobody asks.
    func assertion(for asker: Probe.Asker, now: Instant) throws -> String? {
        switch asker {
        case .nobody: nil
        case .person: try signer.assertion(for: Self.person, audience: audience, now: now)
        case .forged(.foreignKey): try foreignSigner.assertion(for: Self.person, audience: audience, now: now)
        case .forged(.otherAudience):
            try signer.assertion(for: Self.person, audience: audience + "-not-this-one", now: now)
        case .forged(.expired):
            try signer.assertion(
                for: Self.person,
                audience: audience,
                now: Instant(milliseconds: now.milliseconds - 3_600_000)
            )
        }
    }
}
