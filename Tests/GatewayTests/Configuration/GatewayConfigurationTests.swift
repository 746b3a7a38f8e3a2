import FragmentProtocol
import Testing

@testable import Gateway

@Suite struct GatewayConfigurationTests {
    @Test func theSmallestFileTakesEveryDefault() throws {
        let configuration = try ConfigurationSamples.load(ConfigurationSamples.smallest)
        #expect(configuration.listen == ListenSettings())
        #expect(configuration.publicURL.description == "http://{host}:8080")
        #expect(configuration.domain == "localhost")
        #expect(configuration.site.name == "Rose Ash")
        #expect(configuration.site.languages == ["en"])
        #expect(configuration.redis == nil)
        #expect(configuration.memory.fragments == 256 << 20)
        #expect(configuration.compression == CompressionSettings())
        #expect(configuration.services.map(\.host) == ["blog.localhost"])
        #expect(configuration.services.map(\.concurrency) == [64])
        #expect(configuration.services.map(\.cache) == [.off])
        #expect(configuration.services.map(\.largestCachedAnswer) == [1 << 20])
        #expect(configuration.manifests == ManifestSettings())
        #expect(configuration.fragments.isEmpty)
        #expect(configuration.pages.isEmpty)
        #expect(configuration.identity == nil)
        #expect(configuration.session == SessionSettings())
        #expect(configuration.signOn == nil)
        #expect(configuration.templates == "Templates")
        #expect(configuration.limits == LimitSettings())
    }

    @Test func everyKeyIsRead() throws {
        let configuration = try ConfigurationSamples.load(
            ConfigurationSamples.everything,
            environment: ConfigurationSamples.environment
        )
        #expect(configuration.listen.http == Endpoint(host: "::1", port: 8081))
        #expect(configuration.listen.admin == Endpoint(host: "127.0.0.1", port: 0))
        #expect(configuration.listen.threads == 2)
        #expect(configuration.manifests?.refresh == .seconds(30))
        #expect(configuration.manifests?.retry == .milliseconds(500))
        #expect(configuration.manifests?.timeout == .seconds(3))
        #expect(configuration.manifests?.maximumSize == 2 << 20)
        #expect(configuration.publicURL == PublicURL(scheme: "https", port: 8443))
        #expect(
            configuration.redis
                == RedisSettings(
                    servers: .single(Endpoint(host: "10.0.0.7", port: 6380)),
                    database: 3,
                    username: "gate",
                    password: Secret("p@ss"),
                    timeout: .milliseconds(35),
                    lease: .seconds(3),
                    compressFrom: 4096
                )
        )
        #expect(configuration.audit == AuditSettings(interval: 7))
        var purges = PurgeSettings()
        (purges.cutOffAge, purges.confirm, purges.remembered) = (.seconds(5), .milliseconds(200), 99)
        #expect(configuration.purges == purges)
        #expect(configuration.memory == MemorySettings(fragments: 2 << 30, sessions: 5))
        #expect(
            configuration.compression
                == CompressionSettings(
                    codings: [.zstd, .gzip],
                    minimumSize: 2 << 10,
                    level: 9,
                    personal: .whole,
                    memory: 8 << 20
                )
        )
        #expect(configuration.identity?.key == .hs256(secret: Secret(String(repeating: "i", count: 32))))
        #expect(configuration.identity?.issuer == "https://rose-ash.example")
        #expect(configuration.identity?.lifetime == .seconds(30))
        #expect(configuration.session.key == Secret(String(repeating: "s", count: 32)))
        #expect(configuration.session.lifetime == .seconds(3600))
        #expect(configuration.templates == "Site/Templates")
        #expect(configuration.limits.requestLine == 1024)
        #expect(configuration.limits.headerBytes == 2048)
        #expect(configuration.limits.headerCount == 3)
        #expect(configuration.limits.body == 4 << 20)
        #expect(configuration.limits.headerTimeout == .seconds(5))
        #expect(configuration.limits.idleTimeout == .seconds(6))
        #expect(configuration.limits.bodyTimeout == .seconds(7))
        #expect(configuration.limits.shutdownGrace == .zero)
        #expect(configuration.limits.connections == 9)
        #expect(configuration.limits.pageBudget == .seconds(10))
        #expect(configuration.limits.pageFragments == 11)
        #expect(configuration.limits.streamAfter == .milliseconds(3))
        #expect(configuration.limits.passThroughTimeout == .seconds(12))
    }

    @Test func servicesKeepTheirOrderAndAddresses() throws {
        let configuration = try ConfigurationSamples.load(
            ConfigurationSamples.everything,
            environment: ConfigurationSamples.environment
        )
        #expect(configuration.services.map(\.name) == ["blog", "cart"])
        #expect(configuration.services.map(\.host) == ["journal.rose-ash.example", "cart.rose-ash.example"])
        let blog = try #require(configuration.service(named: "blog"))
        #expect(
            blog.upstreams.map(\.description)
                == ["http://127.0.0.1:5001", "https://blog.internal:443", "unix:/run/blog.sock"]
        )
        #expect(blog.upstreams.map(\.unixSocketPath) == [nil, nil, "/run/blog.sock"])
        #expect(blog.concurrency == 8)
        #expect(blog.breaker == BreakerSettings() && blog.hedgeBudget == 5 && blog.retryBudget == 20)
        let cart = try #require(configuration.services.last)
        var breaker = BreakerSettings()
        (breaker.failures, breaker.failureRate, breaker.minimumRequests) = (3, 40, 12)
        (breaker.window, breaker.open, breaker.maximumOpen) = (.seconds(5), .seconds(1), .seconds(20))
        breaker.healthInterval = .milliseconds(500)
        #expect(cart.breaker == breaker && cart.hedgeBudget == 2 && cart.retryBudget == 10)
        #expect(blog.cache == .rfc)
        #expect(blog.largestCachedAnswer == 2 << 20)
        #expect(configuration.publicOrigin(of: blog) == "https://journal.rose-ash.example:8443")
        #expect(configuration.services.last?.upstreams.map(\.origin) == ["http://[::1]:5003"])
        #expect(configuration.service(named: "market") == nil)
    }

    @Test func theSiteIsFreeForTemplates() throws {
        let configuration = try ConfigurationSamples.load(
            ConfigurationSamples.everything,
            environment: ConfigurationSamples.environment
        )
        let site = configuration.site.values
        #expect(site["name"] == .string("Rose & Ash"))
        #expect(site["languages"] == .array([.string("en"), .string("pt-BR")]))
        #expect(site["motto"] == .string("true"))
        #expect(site["open"] == .bool(true))
        #expect(site["founded"] == .integer(1999))
        #expect(site["share"] == .number(0.25))
        #expect(site["none"] == ConfigurationValue.none)
        #expect(site["missing"] == nil)
        guard case .array(let menu)? = site["menu"] else {
            Issue.record("site.menu is no array")
            return
        }
        #expect(menu.map { $0["label"] } == [.string("Home"), .string("Über")])
    }

    @Test func pagesHaveTheirSegmentsAndPlaces() throws {
        let configuration = try ConfigurationSamples.load(
            ConfigurationSamples.everything,
            environment: ConfigurationSamples.environment
        )
        #expect(configuration.pages.map(\.path.description) == ["/", "/posts/{slug}/{part_2}", "/docs/*"])
        #expect(
            configuration.pages.map(\.path.segments)
                == [[], [.literal("posts"), .capture("slug"), .capture("part_2")], [.literal("docs"), .rest]]
        )
        #expect(configuration.pages.map(\.budget) == [.seconds(10), .seconds(2), .seconds(10)])
        #expect(configuration.pages.map(\.service) == ["blog", "blog", "cart"])
        #expect(configuration.pages.map(\.host).last == "cart.rose-ash.example")
        let lines = ConfigurationSamples.everything.split(separator: "\n", omittingEmptySubsequences: false)
        for page in configuration.pages {
            let line = lines[page.templatePosition.line - 1].unicodeScalars
            #expect(String(line.dropFirst(page.templatePosition.column - 1)).hasPrefix(page.template))
            #expect(page.position.line == page.templatePosition.line)
        }
    }

    @Test func theFirstRuleThatMatchesRulesAlone() throws {
        let configuration = try ConfigurationSamples.load(
            ConfigurationSamples.everything,
            environment: ConfigurationSamples.environment
        )
        let nav = configuration.settings(for: try #require(FragmentName("blog/nav")))
        #expect(nav.ttl == .seconds(300))
        #expect(nav.timeout == .milliseconds(250))
        #expect(nav.staleWhileRevalidate == .seconds(3600))
        #expect(nav.staleIfError == .seconds(86_400))
        #expect(nav.negativeTTL == .seconds(1))
        #expect(nav.vary == [.language])
        #expect(nav.tags == ["nav", "site"])
        #expect(nav.retries == 0)
        #expect(nav.maximumSize == 64 << 10)
        #expect(nav.honourOrigin)
        #expect(nav.rule?.description == "blog/nav")
        #expect(nav.line == 24)

        let badge = configuration.settings(for: try #require(FragmentName("cart/mini")))
        #expect(badge.ttl == .zero)
        #expect(badge.vary == [.user, .language])
        #expect(badge.negativeTTL == .seconds(5))
        #expect(badge.rule == .service("cart"))

        let post = configuration.settings(for: try #require(FragmentName("blog/post")))
        #expect(post.rule == .all)
        #expect(post.ttl == nil)
        #expect(post.timeout == .milliseconds(500))
        #expect(post.maximumSize == 1 << 20)
        #expect(post.retries == 1)
        #expect(!post.honourOrigin)
    }

    @Test func withoutARuleTheDefaultsHold() throws {
        let configuration = try ConfigurationSamples.load(ConfigurationSamples.smallest)
        let settings = configuration.settings(for: try #require(FragmentName("blog/nav")))
        #expect(settings == FragmentSettings())
        #expect(settings.rule == nil)
        #expect(settings.line == nil)
    }

    @Test(arguments: [
        ("listen: { http: \"127.0.0.1:80\" }\n", "http://{host}"),
        ("listen: { http: \"127.0.0.1:0\" }\n", "http://{host}"),
        ("listen: { http: \"localhost:9\" }\n", "http://{host}:9"),
        ("public-url: \"https://{host}:443\"\n", "https://{host}"),
        ("public-url: \"http://{host}:81\"\n", "http://{host}:81"),
    ])
    func theAddressesOfBrowsersFollowFromTheListener(lines: String, expected: String) throws {
        let configuration = try ConfigurationSamples.load(lines + ConfigurationSamples.smallest)
        #expect(configuration.publicURL.description == expected)
    }

    @Test(arguments: ["off", "false", "no", "\"off\""])
    func redisAndAdminCanBeOff(word: String) throws {
        let text = "redis: \(word)\nlisten: { admin: \(word) }\n" + ConfigurationSamples.smallest
        let configuration = try ConfigurationSamples.load(text)
        #expect(configuration.redis == nil)
        #expect(configuration.listen.admin == nil)
    }

    @Test(arguments: ["off", "false", "no", "\"off\""])
    func theAuditCanBeOff(word: String) throws {
        let configuration = try ConfigurationSamples.load("audit: \(word)\n" + ConfigurationSamples.smallest)
        #expect(configuration.audit.interval == nil)
    }

    @Test func sentinelsNameTheRedis() throws {
        let configuration = try ConfigurationSamples.load(ConfigurationSamples.sentinels)
        let sentinels = RedisSettings.Sentinels(
            endpoints: [Endpoint(host: "10.0.0.1", port: 26_379), Endpoint(host: "s.internal", port: 5000)],
            master: "pages",
            username: "watch",
            password: Secret("s3")
        )
        #expect(
            configuration.redis
                == RedisSettings(
                    servers: .sentinel(sentinels),
                    database: 2,
                    username: "gate",
                    password: Secret("p@ss"),
                    timeout: .milliseconds(35)
                )
        )
    }

    @Test func aClusterIsTheRedis() throws {
        let configuration = try ConfigurationSamples.load(ConfigurationSamples.cluster)
        let nodes = [Endpoint(host: "10.0.0.1", port: 6379), Endpoint(host: "::1", port: 7000)]
        #expect(configuration.redis == RedisSettings(servers: .cluster(nodes), password: Secret("p@ss")))
    }

    @Test func emptyRedisTakesItsDefaults() throws {
        let configuration = try ConfigurationSamples.load("redis: {}\n" + ConfigurationSamples.smallest)
        #expect(configuration.redis == RedisSettings())
    }

    @Test(arguments: [
        ("gateway.yaml", "Templates", "Templates"),
        ("/etc/gateway/gateway.yaml", "Templates", "/etc/gateway/Templates"),
        ("sites/gateway.yaml", "../Templates", "sites/../Templates"),
        ("sites/gateway.yaml", "/srv/Templates", "/srv/Templates"),
    ])
    func templatesCountFromTheFolderOfTheFile(file: String, folder: String, expected: String) throws {
        let configuration = try GatewayConfiguration.load(
            text: "templates: \(folder)\n" + ConfigurationSamples.smallest,
            file: file,
            environment: [:]
        )
        #expect(configuration.templates == expected)
    }

    @Test func edDSATakesAPrivateKey() throws {
        let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        let configuration = try ConfigurationSamples.load(
            "identity: { algorithm: eddsa, private-key: \"\(key)\" }\n" + ConfigurationSamples.smallest
        )
        guard case .eddsa(let secret)? = configuration.identity?.key else {
            Issue.record("the key is not EdDSA's")
            return
        }
        #expect(secret.base64Bytes() == Array(0..<32))
    }

    @Test func aliasesStandForTheirValues() throws {
        let configuration = try ConfigurationSamples.load(
            """
            services:
              blog: &service { upstream: &address "http://127.0.0.1:5001" }
              cart: *service
              market: { upstream: [*address, "http://127.0.0.1:5002"] }
            """
        )
        #expect(configuration.services.map(\.upstreams.count) == [1, 1, 2])
    }

    @Test func theProjectsOwnFileIsRight() throws {
        let path = ConfigurationSamples.projectFolder + "/gateway.yaml"
        let configuration = try GatewayConfiguration.load(path: path, environment: ConfigurationSamples.environment)
        #expect(configuration.services.map(\.name) == ["blog", "market", "cart", "events", "federation", "account"])
        #expect(
            configuration.services.flatMap(\.upstreams).map(\.description)
                == (5001...5006).map { "http://127.0.0.1:\($0)" }
        )
        #expect(configuration.pages.count == 33)
        for type in ["mini", "totals"] {
            let settings = configuration.settings(for: try #require(FragmentName(service: "cart", type: type)))
            #expect(settings.vary.contains(.user))
            #expect(settings.ttl == nil)
            #expect(!settings.honourOrigin)
        }
    }

    @Test func equalTextsMakeEqualConfigurations() throws {
        let first = try ConfigurationSamples.load(
            ConfigurationSamples.everything,
            environment: ConfigurationSamples.environment
        )
        let second = try ConfigurationSamples.load(
            ConfigurationSamples.everything,
            environment: ConfigurationSamples.environment
        )
        #expect(first == second)
        let other = try ConfigurationSamples.load(ConfigurationSamples.smallest)
        #expect(first != other)
    }
}
