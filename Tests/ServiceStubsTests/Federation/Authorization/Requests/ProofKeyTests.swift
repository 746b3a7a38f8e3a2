import Testing

@testable import ServiceStubs

struct ProofKeyTests {
    /// RFC 7636, appendix B.
    @Test func theExampleOfTheSpecification() {
        let challenge = ProofKey.challenge(of: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        #expect(challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        #expect(ProofKey.isChallenge(challenge))
    }

    @Test(arguments: [
        (42, "a", false), (43, "a", true), (128, "~", true), (129, "a", false), (43, "+", false), (43, "ü", false),
    ])
    func aVerifierHasAForm(count: Int, character: String, isOne: Bool) {
        #expect(ProofKey.isVerifier(String(repeating: character, count: count)) == isOne)
    }

    @Test(arguments: ["", "short", String(repeating: "=", count: 43), String(repeating: "A", count: 44)])
    func aChallengeIsAHash(text: String) {
        #expect(!ProofKey.isChallenge(text))
    }
}
