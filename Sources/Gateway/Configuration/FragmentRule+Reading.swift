internal import FragmentProtocol

extension FragmentRule {
    /// Reads `fragments:`.
    static func readAll(in top: ConfigurationSection, services: [String], hasIdentity: Bool) -> [FragmentRule] {
        guard let cursor = top.cursor("fragments"),
            let members = cursor.members(expectation: "a map such as { \"*\": { ttl: 30s } }")
        else { return [] }
        top.reader.record { $0.open("fragments") }
        defer { top.reader.record { $0.close() } }
        var rules: [FragmentRule] = []
        for (key, cursor) in members {
            top.reader.record { $0.open(key.text) }
            defer { top.reader.record { $0.close() } }
            let pattern = pattern(key, reader: top.reader, services: services)
            let section = ConfigurationSection(cursor, expectation: "a map such as { ttl: 30s }")
            let rule = FragmentRule(section, pattern: pattern ?? .all, position: key.position)
            guard let pattern else { continue }
            if let earlier = rules.first(where: { $0.pattern.covers(pattern) }) {
                top.reader.report(
                    "fragments.\(pattern) is never reached, because '\(earlier.pattern)' on line "
                        + "\(earlier.position.line) matches first; put the more specific rule first",
                    at: key.position
                )
            }
            if rule.vary?.contains(.user) == true, !hasIdentity {
                top.reader.report(
                    "fragments.\(pattern).vary has 'user', but services are not told who asks; add "
                        + "identity: { secret: \"${IDENTITY_SECRET}\" }",
                    at: section.cursor("vary")?.position ?? key.position
                )
            }
            rules.append(rule)
        }
        return rules
    }

    private init(_ section: ConfigurationSection, pattern: FragmentPattern, position: ConfigurationPosition) {
        let fallback = FragmentSettings()
        func shown<Value>(_ form: ScalarForm<Value>, _ value: Value) -> EffectiveConfiguration.Absent {
            .value(form.print(value))
        }
        self.pattern = pattern
        self.position = position
        ttl = section.optional("ttl", .anyDuration, absent: .comment("as the service's headers say"))
        timeout = section.optional("timeout", .timeout, absent: shown(.timeout, fallback.timeout))
        staleWhileRevalidate = section.optional(
            "stale-while-revalidate",
            .anyDuration,
            absent: .comment("as the service's headers say")
        )
        staleIfError = section.optional(
            "stale-if-error",
            .anyDuration,
            absent: .comment("as the service's headers say")
        )
        negativeTTL = section.optional(
            "negative-ttl",
            .anyDuration,
            absent: shown(.anyDuration, fallback.negativeTTL)
        )
        vary = section.list(
            "vary",
            of: .word(["user", "language"], later: ["session", "role"]),
            plural: "a list such as [user, language]"
        )
        .map { FragmentVariation($0.map { $0 == "user" ? .user : .language }) }
        tags = section.list("tags", of: .tag, plural: "a list such as [nav]")
        retries = section.optional("retries", .integer(0...3), absent: shown(.integer(0...3), fallback.retries))
        hedge = section.optional("hedge", .hedge, absent: shown(.hedge, fallback.hedge))
        let size = ScalarForm.size(1...1 << 30)
        maximumSize = section.optional("max-size", size, absent: shown(size, fallback.maximumSize))
        honourOrigin = section.optional("honour-origin", .bool, absent: shown(.bool, fallback.honourOrigin))
        section.finish()
    }

    private static func pattern(
        _ key: ConfigurationKey,
        reader: ConfigurationReader,
        services: [String]
    ) -> FragmentPattern? {
        guard key.text != "*" else { return .all }
        let isForService = key.text.hasSuffix("/*")
        guard let name = FragmentName(isForService ? key.text.dropLast() + "any" : key.text[...]) else {
            reader.report(
                "fragments.\(ConfigurationReader.shown(key.text)) is no pattern for fragments; write \"service/type\", "
                    + "\"service/*\" or \"*\"",
                at: key.position
            )
            return nil
        }
        guard services.contains(name.service) else {
            reader.report(
                "fragments.\(ConfigurationReader.shown(key.text)): there is no service '\(name.service)'; "
                    + NearestKey.advice(for: name.service, in: services, of: "services"),
                at: key.position
            )
            return nil
        }
        return isForService ? .service(name.service) : .exactly(name)
    }
}
