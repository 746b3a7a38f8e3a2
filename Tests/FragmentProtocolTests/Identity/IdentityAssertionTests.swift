import Testing

@testable import FragmentProtocol

/// Good and forged assertions.
enum Assertions {
    /// The moment of all tests.
    static let now: Int64 = 1_793_700_000
    static let identity = Identity(
        subject: "user-42",
        name: "Zoë \"Z\" 🌹",
        email: "zoe@example.org",
        roles: ["editor", "member"],
        sessionHash: "abc"
    )

    /// Claims of a good assertion, as JSON.
    static func claims(
        iss: String = #""gateway""#,
        aud: String = #""cart""#,
        sub: String = #""user-42""#,
        iat: String = "\(now)",
        exp: String = "\(now + 60)",
        jti: String = #""id-1""#,
        more: String = ""
    ) -> String {
        #"{"iss":\#(iss),"aud":\#(aud),"sub":\#(sub),"iat":\#(iat),"exp":\#(exp),"jti":\#(jti)\#(more)}"#
    }

    /// Claims that do not hold for the service `cart` at ``now``, and why.
    static let refusedClaims: [(String, IdentityError.Code)] = [
        (claims(aud: #""market""#), .wrongAudience),
        (claims(aud: #""Cart""#), .wrongAudience),
        (claims(aud: #"["cart","market"]"#), .malformed),
        (claims(iss: #""other""#), .wrongIssuer),
        (claims(iss: "null"), .malformed),
        (claims(sub: #""""#), .emptyClaim),
        (claims(sub: "42"), .malformed),
        (claims(aud: #""""#), .emptyClaim),
        (claims(jti: #""""#), .emptyClaim),
        (claims(jti: "null"), .malformed),
        (claims(iat: "\(now + 6)"), .notYetValid),
        (claims(iat: "\(now - 100)", exp: "\(now - 50)"), .expired),
        (claims(iat: "\(now - 66)", exp: "\(now - 6)"), .expired),
        (claims(exp: "\(now + 61)"), .badLifetime),
        (claims(exp: "\(now)"), .badLifetime),
        (claims(exp: "\(now - 1)"), .badLifetime),
        (claims(iat: "-1", exp: "5"), .badLifetime),
        (claims(exp: "9223372036854775807"), .badLifetime),
        (claims(iat: "-9223372036854775808", exp: "9223372036854775807"), .badLifetime),
        (claims(exp: "99999999999999999999"), .malformed),
        (claims(exp: "\"\(now + 60)\""), .malformed),
        (claims(exp: "\(now).5"), .malformed),
        (claims(more: ",\"nbf\":\(now + 10)"), .notYetValid),
        (claims(more: #","roles":"editor""#), .malformed),
        (claims(more: #","name":7"#), .malformed),
        ("{}", .malformed),
        ("[]", .malformed),
        ("", .malformed),
        (#"{"sub":"x"}"#, .malformed),
    ]

    /// An assertion of any header and claims, rightly signed.
    static func forge(header: String = #"{"alg":"HS256"}"#, claims: String, key: IdentityKey? = nil) throws -> String {
        let key = try key ?? KnownKeys.shared()
        let message = "\(Base64URL.encode(header.utf8)).\(Base64URL.encode(claims.utf8))"
        return "\(message).\(Base64URL.encode(try key.signature(of: Array(message.utf8))))"
    }

    /// What the service `cart` makes of an assertion.
    static func verify(_ assertion: String, now: Int64 = now, keys: [IdentityKey]? = nil) throws -> Identity {
        try IdentityAssertion.verify(
            assertion,
            audience: "cart",
            issuer: "gateway",
            now: now,
            keys: try keys ?? [KnownKeys.shared()]
        )
    }

    static func sign(
        _ identity: Identity = identity,
        issuer: String = "gateway",
        audience: String = "cart",
        now: Int64 = now,
        id: String = "id-1",
        lifetime: Int64 = 60,
        key: IdentityKey? = nil
    ) throws -> String {
        try IdentityAssertion.sign(
            identity,
            issuer: issuer,
            audience: audience,
            now: now,
            id: id,
            lifetime: lifetime,
            key: try key ?? KnownKeys.shared()
        )
    }
}

@Suite("IdentityAssertion")
struct IdentityAssertionTests {
    private func expect(_ code: IdentityError.Code, _ body: () throws -> Void) {
        #expect(throws: IdentityError(code, ""), performing: body)
    }

    @Test("verifies what it signs, with both algorithms", arguments: 0..<60 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let identity = Identity(
            subject: "s" + random.anyText(upTo: 8),
            name: random.pick([nil, random.anyText(upTo: 8)]),
            email: random.pick([nil, "a@b.example"]),
            roles: random.pick([[], [random.anyText(upTo: 4), "editor"]]),
            sessionHash: random.pick([nil, "h"])
        )
        let shared = try Assertions.sign(identity)
        #expect(try Assertions.verify(shared) == identity)
        let signed = try Assertions.sign(identity, key: KnownKeys.signing())
        #expect(try Assertions.verify(signed, keys: [KnownKeys.verifying()]) == identity)
        #expect(try Assertions.verify(signed, keys: [KnownKeys.shared(), KnownKeys.signing()]) == identity)
    }

    @Test("says all claims")
    func claims() throws {
        let claims = try IdentityAssertion.claims(
            of: try Assertions.sign(lifetime: 30),
            audience: "cart",
            issuer: "gateway",
            now: Assertions.now,
            keys: [KnownKeys.shared()]
        )
        #expect(claims.identity == Assertions.identity)
        #expect(claims.issuedAt == Assertions.now)
        #expect(claims.expiresAt == Assertions.now + 30)
        #expect(claims.id == "id-1")
    }

    @Test("takes an assertion that any JOSE library could make")
    func foreign() throws {
        let header = #"{ "typ": "jwt", "alg": "HS256", "x": 1 }"#
        let assertion = try Assertions.forge(
            header: header,
            claims: Assertions.claims(more: #","roles":[],"other":{"a":[1]}"#)
        )
        #expect(try Assertions.verify(assertion) == Identity(subject: "user-42"))
    }

    @Test("holds from its beginning to its end, with five seconds of skew")
    func times() throws {
        let assertion = try Assertions.sign()
        for moment in [-5, 0, 59, 64] {
            #expect(try Assertions.verify(assertion, now: Assertions.now + Int64(moment)) == Assertions.identity)
        }
        expect(.notYetValid) { _ = try Assertions.verify(assertion, now: Assertions.now - 6) }
        expect(.expired) { _ = try Assertions.verify(assertion, now: Assertions.now + 65) }
        expect(.expired) { _ = try Assertions.verify(assertion, now: Assertions.now + 100_000) }
    }

    @Test(
        "refuses other algorithms, whatever the signature",
        arguments: ["none", "None", "", "HS384", "HS512", "hs256", "RS256", "ES256", "EdDSA", "HS256 "]
    )
    func algorithms(_ alg: String) throws {
        let assertion = try Assertions.forge(header: #"{"alg":"\#(alg)"}"#, claims: Assertions.claims())
        expect(.wrongAlgorithm) { _ = try Assertions.verify(assertion) }
        let parts = assertion.split(separator: ".")
        expect(.wrongAlgorithm) { _ = try Assertions.verify("\(parts[0]).\(parts[1]).") }
    }

    @Test("refuses a public key used as a shared secret")
    func confusion() throws {
        let bytes = try #require(Base64URL.decode(KnownKeys.publicKey))
        let assertion = try Assertions.sign(key: .shared(secret: bytes))
        expect(.wrongAlgorithm) { _ = try Assertions.verify(assertion, keys: [KnownKeys.verifying()]) }
        let named = try Assertions.forge(
            header: #"{"alg":"EdDSA"}"#,
            claims: Assertions.claims(),
            key: .shared(secret: bytes)
        )
        expect(.badSignature) { _ = try Assertions.verify(named, keys: [KnownKeys.verifying()]) }
    }

    @Test("refuses other keys")
    func wrongKeys() throws {
        let other = try IdentityKey.shared(secret: [UInt8](repeating: 9, count: 32))
        expect(.badSignature) { _ = try Assertions.verify(try Assertions.sign(key: other)) }
        expect(.wrongAlgorithm) { _ = try Assertions.verify(try Assertions.sign(), keys: []) }
        let otherPair = try IdentityKey.ed25519(privateKey: [UInt8](repeating: 9, count: 32), id: KnownKeys.thumbprint)
        expect(.badSignature) {
            _ = try Assertions.verify(try Assertions.sign(key: otherPair), keys: [KnownKeys.verifying()])
        }
        // The right key under another name is not the key that is named.
        let named = try IdentityKey.ed25519(
            privateKey: try #require(Base64URL.decode(KnownKeys.privateKey)),
            id: "other"
        )
        expect(.badSignature) {
            _ = try Assertions.verify(try Assertions.sign(key: named), keys: [KnownKeys.verifying()])
        }
    }

    @Test(
        "refuses headers with critical extensions, embedded keys of other types, and broken ones",
        arguments: [
            (#"{"alg":"HS256","crit":["exp"]}"#, IdentityError.Code.criticalExtension),
            (#"{"alg":"HS256","crit":[]}"#, .criticalExtension), (#"{"alg":"HS256","crit":null}"#, .criticalExtension),
            (#"{"alg":"HS256","crit":["b64"],"b64":false}"#, .criticalExtension),
            (#"{"alg":"HS256","typ":"logout+jwt"}"#, .malformed), (#"{"alg":"HS256","typ":"at+jwt"}"#, .malformed),
            (#"{"alg":"HS256","typ":1}"#, .malformed), (#"{"alg":["HS256"]}"#, .malformed), (#"{}"#, .malformed),
            ("[]", .malformed), ("", .malformed), (#"{"alg":"HS256""#, .malformed), (#"{"alg":null}"#, .malformed),
        ]
    )
    func headers(_ header: String, _ code: IdentityError.Code) throws {
        let assertion = try Assertions.forge(header: header, claims: Assertions.claims())
        expect(code) { _ = try Assertions.verify(assertion) }
    }

    @Test("refuses claims that do not hold here, though rightly signed", arguments: Assertions.refusedClaims)
    func claimsRefused(_ claims: String, _ code: IdentityError.Code) throws {
        let assertion = try Assertions.forge(claims: claims)
        expect(code) { _ = try Assertions.verify(assertion) }
    }

    @Test("refuses every change of a byte and every shortening")
    func tampered() throws {
        for (key, keys) in [
            (try KnownKeys.shared(), [try KnownKeys.shared()]),
            (try KnownKeys.signing(), [try KnownKeys.verifying()]),
        ] {
            let assertion = try Assertions.sign(key: key)
            let bytes = Array(assertion.utf8)
            for index in bytes.indices {
                var changed = bytes
                changed[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                #expect(throws: IdentityError.self) {
                    try Assertions.verify(String(decoding: changed, as: UTF8.self), keys: keys)
                }
                #expect(throws: IdentityError.self) {
                    try Assertions.verify(String(decoding: bytes[..<index], as: UTF8.self), keys: keys)
                }
            }
        }
    }

    @Test("refuses what is no compact JWS")
    func malformed() throws {
        let good = try Assertions.sign()
        let parts = good.split(separator: ".").map(String.init)
        let texts = [
            "", ".", "..", "...", "a.b.c", parts[0], "\(parts[0]).\(parts[1])", "\(good).", ".\(good)", "\(good).x",
            "\(good)=", "\(good)\n", " \(good)", "\(parts[0]).\(parts[1]).", "\(parts[0])..\(parts[2])",
            ".\(parts[1]).\(parts[2])", "Bearer \(good)", #"{"payload":"\#(parts[1])"}"#, "\(good)\0",
            String(repeating: "A", count: 9000),
        ]
        for text in texts { #expect(throws: IdentityError.self, "\(text.prefix(40))") { try Assertions.verify(text) } }
        #expect(try Assertions.verify(good) == Assertions.identity)
    }

    @Test("never fails but with its error", arguments: 0..<300 as Range<UInt64>)
    func fuzz(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let good = try Assertions.sign()
        let mutated = random.mutated(good)
        if mutated != good { #expect(throws: IdentityError.self) { try Assertions.verify(mutated) } }
        // A payload that is broken but rightly signed meets the claims' reader.
        let claims = random.mutated(Assertions.claims(more: #","roles":["a"],"name":"b""#))
        let forged = try Assertions.forge(claims: claims)
        do {
            let identity = try Assertions.verify(forged)
            #expect(!identity.subject.isEmpty)
        } catch {
            #expect(error is IdentityError)
        }
    }

    @Test("does not sign what would not be verified")
    func refusesToSign() throws {
        for lifetime in [Int64.min, -1, 0, 61, .max] {
            expect(.badLifetime) { _ = try Assertions.sign(lifetime: lifetime) }
        }
        expect(.badLifetime) { _ = try Assertions.sign(now: -1) }
        expect(.badLifetime) { _ = try Assertions.sign(now: .max) }
        expect(.emptyClaim) { _ = try Assertions.sign(Identity(subject: "")) }
        expect(.emptyClaim) { _ = try Assertions.sign(issuer: "") }
        expect(.emptyClaim) { _ = try Assertions.sign(audience: "") }
        expect(.emptyClaim) { _ = try Assertions.sign(id: "") }
        expect(.cannotSign) { _ = try Assertions.sign(key: KnownKeys.verifying()) }
        expect(.malformed) { _ = try Assertions.sign(Identity(subject: String(repeating: "x", count: 7000))) }
    }
}
