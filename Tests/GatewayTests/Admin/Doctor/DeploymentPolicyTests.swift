import Testing

@testable import Gateway

@Suite struct DeploymentPolicyTests {
    private static let key = "session: { key: 0123456789abcdef0123456789abcdef }\n"
    private static let redis = "redis: { url: \"redis://127.0.0.1:6379\" }\n"

    private static func signOn(
        _ rest: String = "issuer: \"https://p.example\"",
        secret: String = "0123456789abcdef"
    ) -> String {
        "sso: { \(rest), clients: { \"*\": { client-id: \"{service}\", client-secret: \(secret) } } }\n"
    }

    /// What each configuration is told, by the subjects of the findings.
    private static let cases: [(String, [String])] = [
        (key, []), ("", ["session.key"]), (key + "domain: rose-ash.example\n", ["public-url"]),
        (key + "domain: rose-ash.example\npublic-url: \"https://{host}\"\n", []),
        (
            key + "identity: { secret: 0123456789abcdef0123456789abcdef }\n", ["identity.secret"]
        ),
        (key + redis + signOn(), []), (key + signOn(), ["sso.store"]),
        (key + signOn("issuer: \"https://p.example\", store: s.sqlite"), []),
        (key + redis + signOn("issuer: \"http://p.example\""), ["sso.issuer"]),
        (key + redis + signOn("issuer: \"http://p.localhost:9\""), []),
        (key + redis + signOn(secret: "short"), ["sso.clients"]),
        (key + redis + signOn("issuer: \"http://blog.localhost:8080\""), ["sso.provider"]),
        (
            key + redis + "identity: { secret: another-secret-of-thirty-two-bytes }\n"
                + signOn("issuer: \"http://blog.localhost:9090\", provider: blog"), ["sso.issuer"]
        ),
        (
            key + redis + "identity: { secret: another-secret-of-thirty-two-bytes }\n"
                + signOn("issuer: \"http://blog.localhost:8080\", provider: blog"), []
        ),
    ]

    @Test(arguments: cases.indices)
    func doubtfulConfigurationsAreTold(index: Int) throws {
        let (text, expected) = Self.cases[index]
        let findings = DeploymentPolicy.findings(try ConfigurationSamples.load(ConfigurationSamples.smallest + text))
        #expect(findings.map(\.subject) == expected, "\(text)")
        for finding in findings {
            #expect(!finding.remedy.isEmpty)
            #expect(!"\(finding)".contains("0123456789abcdef"))
        }
    }

    @Test(arguments: [
        ("localhost", true), ("a.localhost", true), ("127.0.0.1", true), ("localhost.example", false), ("", false),
    ])
    func loopbackIsKnown(host: String, expected: Bool) {
        #expect(DeploymentPolicy.isLoopback(host) == expected)
    }
}
