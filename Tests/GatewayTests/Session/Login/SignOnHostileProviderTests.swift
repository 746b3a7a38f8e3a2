import OpenSSL
import TestSupport
import Testing

@testable import Gateway

/// Logins at a provider that is wrong, broken, slow or somebody else's.
@Suite(.timeLimit(.minutes(2)))
struct SignOnHostileProviderTests {
    private typealias Script = ScriptedProvider.Script

    /// How a login ends at a provider of a script, which must begin no session.
    private func trouble(_ script: Script, timeout: String = "5s") async throws -> SignOnTrouble? {
        var result: SignOnTrouble?
        try await SignOnHarness.with(script, timeout: timeout) { harness in
            let visit = SignOnVisit(host: harness.host("blog"))
            let begun = await harness.signOn.begin(visit, returnTo: .home)
            guard let location = begun.location else {
                result = begun.trouble
                return
            }
            let browser = try #require(begun.cookies.first?.split(separator: ";").first?.dropFirst("bid=".count))
            let (_, query) = try #require(harness.provider.signIn(location))
            let answer = await harness.callBack(query, browser: String(browser))
            #expect(answer.trouble == nil || harness.keeper.begun == 0)
            result = answer.trouble
        }
        return result
    }

    private static let claims: [(String, String?)] = [
        ("iss", #""https://evil.example""#), ("iss", nil), ("aud", #""gw-market""#), ("aud", nil), ("aud", "[]"),
        ("aud", #"["gw-blog","other"]"#), ("azp", #""other""#), ("sub", nil), ("sub", #""""#), ("exp", "1"),
        ("exp", nil),
        ("exp", "1e300"), ("iat", "99999999999"), ("iat", nil), ("nbf", "99999999999"), ("nonce", #""other""#),
        ("nonce", nil), ("at_hash", #""AAAA""#), ("roles", #""editor""#), ("sid", "5"),
    ]

    @Test(arguments: claims.indices)
    func aTokenWithAWrongClaimSignsNobodyIn(index: Int) async throws {
        var script = Script()
        script.claims = [Self.claims[index].0: Self.claims[index].1]
        try await expect(self.trouble(script), is: .failed, "\(Self.claims[index])")
    }

    private static let headers = [
        #"{"alg":"none"}"#, #"{"alg":"HS256","kid":"k1"}"#, #"{"alg":"RS256","kid":"k1"}"#,
        #"{"alg":"EdDSA","kid":"k1"}"#,
        #"{"alg":"PS256","kid":"k1"}"#, #"{"alg":"ES256","kid":"other"}"#, #"{"alg":"ES256","kid":"../../etc/passwd"}"#,
        #"{"alg":"ES256","kid":"k1","typ":"at+jwt"}"#, #"{"alg":"ES256","kid":"k1","typ":"logout+jwt"}"#,
        #"{"alg":"ES256","kid":"k1","crit":["exp"]}"#, #"{"kid":"k1"}"#, "[]",
    ]

    @Test(arguments: headers)
    func aTokenWithAWrongHeaderSignsNobodyIn(header: String) async throws {
        var script = Script()
        script.tokenHeader = header
        try await expect(self.trouble(script), is: .failed)
    }

    @Test func theAddressOfAKeyInATokenIsNotAsked() async throws {
        var script = Script()
        let stranger = TokenSigner(es256: "k1")
        // A key that the token brings along, or says where to find.
        script.shownKeys = [TokenSigner(es256: "k1").publicKey]
        script.signers = [stranger]
        script.tokenHeader =
            #"{"alg":"ES256","kid":"k1","jwk":\#(stranger.publicKey),"jku":"http://127.0.0.1:1/","x5u":"http://127.0.0.1:1/"}"#
        try await expect(self.trouble(script), is: .failed)
    }

    @Test func aTokenWithoutAKeysNameNeedsASetOfOne() async throws {
        var script = Script()
        script.tokenHeader = #"{"alg":"ES256"}"#
        try await expect(self.trouble(script), is: nil)
        script.signers.append(TokenSigner(es256: "k2"))
        try await expect(self.trouble(script), is: .failed)
    }

    @Test func aTokenThatIsCutOrChangedSignsNobodyIn() async throws {
        let changes: [@Sendable (String) -> String] = [
            { String($0.dropLast()) }, { $0.split(separator: ".").dropLast().joined(separator: ".") + "." },
            { "x" + $0 }, { $0.replacing(".", with: "..") }, { _ in "" }, { _ in "not a token" },
            { token in
                let parts = token.split(separator: ".")
                return "\(parts[0]).\(SessionTokenText.encode(Array(#"{"sub":"admin"}"#.utf8))).\(parts[2])"
            },
        ]
        for change in changes {
            var script = Script()
            script.mangle = change
            try await expect(self.trouble(script), is: .failed)
        }
    }

    @Test func aSecondAlgorithmIsGoodWhereItIsAnnounced() async throws {
        var script = Script()
        script.signers = [TokenSigner(eddsa: "e1")]
        try await expect(self.trouble(script), is: nil)
        script.discovery["id_token_signing_alg_values_supported"] = #"["ES256"]"#
        try await expect(self.trouble(script), is: .failed)
    }

    private static let good = #"{"access_token":"a","token_type":"Bearer","id_token":"e.e.e"}"#

    private static let tokenAnswers: [([OriginStep], SignOnTrouble)] = [
        (ScriptedProvider.json("[]"), .failed), (ScriptedProvider.json(good, type: "text/html"), .failed),
        (ScriptedProvider.json(good), .failed), (ScriptedProvider.json(#"{"access_token":"a"}"#), .failed),
        (ScriptedProvider.json(#"{"access_token":"a","token_type":"Bearer"}"#), .failed),
        (ScriptedProvider.json(#"{"error":"invalid_grant"}"#, status: 400), .stale),
        (ScriptedProvider.json(#"{"error":"invalid_client"}"#, status: 401), .failed),
        (ScriptedProvider.json(good, status: 500), .unavailable),
        (ScriptedProvider.json(good, status: 503), .unavailable),
        (OriginStep.answer(302, [("Location", "http://127.0.0.1:1/token")]), .failed),
        (OriginStep.answer(307, [("Location", "http://169.254.169.254/")]), .failed), ([.close], .unavailable),
        ([.reset], .unavailable), ([.bytes("nonsense\r\n\r\n")], .unavailable),
        (
            [.head(200, [("Content-Type", "application/json"), ("Content-Length", "99999999")]), .fill(99_999_999)],
            .failed
        ),
        (
            [.head(200, [("Content-Type", "application/json"), ("Content-Length", "50")]), .bytes("{"), .close],
            .unavailable
        ),
    ]

    @Test(arguments: tokenAnswers.indices)
    func aWrongAnswerOfTheTokenEndpointSignsNobodyIn(index: Int) async throws {
        var script = Script()
        script.tokenAnswer = Self.tokenAnswers[index].0
        try await expect(self.trouble(script), is: Self.tokenAnswers[index].1, "\(Self.tokenAnswers[index])")
    }

    @Test(arguments: ["/token", "/par", "/.well-known/openid-configuration", "/jwks"])
    func aProviderThatDoesNotAnswerKeepsNobodyWaiting(path: String) async throws {
        var script = Script()
        script.answers[path] = [.stall]
        let started = ContinuousClock.now
        try await expect(self.trouble(script, timeout: "300ms"), is: .unavailable)
        #expect(ContinuousClock.now - started < .seconds(5))
    }

    @Test func aSlowDripEndsWithTheTimeout() async throws {
        var script = Script()
        script.tokenAnswer =
            [.head(200, [("Content-Type", "application/json"), ("Content-Length", "1000")])]
            + (0..<100).flatMap { _ in [OriginStep.bytes(" "), .delay(.milliseconds(50))] }
        try await expect(self.trouble(script, timeout: "300ms"), is: .unavailable)
    }

    private static let discoveries: [(String, String?)] = [
        ("issuer", #""https://evil.example""#), ("code_challenge_methods_supported", nil),
        ("code_challenge_methods_supported", #"["plain"]"#), ("token_endpoint", nil),
        ("jwks_uri", #""file:///etc/passwd""#),
        ("id_token_signing_alg_values_supported", #"["none"]"#), ("response_types_supported", #"["id_token"]"#),
    ]

    @Test(arguments: discoveries.indices)
    func aProviderThatCannotBeTrustedIsNotUsed(index: Int) async throws {
        var script = Script()
        script.discovery = [Self.discoveries[index].0: Self.discoveries[index].1]
        try await expect(self.trouble(script), is: .failed, "\(Self.discoveries[index])")
    }

    private static let documents: [(String, [OriginStep], SignOnTrouble)] = [
        ("/.well-known/openid-configuration", OriginStep.answer(404), .failed),
        ("/.well-known/openid-configuration", OriginStep.answer(500), .unavailable),
        ("/.well-known/openid-configuration", ScriptedProvider.json("{}", type: "text/html"), .failed),
        ("/.well-known/openid-configuration", OriginStep.answer(301, [("Location", "http://127.0.0.1:1/")]), .failed),
        ("/jwks", OriginStep.answer(302, [("Location", "http://169.254.169.254/")]), .unavailable),
        ("/jwks", ScriptedProvider.json("{}"), .failed), ("/jwks", ScriptedProvider.json(#"{"keys":[]}"#), .failed),
        (
            "/jwks",
            [.head(200, [("Content-Type", "application/json"), ("Content-Length", "52428800")]), .fill(52_428_800)],
            .failed
        ),
        ("/par", ScriptedProvider.json(#"{"error":"invalid_client"}"#, status: 401), .failed),
        ("/par", ScriptedProvider.json("{}", status: 201), .failed), ("/par", OriginStep.answer(503), .unavailable),
    ]

    @Test(arguments: documents.indices)
    func brokenDocumentsSignNobodyIn(index: Int) async throws {
        var script = Script()
        script.answers[Self.documents[index].0] = Self.documents[index].1
        try await expect(self.trouble(script), is: Self.documents[index].2, "\(Self.documents[index])")
    }

    @Test func nobodyListens() async throws {
        let text = """
            services: { blog: { upstream: "http://127.0.0.1:1" } }
            sso: { issuer: "http://127.0.0.1:1", clients: { "*": { client-id: a, client-secret: b } } }
            """
        let configuration = try ConfigurationSamples.load(text)
        let log = RecordedLog()
        let client = ProviderClient(
            configuration: configuration,
            settings: try #require(configuration.signOn),
            logger: log.logger
        )
        let signOn = try SignOn(
            configuration: configuration,
            provider: client,
            store: MemoryStateStore(),
            keeper: MemorySessionKeeper(),
            logger: log.logger
        )
        let answer = await signOn.begin(SignOnVisit(host: "blog.localhost"), returnTo: ReturnTo("/a"))
        #expect(answer == .trouble(.unavailable, returnTo: ReturnTo("/a")))
        await client.shutdown()
    }

    @Test func rotatedKeysAreFetchedOnceAndOldOnesSurviveAFailure() async throws {
        try await SignOnHarness.with { harness in
            let old = TokenSigner(es256: "old")
            harness.provider.change { $0.signers = [old] }
            try await expect(harness.logIn().location, is: "/write")
            #expect(harness.provider.seen("/jwks").count == 1)
            // A new key, of which the set is asked because the old one does not have it.
            harness.provider.change { $0.signers = [TokenSigner(es256: "new"), old] }
            try await expect(harness.logIn().location, is: "/write")
            #expect(harness.provider.seen("/jwks").count == 2)
            // Made-up names fetch nothing more within the pause.
            for number in 0..<200 {
                harness.provider.change { $0.tokenHeader = #"{"alg":"ES256","kid":"x\#(number)"}"# }
                try await expect(harness.logIn().trouble, is: .failed)
            }
            #expect(harness.provider.seen("/jwks").count == 2)
            // The set is gone, and the keys are good as before.
            harness.provider.change {
                $0.tokenHeader = nil
                $0.answers["/jwks"] = OriginStep.answer(500)
            }
            try await expect(harness.logIn().location, is: "/write")
        }
    }
}
