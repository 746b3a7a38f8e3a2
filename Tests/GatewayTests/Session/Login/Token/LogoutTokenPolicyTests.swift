import Testing

@testable import Gateway

@Suite struct LogoutTokenPolicyTests {
    private static let now = Instant(milliseconds: 1_700_000_000_000)
    private static let good: [String: JSONTree] = [
        "iss": .string("https://p.example"), "aud": .string("gw-blog"), "iat": .integer(1_700_000_000),
        "exp": .integer(1_700_000_120), "jti": .string("j"), "sid": .string("o-5"), "sub": .string("u7"),
        "events": .object(["http://schemas.openid.net/event/backchannel-logout": .object([:])]),
    ]

    private func check(
        _ claims: [String: JSONTree],
        type: String? = "logout+jwt",
        now: Instant = now
    ) throws(LogoutTokenPolicy.Refusal) -> LogoutTokenPolicy.Result {
        try LogoutTokenPolicy(issuer: "https://p.example", client: "gw-blog").check(
            type: type,
            TokenClaims(claims),
            now: now
        )
    }

    @Test func aTokenEndsASessionOrAPerson() throws {
        let result = try self.check(Self.good)
        #expect(result.target == .session("o-5"))
        #expect(result.id == "j")
        #expect(result.lifetime >= .seconds(660))
        var claims = Self.good
        claims["sid"] = nil
        #expect(try self.check(claims, type: nil).target == .subject("u7"))
        claims["exp"] = nil
        #expect(try self.check(claims, type: "jwt").target == .subject("u7"))
    }

    private typealias Refusal = LogoutTokenPolicy.Refusal

    private static let wrong: [(String, JSONTree?, Refusal)] = [
        ("iss", .string("https://evil.example"), .issuer), ("iss", nil, .issuer),
        ("aud", .string("gw-market"), .audience),
        ("aud", nil, .audience), ("iat", nil, .times), ("iat", .integer(1_699_999_339), .times),
        ("iat", .integer(1_700_000_061), .times), ("iat", .string("x"), .times),
        ("exp", .integer(1_699_999_940), .times),
        ("exp", .number(1e300), .times), ("exp", .string("x"), .times), ("jti", nil, .id), ("jti", .string(""), .id),
        ("jti", .integer(1), .id), ("jti", .string(String(repeating: "j", count: 256)), .id), ("events", nil, .event),
        ("events", .object([:]), .event), ("events", .array([]), .event),
        ("events", .object(["http://schemas.openid.net/event/backchannel-logout": .bool(true)]), .event),
        ("events", .object(["http://schemas.openid.net/event/other": .object([:])]), .event),
        ("nonce", .string("n"), .nonce), ("nonce", .null, .nonce), ("sid", .integer(1), .target),
        ("sid", .string(""), .target),
    ]

    @Test(arguments: wrong.indices)
    func aWrongClaimIsRefused(index: Int) {
        let (name, value, expected) = Self.wrong[index]
        var claims = Self.good
        claims[name] = value
        #expect(throws: expected, "\(name): \(String(describing: value))") { _ = try self.check(claims) }
    }

    @Test func aTokenThatNamesNobodyIsRefused() {
        var claims = Self.good
        claims["sid"] = nil
        claims["sub"] = nil
        #expect(throws: Refusal.target) { _ = try self.check(claims) }
    }

    @Test(arguments: ["at+jwt", "dpop+jwt", ""])
    func aTokenOfAnotherTypeIsRefused(type: String) {
        #expect(throws: Refusal.type) { _ = try self.check(Self.good, type: type) }
    }
}
