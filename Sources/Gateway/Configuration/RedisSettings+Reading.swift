extension RedisSettings {
    /// Reads `redis:`; `nil` when it is absent or `off`.
    static func read(in top: ConfigurationSection) -> RedisSettings? {
        guard let cursor = top.cursor("redis") else {
            top.reader.record { $0.value("redis", "off", .default) }
            return nil
        }
        guard !cursor.isOff else {
            top.reader.record { $0.value("redis", "off", .file(line: cursor.position.line, variables: [])) }
            return nil
        }
        guard cursor.isMap else {
            cursor.reportMismatch("'off' or a map such as { url: \"redis://127.0.0.1:6379/0\" }")
            return nil
        }
        return top.section("redis") { RedisSettings($0) }
    }

    private static let sentinelKeys = ["sentinels", "master", "sentinel-username", "sentinel-password"]
    private static let accessKeys = ["username", "password"]

    /// Nil when it does not say where Redis is, which has been reported then.
    private init?(_ section: ConfigurationSection) {
        let fallback = RedisSettings()
        let mode = section.value("mode", .word(["single", "sentinel", "cluster"]), default: "single")
        let servers: Servers?
        let access: RedisURL
        switch mode {
        case "sentinel":
            Self.refuse(["url", "nodes"], of: mode, in: section)
            servers = Self.sentinels(in: section).map(Servers.sentinel)
            access = Self.access(in: section, hasDatabases: true)
        case "cluster":
            Self.refuse(["url", "database"] + Self.sentinelKeys, of: mode, in: section)
            servers = Self.servers("nodes", defaultPort: 6379, in: section).map(Servers.cluster)
            access = Self.access(in: section, hasDatabases: false)
        default:
            Self.refuse(["nodes"] + Self.sentinelKeys, of: mode, in: section)
            for key in Self.accessKeys + ["database"] {
                section.cursor(key)?.report("redis.\(key) has no use with the mode single; write it into redis.url")
            }
            access = section.value("url", .redisURL, default: RedisURL())
            servers = .single(access.endpoint)
        }
        let timeout = section.value("timeout", .timeout, default: fallback.timeout)
        let lease = section.value(
            "lease",
            .duration(.milliseconds(100)...Duration.seconds(60)),
            default: fallback.lease
        )
        let compressFrom = Self.compressFrom(in: section, default: fallback.compressFrom)
        guard let servers else { return nil }
        self.init(
            servers: servers,
            database: access.database,
            username: access.username,
            password: access.password,
            timeout: timeout,
            lease: lease,
            compressFrom: compressFrom
        )
    }

    /// Reads `compress-from:`, which may be `off`.
    private static func compressFrom(in section: ConfigurationSection, default fallback: Int?) -> Int? {
        if let cursor = section.cursor("compress-from"), cursor.isOff {
            section.reader.record {
                $0.value("compress-from", "off", .file(line: cursor.position.line, variables: []))
            }
            return nil
        }
        return fallback.map { section.value("compress-from", .size(256...16 << 20), default: $0) }
    }

    private static func sentinels(in section: ConfigurationSection) -> Sentinels? {
        let endpoints = self.servers("sentinels", defaultPort: 26_379, in: section)
        let master = section.required("master", .text("what the sentinels call the master"), advice: "master: mymaster")
        let username = section.optional("sentinel-username", .text("a name"), absent: .comment("Redis's default user"))
        let password = section.optional("sentinel-password", .password, absent: .comment("none"))
        self.demandPassword("sentinel-username", username, password, in: section)
        guard let endpoints, let master else { return nil }
        return Sentinels(endpoints: endpoints, master: master, username: username, password: password)
    }

    /// The name, the password and the database of servers that no URL names.
    private static func access(in section: ConfigurationSection, hasDatabases: Bool) -> RedisURL {
        let username = section.optional("username", .text("a name"), absent: .comment("Redis's default user"))
        let password = section.optional("password", .password, absent: .comment("none"))
        self.demandPassword("username", username, password, in: section)
        let database = hasDatabases ? section.value("database", .integer(0...65_535), default: 0) : 0
        return RedisURL(database: database, username: username, password: password)
    }

    private static func demandPassword(
        _ key: String,
        _ username: String?,
        _ password: Secret?,
        in section: ConfigurationSection
    ) {
        let other = key.replacing("username", with: "password")
        guard username != nil, password == nil, section.cursor(other) == nil else { return }
        section.reportMissing(other, advice: "\(other): \"${REDIS_PASSWORD}\", or take redis.\(key) out")
    }

    /// A list of servers with at least one in it.
    private static func servers(
        _ key: String,
        defaultPort: Int,
        in section: ConfigurationSection
    ) -> [Endpoint]? {
        let servers = section.list(key, of: .server(defaultPort: defaultPort), plural: "a list of addresses")
        if section.cursor(key) == nil {
            section.reportMissing(key, advice: "\(key): [\"10.0.0.1:\(defaultPort)\", \"10.0.0.2:\(defaultPort)\"]")
        } else if servers?.isEmpty ?? false {
            section.cursor(key)?.report("redis.\(key) is empty; name one server at least")
        }
        return servers?.isEmpty ?? true ? nil : servers
    }

    private static func refuse(_ keys: [String], of mode: String, in section: ConfigurationSection) {
        for key in keys {
            section.cursor(key)?.report("redis.\(key) has no use with the mode \(mode); take it out")
        }
    }
}
