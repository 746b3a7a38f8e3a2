import Testing

@testable import Gateway

@Suite("Session sealer")
struct SessionSealerTests {
    static let settings = SessionSettings(
        key: Secret("a key of thirty-two bytes or more, for the tests"),
        lifetime: .seconds(3600)
    )
    static let now = Instant(milliseconds: 1_790_000_000_000)
    static let host = "cart.localhost"

    let sealer: SessionSealer

    init() throws {
        self.sealer = try SessionSealer(settings: Self.settings)
    }

    @Test("a token opens to the session that it was made for")
    func roundTrip() throws {
        let (session, token) = try self.sealer.create(host: Self.host, now: Self.now)
        #expect(token.utf8.count == SessionSealer.tokenLength)
        #expect(token.utf8.count < 256)
        #expect(
            token.utf8.allSatisfy {
                $0.isDigit || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7a || $0 == 0x2d || $0 == 0x5f
            }
        )
        let opened = try #require(self.sealer.open(token, host: Self.host, now: Self.now))
        #expect(opened == session)
        #expect(opened.sealedAt == Self.now)
        #expect(opened.subject.hasPrefix("anon:"))
        #expect(opened.subject.utf8.count == 5 + 32)
        #expect(opened.csrfToken.utf8.count == 43)
        #expect(opened.sessionHash.utf8.count == 22)
        #expect(!token.contains(session.subject.dropFirst(5)))
    }

    @Test("two sessions share nothing, and one session is sealed differently each time")
    func distinct() throws {
        let first = try self.sealer.create(host: Self.host, now: Self.now)
        let second = try self.sealer.create(host: Self.host, now: Self.now)
        #expect(first.token != second.token)
        #expect(first.session.subject != second.session.subject)
        #expect(first.session.csrfToken != second.session.csrfToken)
        #expect(first.session.sessionHash != second.session.sessionHash)
        let again = try self.sealer.renew(first.session, now: Self.now)
        #expect(again.token != first.token)
        #expect(again.session == first.session)
    }

    @Test("any gateway with the same key reads a token; one with another key does not")
    func keys() throws {
        let (session, token) = try self.sealer.create(host: Self.host, now: Self.now)
        let same = try SessionSealer(settings: Self.settings)
        #expect(same.open(token, host: Self.host, now: Self.now) == session)
        let other = try SessionSealer(settings: SessionSettings(key: Secret("another key of thirty-two bytes or more")))
        #expect(other.open(token, host: Self.host, now: Self.now) == nil)
    }

    @Test("without a key each sealer has a random one")
    func randomKeys() throws {
        let first = try SessionSealer(settings: SessionSettings())
        let second = try SessionSealer(settings: SessionSettings())
        let (session, token) = try first.create(host: Self.host, now: Self.now)
        #expect(first.open(token, host: Self.host, now: Self.now) == session)
        #expect(second.open(token, host: Self.host, now: Self.now) == nil)
    }

    @Test(
        "a token of one host is nothing on another",
        arguments: ["", "blog.localhost", "cart.localhos", "cart.localhost."]
    )
    func otherHosts(host: String) throws {
        let (_, token) = try self.sealer.create(host: Self.host, now: Self.now)
        #expect(self.sealer.open(token, host: host, now: Self.now) == nil)
    }

    /// Milliseconds from the sealing to the visit, and whether the token is good then.
    static let ages: [(age: Int64, isGood: Bool)] = [
        (0, true), (1, true), (3_599_999, true), (3_600_000, false), (3_600_001, false), (1 << 50, false),
        (-1, true), (-60_000, true), (-60_001, false), (-86_400_000, false),
    ]

    @Test("a token is good within its lifetime, and a little before for other clocks", arguments: ages)
    func expiry(age: Int64, isGood: Bool) throws {
        let (_, token) = try self.sealer.create(host: Self.host, now: Self.now)
        let visit = Instant(milliseconds: Self.now.milliseconds + age)
        #expect((self.sealer.open(token, host: Self.host, now: visit) != nil) == isGood)
    }

    @Test("renewal keeps the session and counts its lifetime anew")
    func renewal() throws {
        let (session, _) = try self.sealer.create(host: Self.host, now: Self.now)
        #expect(!self.sealer.isRenewalDue(session, now: Self.now + .seconds(899)))
        let later = Self.now + .seconds(900)
        #expect(self.sealer.isRenewalDue(session, now: later))
        let (renewed, token) = try self.sealer.renew(session, now: later)
        #expect(renewed.subject == session.subject)
        #expect(renewed.csrfToken == session.csrfToken)
        #expect(renewed.sessionHash == session.sessionHash)
        #expect(!self.sealer.isRenewalDue(renewed, now: later))
        #expect(self.sealer.open(token, host: Self.host, now: Self.now + .seconds(3600)) == renewed)
    }

    @Test("a changed character anywhere is refused")
    func tampering() throws {
        let (_, token) = try self.sealer.create(host: Self.host, now: Self.now)
        let text = Array(token.utf8)
        for position in text.indices {
            for byte in UInt8.min...UInt8.max where byte != text[position] {
                var changed = text
                changed[position] = byte
                #expect(self.sealer.open(changed, host: Self.host, now: Self.now) == nil)
            }
        }
    }

    @Test("a changed bit of the sealed bytes is refused")
    func tamperedBits() throws {
        let (_, token) = try self.sealer.create(host: Self.host, now: Self.now)
        let sealed = try #require(SessionTokenText.decode(token.utf8))
        for position in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[position] ^= 1 << UInt8(bit)
                #expect(self.sealer.open(SessionTokenText.encode(changed), host: Self.host, now: Self.now) == nil)
            }
        }
    }

    @Test("tokens of other versions are refused", arguments: [UInt8(0), 2, 255])
    func versions(version: UInt8) throws {
        let (_, token) = try self.sealer.create(host: Self.host, now: Self.now)
        var sealed = try #require(SessionTokenText.decode(token.utf8))
        #expect(sealed[0] == SessionSealer.version)
        sealed[0] = version
        #expect(self.sealer.open(SessionTokenText.encode(sealed), host: Self.host, now: Self.now) == nil)
    }

    @Test("shortened and lengthened tokens are refused")
    func lengths() throws {
        let (_, token) = try self.sealer.create(host: Self.host, now: Self.now)
        for count in 0..<token.count {
            #expect(self.sealer.open(String(token.prefix(count)), host: Self.host, now: Self.now) == nil)
            #expect(self.sealer.open(String(token.suffix(count)), host: Self.host, now: Self.now) == nil)
        }
        for tail in ["A", "=", "AAAA", " ", token] {
            #expect(self.sealer.open(token + tail, host: Self.host, now: Self.now) == nil)
        }
    }

    @Test("random bytes never open")
    func fuzz() {
        var generator = RepeatableGenerator(seed: 11)
        for _ in 0..<5000 {
            let count =
                Bool.random(using: &generator) ? SessionSealer.tokenLength : Int.random(in: 0...300, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(self.sealer.open(bytes, host: Self.host, now: Self.now) == nil)
            let text = SessionTokenText.encode(bytes.prefix(53))
            #expect(self.sealer.open(text, host: Self.host, now: Self.now) == nil)
        }
    }

    @Test("one sealer serves many threads at once")
    func concurrency() async throws {
        let sealer = self.sealer
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<200 {
                        let (session, token) = try sealer.create(host: "host-\(task)", now: Self.now)
                        guard sealer.open(token, host: "host-\(task)", now: Self.now) == session else { return false }
                    }
                    return true
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }
}
