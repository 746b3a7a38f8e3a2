import Testing

@testable import Gateway

@Suite struct SecretTests {
    private static let text = "correct horse battery staple, and more"

    @Test func neverPrintsItself() throws {
        let secret = Secret(Self.text)
        var dumped = ""
        dump(IdentitySettings(key: .hs256(secret: secret)), to: &dumped)
        let shown = [
            "\(secret)", String(describing: secret), String(reflecting: secret), dumped,
            "\(SessionSettings(key: secret))", "\([secret])", "\(Optional(secret) as Any)",
        ]
        for text in shown {
            #expect(!text.contains("horse"))
        }
        #expect(secret.reveal() == Self.text)
    }

    @Test func theWholeConfigurationPrintsNoSecret() throws {
        let configuration = try ConfigurationSamples.load(
            ConfigurationSamples.everything,
            environment: ConfigurationSamples.environment
        )
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in [dumped, "\(configuration)", String(reflecting: configuration)] {
            #expect(!text.contains("iiii") && !text.contains("ssss") && !text.contains("p@ss"))
        }
    }

    @Test func mistakesTellNoSecret() {
        let text = """
            redis: { url: "redis://:hunter2@host:x/0" }
            identity: { secret: "hunter2" }
            session: { key: "${KEY}" }
            """
        let mistakes = ConfigurationSamples.mistakes(text, environment: ["KEY": "hunter2"])
        #expect(mistakes.split(separator: "\n").count == 4)
        #expect(!mistakes.contains("hunter2"))
    }

    @Test(
        arguments: [
            ("", []), ("AA==", [0]), ("AA", [0]), ("/+8=", [255, 239]), ("_-8", [255, 239]), ("AAEC", [0, 1, 2]),
            ("A", nil), ("AB", nil), ("AA!=", nil), ("A A", nil),
        ] as [(String, [UInt8]?)]
    )
    func readsBase64(text: String, bytes: [UInt8]?) {
        #expect(Secret(text).base64Bytes() == bytes)
    }
}
