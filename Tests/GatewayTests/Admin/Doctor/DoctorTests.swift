import TestSupport
import Testing

@testable import Gateway

/// What the doctor finds of a provider that answers.
@Suite(.timeLimit(.minutes(1)))
struct DoctorTests {
    private func findings(
        _ script: ScriptedProvider.Script = ScriptedProvider.Script(),
        now: @escaping @Sendable () -> Instant = Instant.now
    ) async throws -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        try await ScriptedProvider.with(script) { provider in
            let text = """
                services: { blog: { upstream: "http://127.0.0.1:1" } }
                redis: { url: "redis://127.0.0.1:1" }
                session: { key: 0123456789abcdef0123456789abcdef }
                sso:
                  issuer: "\(provider.issuer)"
                  timeout: 1s
                  clients: { "*": { client-id: a, client-secret: a-secret-of-some-length } }
                """
            findings = await Doctor(try ConfigurationSamples.load(text), now: now).examine()
        }
        return findings
    }

    @Test func aGoodProviderIsNotMentioned() async throws {
        let findings = try await self.findings()
        #expect(findings == [])
    }

    @Test func whatIsWrongWithAProviderIsTold() async throws {
        let changes: [(@Sendable (inout ScriptedProvider.Script) -> Void, String)] = [
            ({ $0.discovery["issuer"] = #""https://evil.example""# }, "https://evil.example"),
            ({ $0.discovery["code_challenge_methods_supported"] = #"["plain"]"# }, "S256"),
            ({ $0.answers["/.well-known/openid-configuration"] = OriginStep.answer(404) }, "404"),
            ({ $0.answers["/.well-known/openid-configuration"] = [.close] }, "unavailable"),
            ({ $0.answers["/jwks"] = ScriptedProvider.json("{}") }, "keys"),
        ]
        for (change, expected) in changes {
            var script = ScriptedProvider.Script()
            change(&script)
            let findings = try await self.findings(script)
            #expect(findings.count == 1, "\(expected): \(findings)")
            #expect(findings.first?.subject == "the provider")
            if expected != "unavailable" { #expect(findings.first?.message.contains(expected) ?? false, "\(findings)") }
        }
    }

    @Test func aClockThatIsOffIsTold() async throws {
        var script = ScriptedProvider.Script()
        script.answers["/jwks"] = OriginStep.answer(
            200,
            [("Content-Type", "application/json"), ("Date", "Tue, 14 Nov 2023 22:13:20 GMT")],
            String(decoding: TokenSigner.set([TokenSigner(es256: "k").publicKey]), as: UTF8.self)
        )
        let right = Instant(milliseconds: 1_700_000_000_000)
        let good = try await self.findings(script) { right + .seconds(20) }
        #expect(good == [])
        let found = try await self.findings(script) { right + .seconds(90) }
        #expect(found.map(\.subject) == ["the clock"])
        #expect(found.first?.message.contains("90 s behind") ?? false)
    }
}
