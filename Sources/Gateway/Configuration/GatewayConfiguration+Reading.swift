extension GatewayConfiguration {
    /// Reads all sections; mistakes are reported to the section's reader, and what they concern takes its default.
    init(_ top: ConfigurationSection) {
        file = top.reader.file
        listen = top.section("listen", ListenSettings.init)
        let port = listen.http.port
        publicURL = top.value(
            "public-url",
            .publicURL,
            default: PublicURL(port: [0, 80].contains(port) ? nil : port)
        )
        domain = top.value("domain", .hostName, default: "localhost")
        site = SiteSettings(in: top)
        redis = RedisSettings.read(in: top)
        audit = AuditSettings.read(in: top)
        purges = top.section("purges", PurgeSettings.init)
        memory = top.section("memory", MemorySettings.init)
        compression = CompressionSettings.read(in: top)
        services = ServiceSettings.readAll(in: top, domain: domain)
        manifests = ManifestSettings.read(in: top)
        fragments = FragmentRule.readAll(
            in: top,
            services: services.map(\.name),
            hasIdentity: top.cursor("identity") != nil
        )
        limits = top.section("limits", LimitSettings.init)
        pages = PageRoute.readAll(
            in: top,
            services: services,
            budget: limits.pageBudget,
            hasSignOn: top.cursor("sso") != nil
        )
        identity = IdentitySettings.read(in: top)
        session = top.section("session", SessionSettings.init)
        templates = Self.path(
            top.value("templates", .folder, default: "Templates"),
            besides: top.reader.file
        )
        signOn = SignOnSettings.read(in: top, services: services) { [file = top.reader.file] in
            Self.path($0, besides: file)
        }
        if let signOn, signOn.provider != nil, identity == nil {
            top.cursor("sso")?.report(
                "sso.provider is told by its identity who is signed in, and there is none; "
                    + "add identity: { secret: \"${IDENTITY_SECRET}\" }"
            )
        }
        top.finish()
    }

    /// A path that counts from the folder of a file.
    private static func path(_ path: String, besides file: String) -> String {
        guard !path.hasPrefix("/"), let end = file.lastIndex(of: "/") else { return path }
        return String(file[...end]) + path
    }
}

extension ListenSettings {
    init(_ section: ConfigurationSection) {
        let fallback = ListenSettings()
        http = section.value("http", .listenAddress, default: fallback.http)
        if let cursor = section.cursor("admin"), cursor.isOff {
            admin = nil
            section.reader.record { $0.value("admin", "off", .file(line: cursor.position.line, variables: [])) }
        } else if let address = fallback.admin {
            admin = section.value("admin", .listenAddress, default: address)
        } else {
            admin = nil
        }
        threads = section.optional("threads", .integer(1...1024), absent: .comment("one for each core"))
        section.refuse("https", "let a proxy in front of the gateway speak TLS")
        if let admin, admin == http, http.port != 0 {
            let position = section.cursor("admin")?.position ?? section.cursor("http")?.position
            section.reader.report(
                "listen.admin and listen.http are both \(http); give each its own port",
                at: position
            )
        }
    }
}

extension MemorySettings {
    init(_ section: ConfigurationSection) {
        let fallback = MemorySettings()
        sessions = section.value("sessions", .integer(0...1_000_000), default: fallback.sessions)
        if let cursor = section.cursor("fragments"), cursor.isOff {
            fragments = 0
            section.reader.record { $0.value("fragments", "off", .file(line: cursor.position.line, variables: [])) }
            return
        }
        fragments = section.value("fragments", .size(1 << 20...1 << 40), default: fallback.fragments)
    }
}

extension IdentitySettings {
    /// Reads `identity:`; `nil` when it is absent.
    static func read(in top: ConfigurationSection) -> IdentitySettings? {
        guard top.cursor("identity") != nil else { return nil }
        return top.section("identity") { section in
            let algorithm = section.value("algorithm", .word(["hs256", "eddsa"]), default: "hs256")
            let key: Key?
            let other: String
            if algorithm == "eddsa" {
                key = section.required("private-key", .privateKey, advice: "private-key: \"${IDENTITY_KEY}\"")
                    .map(Key.eddsa)
                other = "secret"
            } else {
                key = section.required("secret", .secret, advice: "secret: \"${IDENTITY_SECRET}\"").map(Key.hs256)
                other = "private-key"
            }
            if let cursor = section.cursor(other) {
                cursor.report("\(cursor.name) has no use with the algorithm \(algorithm); take one of the two out")
            }
            let issuer = section.value("issuer", .text("a name or URL"), default: "gateway")
            let lifetime = section.value(
                "lifetime",
                .duration(.seconds(1)...Duration.seconds(60)),
                default: .seconds(60)
            )
            return key.map { IdentitySettings(key: $0, issuer: issuer, lifetime: lifetime) }
        }
    }
}

extension SessionSettings {
    init(_ section: ConfigurationSection) {
        key = section.optional("key", .secret, absent: .comment("a random one at each start"))
        lifetime = section.value(
            "lifetime",
            .duration(.seconds(60)...Duration.seconds(400 * 86_400)),
            default: SessionSettings().lifetime
        )
    }
}
