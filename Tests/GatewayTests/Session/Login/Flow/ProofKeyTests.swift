import Testing

@testable import Gateway

@Suite struct ProofKeyTests {
    @Test func theChallengeIsTheOneOfTheSpecification() throws {
        // RFC 7636, appendix B.
        let key = ProofKey(verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        #expect(try key.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }

    @Test func everyKeyIsNewAndLongEnough() throws {
        var seen: Set<String> = []
        for _ in 0..<100 {
            let key = try ProofKey.make()
            #expect((43...128).contains(key.verifier.utf8.count))
            seen.insert(try key.challenge)
        }
        #expect(seen.count == 100)
    }
}
