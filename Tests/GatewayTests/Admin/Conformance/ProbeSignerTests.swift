import FragmentProtocol
import Testing

@testable import Gateway

@Suite("The assertions of a check")
struct ProbeSignerTests {
    private static let seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    /// Who a service believes to ask, or why it does not.
    private static func reading(
        _ asker: Probe.Asker,
        _ settings: IdentitySettings,
        _ key: IdentityKey
    ) throws -> Result<Identity, IdentityError>? {
        let now = Instant.now()
        guard let text = try ProbeSigner(settings, audience: "cart").assertion(for: asker, now: now) else { return nil }
        return Result { () throws(IdentityError) in
            try IdentityAssertion.verify(
                text,
                audience: "cart",
                issuer: settings.issuer,
                now: now.milliseconds / 1000,
                keys: [key]
            )
        }
    }

    @Test("A service believes the good one and refuses each forged one for its own reason", arguments: [true, false])
    func assertions(_ isShared: Bool) throws {
        let settings = IdentitySettings(
            key: isShared ? .hs256(secret: Secret(SampleService.secret)) : .eddsa(privateKey: Secret(Self.seed)),
            issuer: "the-gateway"
        )
        let key: IdentityKey =
            isShared ? try .shared(secret: SampleService.secret) : try .ed25519(privateKey: Array(0..<32))
        #expect(try Self.reading(.nobody, settings, key) == nil)
        #expect(try Self.reading(.person, settings, key) == .success(ProbeSigner.person))
        let reasons: [(Probe.Forgery, IdentityError.Code)] = [
            (.foreignKey, .badSignature), (.otherAudience, .wrongAudience), (.expired, .expired),
        ]
        for (forgery, code) in reasons {
            guard case .failure(let error) = try Self.reading(.forged(forgery), settings, key) else {
                Issue.record("an assertion \(forgery.description) was believed")
                continue
            }
            #expect(error.code == code)
        }
    }
}
