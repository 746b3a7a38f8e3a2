import Testing

@testable import Gateway

@Suite struct EffectiveConfigurationTests {
    /// The values alone, without where they came from.
    private func values(_ effective: EffectiveConfiguration) -> [Substring] {
        effective.description.split(separator: "\n").map { line in
            line.firstRange(of: "  # ").map { line[..<$0.lowerBound] } ?? line
        }
    }

    private func effective(_ text: String) throws -> EffectiveConfiguration {
        try EffectiveConfiguration.load(
            text: text,
            file: "gateway.yaml",
            environment: ConfigurationSamples.environment
        )
    }

    @Test func eachValueTellsWhereItCameFrom() throws {
        let text = """
            listen: { admin: off }
            site:
              name: ${IDENTITY_SECRET:-x}
              menu: [Home, { to: "a: b" }]
            redis: { url: "redis://me:word@h/2" }
            services:
              blog:
                upstream:
                  - http://h:1
            fragments: { "blog/*": { ttl: 90s, vary: [language] } }
            pages: [{ host: blog, path: "/", template: a.html }]
            session: { key: "${SESSION_KEY}" }
            """
        let effective = try EffectiveConfiguration.load(
            text: text,
            file: "gateway.yaml",
            environment: ["IDENTITY_SECRET": "Rose", "SESSION_KEY": String(repeating: "k", count: 40)]
        )
        #expect(
            effective.description == """
                listen:
                  http: "0.0.0.0:8080"  # default
                  admin: off  # gateway.yaml:1
                  # threads: one for each core (default)
                public-url: "http://{host}:8080"  # default
                domain: localhost  # default
                site:
                  name: Rose  # gateway.yaml:3, IDENTITY_SECRET
                  languages: [en]  # default
                  menu: ["Home", {"to": "a: b"}]  # gateway.yaml:4
                redis:
                  mode: single  # default
                  url: "redis://me:***@h:6379/2"  # gateway.yaml:5
                  timeout: 20ms  # default
                  lease: 1s  # default
                  compress-from: 8KB  # default
                audit:
                  one-in: 1000  # default
                purges:
                  cut-off-age: 30s  # default
                  confirm: 1s  # default
                  remembered: 10000  # default
                memory:
                  sessions: 4096  # default
                  fragments: 256MB  # default
                compression:
                  codings: [dcz, br, gzip]  # default
                  min-size: 1KB  # default
                  level: 6  # default
                  personal: joined  # default
                  memory: 32MB  # default
                services:
                  blog:
                    host: blog  # default
                    upstream: ["http://h:1"]  # gateway.yaml:9
                    concurrency: 64  # default
                    hedge-budget: 5  # default
                    retry-budget: 20  # default
                    breaker:
                      failures: 5  # default
                      failure-rate: 50  # default
                      min-requests: 20  # default
                      window: 10s  # default
                      open: 2s  # default
                      max-open: 1m  # default
                      health-interval: 1s  # default
                    cache: off  # default
                    cache-max-size: 1MB  # default
                manifests:
                  refresh: 1m  # default
                  retry: 1s  # default
                  timeout: 5s  # default
                  max-size: 1MB  # default
                fragments:
                  "blog/*":
                    ttl: 90s  # gateway.yaml:10
                    timeout: 500ms  # default
                    # stale-while-revalidate: as the service's headers say (default)
                    # stale-if-error: as the service's headers say (default)
                    negative-ttl: 5s  # default
                    vary: [language]  # gateway.yaml:10
                    retries: 1  # default
                    hedge: false  # default
                    max-size: 1MB  # default
                    honour-origin: false  # default
                limits:
                  request-line: 8KB  # default
                  header-bytes: 32KB  # default
                  header-count: 100  # default
                  body: 100MB  # default
                  header-timeout: 10s  # default
                  idle-timeout: 1m  # default
                  body-timeout: 1m  # default
                  shutdown-grace: 30s  # default
                  connections: 10000  # default
                  page-budget: 5s  # default
                  stream-after: 1ms  # default
                  page-fragments: 256  # default
                  pass-through-timeout: 1m  # default
                pages:
                  - host: blog  # gateway.yaml:11
                    path: "/"  # gateway.yaml:11
                    template: a.html  # gateway.yaml:11
                    budget: 5s  # default
                    # require: everybody (default)
                session:
                  key: "***"  # gateway.yaml:12, SESSION_KEY
                  lifetime: 14d  # default
                templates: Templates  # default

                """
        )
    }

    @Test func whatIsPrintedReadsAsTheSame() throws {
        let secrets = ["\"***\"": "\"\(String(repeating: "*", count: 32))\"", ":***@": ":p@"]
        for text in [ConfigurationSamples.smallest, ConfigurationSamples.everything] {
            let first = try effective(text)
            let printed = secrets.reduce(first.description) { $0.replacing($1.key, with: $1.value) }
            let second = try effective(printed)
            #expect(values(second) == values(first))
        }
    }

    @Test func secretsAreStars() throws {
        let text = try effective(ConfigurationSamples.everything).description
        #expect(!text.contains("iiii") && !text.contains("ssss") && !text.contains("p@ss") && !text.contains("p%40ss"))
        #expect(text.contains("redis://gate:***@10.0.0.7:6380/3"))
    }

    @Test(arguments: [
        "", "a", "a b", "null", "true", "12", "~", "a: b", "a #b", "\"", "\\", "'", "-", "- a", "{x}", "[x]", "*", "&a",
        "!a",
        "%", "@", "`", "ü", "😀", "a\nb", "\t", "\u{1}", "\u{7F}", "\u{85}", "\u{2028}", "${A}", "$${A}", "$", " a ",
    ])
    func scalarsReadAsTheSame(text: String) throws {
        let value = ConfigurationValue.array([
            .string(text), .object([.init(name: "key " + text, value: .string(text))]),
        ])
        let yaml = "site: { value: \(EffectiveConfiguration.flow(value)) }\n" + ConfigurationSamples.smallest
        let site = try ConfigurationSamples.load(yaml).site
        #expect(site.values["value"] == value)
    }

    @Test(
        arguments: [
            .none, .bool(true), .bool(false), .integer(0), .integer(.min), .number(0.5), .number(1e300),
            .number(-1.5e-7),
            .number(.infinity), .array([]), .object([]), .number(3),
        ] as [ConfigurationValue]
    )
    func valuesReadAsTheSame(value: ConfigurationValue) throws {
        let yaml = "site: { value: \(EffectiveConfiguration.flow(value)) }\n" + ConfigurationSamples.smallest
        let site = try ConfigurationSamples.load(yaml).site
        #expect(site.values["value"] == value)
    }
}
