import Testing

@testable import Gateway

@Suite struct OpenSessionsTests {
    private static let now = Instant(milliseconds: 1_790_000_000_000)

    private static func sealer(lifetime: Duration = .seconds(3600)) throws -> SessionSealer {
        try SessionSealer(settings: SessionSettings(lifetime: lifetime))
    }

    private static func open(
        _ token: String,
        in sessions: OpenSessions,
        host: String = "a.localhost",
        at moment: Instant = now
    ) -> Session? {
        sessions.open(Array(token.utf8).span, host: host, now: moment)
    }

    @Test(arguments: [0, 1, 100])
    func aTokenIsAlwaysTheSameSession(limit: Int) throws {
        let sealer = try Self.sealer()
        let sessions = OpenSessions(sealer: sealer, limit: limit, hasher: FragmentSamples.hasher)
        let made = try (0..<20).map { _ in try sealer.create(host: "a.localhost", now: Self.now) }
        for _ in 0..<3 {
            for (session, token) in made { #expect(Self.open(token, in: sessions) == session) }
        }
    }

    @Test func whatIsRememberedIsStillChecked() throws {
        let sealer = try Self.sealer()
        let sessions = OpenSessions(sealer: sealer, limit: 10, hasher: FragmentSamples.hasher)
        let (session, token) = try sealer.create(host: "a.localhost", now: Self.now)
        #expect(Self.open(token, in: sessions) == session)
        #expect(Self.open(token, in: sessions, host: "b.localhost") == nil)
        #expect(Self.open(token, in: sessions, at: Self.now + .seconds(3599)) == session)
        #expect(Self.open(token, in: sessions, at: Self.now + .seconds(3600)) == nil)
        #expect(Self.open(token, in: sessions, at: Self.now + .seconds(-61)) == nil)
        #expect(Self.open(String(token.dropLast()) + (token.last == "A" ? "B" : "A"), in: sessions) == nil)
        #expect(Self.open(token, in: sessions) == session)
    }

    @Test func whatIsNoTokenIsNotRemembered() throws {
        let sessions = OpenSessions(sealer: try Self.sealer(), limit: 10, hasher: FragmentSamples.hasher)
        for token in ["", "x", String(repeating: "A", count: SessionSealer.tokenLength)] {
            #expect(Self.open(token, in: sessions) == nil)
        }
        #expect(sessions.count == 0)
    }

    @Test func theNumberIsBounded() throws {
        let sealer = try Self.sealer()
        let sessions = OpenSessions(sealer: sealer, limit: 8, hasher: FragmentSamples.hasher)
        let made = try (0..<100).map { _ in try sealer.create(host: "a.localhost", now: Self.now) }
        for (index, (session, token)) in made.enumerated() {
            #expect(Self.open(token, in: sessions) == session)
            #expect(sessions.count <= 16)
            #expect(sessions.count >= min(index + 1, 8))
        }
    }
}
