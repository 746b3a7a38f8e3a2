import Testing

@testable import Gateway

@Suite("Session")
struct SessionTests {
    @Test("printing and dumping a session give away neither its subject nor its CSRF token")
    func printing() throws {
        let sealer = try SessionSealer(settings: SessionSettings())
        let (session, token) = try sealer.create(host: "cart.localhost", now: .now())
        var dumped = ""
        dump(session, to: &dumped)
        for text in ["\(session)", String(reflecting: session), dumped] {
            #expect(text.contains(session.sessionHash))
            #expect(!text.contains(session.csrfToken))
            #expect(!text.contains(session.subject))
            #expect(!text.contains(token))
        }
    }

    @Test("the CSRF token and the hash depend on the host")
    func hosts() throws {
        let sealer = try SessionSealer(settings: SessionSettings())
        let (session, _) = try sealer.create(host: "cart.localhost", now: .now())
        let moved = Session(
            id: session.id,
            sealedAt: session.sealedAt,
            host: "blog.localhost",
            subject: session.subject,
            csrfToken: session.csrfToken,
            sessionHash: session.sessionHash
        )
        let (elsewhere, _) = try sealer.renew(moved, now: .now())
        #expect(elsewhere.subject == session.subject)
        #expect(elsewhere.csrfToken != session.csrfToken)
        #expect(elsewhere.sessionHash != session.sessionHash)
    }
}
