import Testing

@testable import Gateway

@Suite("CSRF policy")
struct CSRFPolicyTests {
    static let unsafe: [RequestMethod] = [.post, .put, .delete, .patch, .other]

    /// What the origin's verdict and the cookie give an unsafe request.
    static let cases: [(origin: OwnOriginPolicy.Verdict, isCookiePresent: Bool, admission: CSRFPolicy.Admission)] = [
        (.unsaid, false, .withoutIdentity),
        (.proven, false, .withoutIdentity),
        (.unsaid, true, .refused(.noProof)),
        (.proven, true, .tokenNeeded),
        (.refused(.foreignSite), false, .refused(.foreignSite)),
        (.refused(.foreignSite), true, .refused(.foreignSite)),
        (.refused(.foreignOrigin), false, .refused(.foreignOrigin)),
        (.refused(.foreignOrigin), true, .refused(.foreignOrigin)),
        (.refused(.noProof), false, .refused(.noProof)),
        (.refused(.noProof), true, .refused(.noProof)),
    ]

    @Test("unsafe methods", arguments: cases)
    func admission(origin: OwnOriginPolicy.Verdict, isCookiePresent: Bool, admission: CSRFPolicy.Admission) {
        for method in Self.unsafe {
            #expect(
                CSRFPolicy.admission(method: method, origin: origin, isCookiePresent: isCookiePresent) == admission
            )
        }
        for method in [RequestMethod.get, .head, .options] {
            #expect(CSRFPolicy.admission(method: method, origin: origin, isCookiePresent: isCookiePresent) == .safe)
        }
    }

    @Test("the token of the session, and no other one")
    func tokens() throws {
        let sealer = try SessionSealer(settings: SessionSettings())
        let (session, _) = try sealer.create(host: "cart.localhost", now: .now())
        let (other, _) = try sealer.create(host: "cart.localhost", now: .now())
        let token = session.csrfToken
        #expect(CSRFPolicy.refusal(of: token, session: session) == nil)
        #expect(CSRFPolicy.refusal(of: "", session: session) == .missingToken)
        #expect(CSRFPolicy.refusal(of: token, session: nil) == .sessionEnded)
        #expect(CSRFPolicy.refusal(of: "", session: nil) == .sessionEnded)
        for wrong in [
            other.csrfToken, session.sessionHash, session.subject, String(token.dropLast()), token + "A", token + "=",
            " " + token, token.lowercased() + "A",
        ] {
            #expect(CSRFPolicy.refusal(of: wrong, session: session) == .wrongToken, "\(wrong)")
        }
        let text = Array(token.utf8)
        for position in text.indices {
            var changed = text
            changed[position] ^= 1
            #expect(CSRFPolicy.refusal(of: changed, session: session) == .wrongToken)
        }
    }
}
