import Testing

@testable import Gateway

@Suite struct IdentityTokenPolicyTests {
    private static let now = Instant(milliseconds: 1_700_000_000_000)
    private static let policy = IdentityTokenPolicy(issuer: "https://p.example", client: "gw-blog")
    private static let good: [String: JSONTree] = [
        "iss": .string("https://p.example"), "sub": .string("u7"), "aud": .string("gw-blog"),
        "iat": .integer(1_700_000_000), "exp": .integer(1_700_000_300), "nonce": .string("n"),
        "auth_time": .integer(1_699_999_000), "sid": .string("o-5"), "at_hash": .string("h"), "name": .string("Ada"),
        "email": .string("ada@example.org"), "roles": .array([.string("editor")]), "amr": .array([.string("pwd")]),
        "unknown": .object([:]),
    ]

    private func check(
        _ claims: [String: JSONTree],
        type: String? = "jwt",
        now: Instant = now
    ) throws(IdentityTokenPolicy.Refusal) -> IdentityTokenPolicy.Result {
        try Self.policy.check(type: type, TokenClaims(claims), nonce: "n", accessTokenHash: "h", now: now)
    }

    @Test func aGoodTokenTellsWhoItIs() throws {
        let result = try self.check(Self.good)
        #expect(
            result.person
                == Person(
                    issuer: "https://p.example",
                    subject: "u7",
                    name: "Ada",
                    email: "ada@example.org",
                    roles: ["editor"],
                    authenticatedAt: Instant(milliseconds: 1_699_999_000_000),
                    methods: ["pwd"]
                )
        )
        #expect(result.providerSession == "o-5")
        #expect(!result.lacksProfile)
    }

    @Test func whatMayBeMissingMayBeMissing() throws {
        var claims = Self.good
        for name in ["auth_time", "sid", "at_hash", "name", "email", "roles", "amr"] { claims[name] = nil }
        let result = try self.check(claims, type: nil)
        #expect(result.person.authenticatedAt == Self.now)
        #expect(result.providerSession == nil)
        #expect(result.lacksProfile)
        claims["aud"] = .array([.string("gw-blog")])
        _ = try self.check(claims)
        claims["aud"] = .array([.string("other"), .string("gw-blog")])
        claims["azp"] = .string("gw-blog")
        _ = try self.check(claims)
        claims["exp"] = .number(1_700_000_300.5)
        _ = try self.check(claims)
    }

    private typealias Refusal = IdentityTokenPolicy.Refusal

    /// One claim that is another, and what is said of it.
    private static let wrong: [(String, JSONTree?, Refusal)] = [
        ("iss", .string("https://p.example/"), .issuer), ("iss", nil, .issuer), ("iss", .array([]), .issuer),
        ("aud", .string("gw-market"), .audience), ("aud", nil, .audience), ("aud", .array([]), .audience),
        ("aud", .array([.string("gw-blog"), .integer(1)]), .audience), ("aud", .integer(1), .audience),
        ("aud", .array([.string("gw-blog"), .string("x")]), .authorizedParty), ("azp", .string("x"), .authorizedParty),
        ("azp", .null, .authorizedParty), ("sub", nil, .subject), ("sub", .string(""), .subject),
        ("sub", .string(String(repeating: "a", count: 256)), .subject), ("sub", .string("a\nb"), .subject),
        ("sub", .string("\u{e9}"), .subject), ("sub", .integer(7), .subject), ("iat", nil, .issuedAt),
        ("iat", .integer(1_700_000_061), .issuedAt), ("iat", .string("1700000000"), .issuedAt),
        ("iat", .integer(-1), .issuedAt), ("exp", nil, .expired), ("exp", .integer(1_699_999_940), .expired),
        ("exp", .number(1e300), .expired), ("exp", .integer(.max), .expired), ("exp", .string("x"), .expired),
        ("exp", .integer(1_700_000_000), .expired), ("nbf", .integer(1_700_000_061), .notYet),
        ("nbf", .string("x"), .malformed), ("nonce", nil, .nonce), ("nonce", .string("m"), .nonce),
        ("nonce", .string(""), .nonce), ("nonce", .array([.string("n")]), .nonce),
        ("at_hash", .string("i"), .accessToken),
        ("at_hash", .null, .accessToken), ("auth_time", .string("x"), .malformed), ("sid", .integer(1), .malformed),
        ("name", .object([:]), .malformed), ("email", .array([]), .malformed), ("roles", .string("editor"), .malformed),
        ("roles", .array([.integer(1)]), .malformed), ("amr", .string("pwd"), .malformed),
    ]

    @Test(arguments: wrong.indices)
    func aWrongClaimIsRefused(index: Int) {
        let (name, value, expected) = Self.wrong[index]
        var claims = Self.good
        claims[name] = value
        #expect(throws: expected, "\(name): \(String(describing: value))") { _ = try self.check(claims) }
    }

    @Test(arguments: ["at+jwt", "logout+jwt", "dpop+jwt", "secevent+jwt", ""])
    func aTokenOfAnotherTypeIsRefused(type: String) {
        #expect(throws: Refusal.type) { _ = try self.check(Self.good, type: type) }
    }

    @Test(arguments: [(-59, true), (59, true), (-120, false), (420, false), (300 + 59, true), (300 + 61, false)])
    func clocksMayDifferByAMinute(seconds: Int, isGood: Bool) {
        // Negative: this clock is behind the provider's.
        let now = Self.now + .seconds(seconds)
        do throws(Refusal) {
            _ = try self.check(Self.good, now: now)
            #expect(isGood)
        } catch {
            #expect(!isGood, "\(error)")
        }
    }

    private func refresh(
        _ change: (inout [String: JSONTree]) -> Void,
        formerNonce: String? = nil
    ) throws(Refusal) -> IdentityTokenPolicy.Result {
        var claims = Self.good
        claims["nonce"] = nil
        change(&claims)
        let former = Person(
            issuer: "https://p.example",
            subject: "u7",
            authenticatedAt: Instant(milliseconds: 1_699_999_000_000)
        )
        return try Self.policy.checkRefreshed(
            type: "jwt",
            TokenClaims(claims),
            former: former,
            formerNonce: formerNonce,
            accessTokenHash: "h",
            now: Self.now
        )
    }

    @Test func aRefreshedTokenIsOfTheSamePersonAndTime() throws {
        #expect(try self.refresh { _ in }.person.subject == "u7")
        let moment = try self.refresh { $0["auth_time"] = nil }.person.authenticatedAt
        #expect(moment == Instant(milliseconds: 1_699_999_000_000))
        _ = try self.refresh({ $0["nonce"] = .string("n") }, formerNonce: "n")
        #expect(throws: Refusal.nonce) { _ = try self.refresh { $0["nonce"] = .string("n") } }
        #expect(throws: Refusal.nonce) { _ = try self.refresh({ $0["nonce"] = .string("m") }, formerNonce: "n") }
        #expect(throws: Refusal.otherPerson) { _ = try self.refresh { $0["sub"] = .string("u8") } }
        #expect(throws: Refusal.otherPerson) { _ = try self.refresh { $0["auth_time"] = .integer(1_699_999_001) } }
        #expect(throws: Refusal.issuer) { _ = try self.refresh { $0["iss"] = .string("https://q.example") } }
        #expect(throws: Refusal.audience) { _ = try self.refresh { $0["aud"] = .string("gw-market") } }
    }
}
