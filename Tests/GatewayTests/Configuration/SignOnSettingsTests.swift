import Testing

@testable import Gateway

@Suite struct SignOnSettingsTests {
    @Test func everyKeyIsRead() throws {
        let configuration = try ConfigurationSamples.load(
            ConfigurationSamples.everything,
            environment: ConfigurationSamples.environment
        )
        #expect(
            configuration.signOn
                == SignOnSettings(
                    issuer: "https://cart.rose-ash.example:8443",
                    provider: "cart",
                    clients: ["blog": SignOnSettings.Client(identifier: "gw-blog", secret: Secret("open sesame"))],
                    scopes: ["profile", "offline_access"],
                    signsInSilently: false,
                    timeout: .seconds(3),
                    concurrency: 12,
                    session: SignOnSessionSettings(
                        keys: [Secret(String(repeating: "s", count: 32))],
                        idle: .seconds(7 * 86_400),
                        absolute: .seconds(30 * 86_400),
                        limit: 9,
                        store: "sessions.sqlite"
                    )
                )
        )
    }

    @Test func aServicesOwnClientWinsOverTheOneForAll() throws {
        let text = """
            services: { blog: { upstream: "http://h" }, cart: { upstream: "http://h" } }
            sso:
              issuer: "https://p.example/realm"
              clients:
                "*": { client-id: "{service}-of-{service}", client-secret: one }
                cart: { client-id: till, client-secret: two }
            """
        let settings = try #require(try ConfigurationSamples.load(text).signOn)
        #expect(
            settings
                == SignOnSettings(
                    issuer: "https://p.example/realm",
                    clients: [
                        "blog": SignOnSettings.Client(identifier: "blog-of-blog", secret: Secret("one")),
                        "cart": SignOnSettings.Client(identifier: "till", secret: Secret("two")),
                    ]
                )
        )
    }

    @Test func theSecretIsNeverPrinted() throws {
        let effective = try EffectiveConfiguration.load(
            text: ConfigurationSamples.everything.replacing(
                "keys: [",
                with: "keys: [\"an older key of more than 32 bytes\", "
            ),
            file: "gateway.yaml",
            environment: ConfigurationSamples.environment
        ).description
        #expect(effective.contains("client-id: \"gw-{service}\"  # gateway.yaml:"))
        #expect(effective.contains("client-secret: \"***\"  # gateway.yaml:"))
        #expect(effective.contains("keys: [\"***\", \"***\"]  # gateway.yaml:"))
        #expect(!effective.contains("sesame") && !effective.contains("older key"))
    }

    @Test func aFileCountsFromTheFolderOfTheConfiguration() throws {
        let text = """
            services: { blog: { upstream: "http://h" } }
            sso: { issuer: "https://p.example", store: run/s.sqlite, clients: { "*": { client-id: a, client-secret: b } } }
            """
        let configuration = try GatewayConfiguration.load(
            text: text,
            file: "/etc/gateway/gateway.yaml",
            environment: [:]
        )
        #expect(configuration.signOn?.session.store == "/etc/gateway/run/s.sqlite")
    }
}
