import FragmentProtocol
import Testing

@testable import Gateway

@Suite struct IdentitySignerTests {
    /// The two algorithms, with the keys that services check with.
    private enum Algorithm: CaseIterable {
        case hs256
        case eddsa

        private static let secret = "0123456789abcdef0123456789abcdef"
        private static let seed = [UInt8](repeating: 0x41, count: 32)
        /// 32 times the letter A.
        private static let encodedSeed = String(repeating: "QUFB", count: 10) + "QUE="

        var signing: IdentitySettings.Key {
            switch self {
            case .hs256: .hs256(secret: Secret(Self.secret))
            case .eddsa: .eddsa(privateKey: Secret(Self.encodedSeed))
            }
        }

        /// For EdDSA the public half alone.
        var verifying: IdentityKey {
            get throws {
                switch self {
                case .hs256: try .shared(secret: Self.secret)
                case .eddsa:
                    try .ed25519(publicKey: try IdentityKey.ed25519(privateKey: Self.seed).publicKeyBytes ?? [])
                }
            }
        }
    }

    private static let identity = Identity(
        subject: "anon:u1",
        name: "Ödön",
        email: "o@example.org",
        roles: ["editor"],
        sessionHash: "h"
    )
    /// Between two seconds.
    private static let now = Instant(milliseconds: 1_700_000_000_999)
    private static let second: Int64 = 1_700_000_000

    private static func assertion(
        _ algorithm: Algorithm,
        audience: String = "cart",
        lifetime: Int = 30
    ) throws -> String {
        let settings = IdentitySettings(key: algorithm.signing, issuer: "the-gateway", lifetime: .seconds(lifetime))
        return try IdentitySigner(settings).assertion(for: Self.identity, audience: audience, now: Self.now)
    }

    @Test(arguments: Algorithm.allCases)
    private func servicesReadWhatIsSigned(algorithm: Algorithm) throws {
        let claims = try IdentityAssertion.claims(
            of: Self.assertion(algorithm),
            audience: "cart",
            issuer: "the-gateway",
            now: Self.second,
            keys: [algorithm.verifying]
        )
        #expect(claims.identity == Self.identity)
        #expect(claims.issuedAt == Self.second)
        #expect(claims.expiresAt == Self.second + 30)
        #expect(!claims.id.isEmpty)
    }

    /// What a service asks of an assertion, and why it refuses it.
    private static let refusals: [(audience: String, issuer: String, after: Int64, code: IdentityError.Code)] = [
        ("blog", "the-gateway", 0, .wrongAudience), ("cart", "gateway", 0, .wrongIssuer),
        ("cart", "the-gateway", 35, .expired), ("cart", "the-gateway", -6, .notYetValid),
    ]

    @Test(arguments: Algorithm.allCases, Self.refusals)
    private func itHoldsForOneServiceAndATime(
        algorithm: Algorithm,
        refusal: (audience: String, issuer: String, after: Int64, code: IdentityError.Code)
    ) throws {
        let assertion = try Self.assertion(algorithm)
        let keys = try [algorithm.verifying]
        let error = #expect(throws: IdentityError.self) {
            try IdentityAssertion.verify(
                assertion,
                audience: refusal.audience,
                issuer: refusal.issuer,
                now: Self.second + refusal.after,
                keys: keys
            )
        }
        #expect(error?.code == refusal.code)
    }

    @Test(arguments: Algorithm.allCases)
    private func anotherKeyDoesNotVerifyIt(algorithm: Algorithm) throws {
        let assertion = try Self.assertion(algorithm)
        let otherKeys: [IdentityKey] = [
            try .shared(secret: String(repeating: "x", count: 32)),
            try .ed25519(privateKey: [UInt8](repeating: 9, count: 32)),
        ]
        #expect(throws: IdentityError.self) {
            try IdentityAssertion.verify(
                assertion,
                audience: "cart",
                issuer: "the-gateway",
                now: Self.second,
                keys: otherKeys
            )
        }
    }

    @Test func noTwoAssertionsHaveOneIdentifier() throws {
        let signer = try IdentitySigner(IdentitySettings(key: Algorithm.hs256.signing))
        let key = try Algorithm.hs256.verifying
        let ids = try (0..<50).map { _ in
            try IdentityAssertion.claims(
                of: try signer.assertion(for: Self.identity, audience: "cart", now: Self.now),
                audience: "cart",
                issuer: "gateway",
                now: Self.second,
                keys: [key]
            ).id
        }
        #expect(Set(ids).count == 50)
    }

    @Test(
        arguments: [
            .hs256(secret: Secret("too short")), .hs256(secret: Secret("")), .eddsa(privateKey: Secret("not base64!")),
            .eddsa(privateKey: Secret("QUFB")), .eddsa(privateKey: Secret("")),
        ] as [IdentitySettings.Key]
    )
    func aKeyThatIsNoneIsRefused(key: IdentitySettings.Key) {
        let error = #expect(throws: IdentityError.self) { try IdentitySigner(IdentitySettings(key: key)) }
        #expect(error?.code == .badKey)
    }

    @Test(arguments: Algorithm.allCases, [0, 61])
    private func aLifetimeOutOfBoundsIsRefused(algorithm: Algorithm, lifetime: Int) {
        let error = #expect(throws: IdentityError.self) { try Self.assertion(algorithm, lifetime: lifetime) }
        #expect(error?.code == .badLifetime)
    }
}
