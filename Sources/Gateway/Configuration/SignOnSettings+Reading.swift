internal import FragmentProtocol

extension SignOnSettings {
    /// What stands for the service's name in a client's id.
    private static let placeholder = "{service}"
    /// The entry that is for every service without one of its own.
    private static let anyService = "*"

    /// Reads `sso:`; nil when it is absent.
    ///
    /// - Parameters:
    ///   - top: the whole file.
    ///   - services: the services, each of which needs a client unless it is the provider.
    ///   - path: finds a path from the folder of the file.
    /// - Returns: the settings, or nil.
    static func read(
        in top: ConfigurationSection,
        services: [ServiceSettings],
        path: (String) -> String
    ) -> SignOnSettings? {
        guard top.cursor("sso") != nil else { return nil }
        return top.section("sso") { section in
            let fallback = SignOnSettings(issuer: "")
            let issuer = section.required("issuer", .issuer, advice: "issuer: \"https://accounts.example\"")
            let provider = self.provider(in: section, services: services.map(\.name))
            let clients = self.clients(in: section, services: services.map(\.name).filter { $0 != provider })
            let scopes = self.scopes(in: section, fallback: fallback.scopes)
            let signsInSilently = section.value("silent", .bool, default: fallback.signsInSilently)
            let timeout = section.value(
                "timeout",
                .duration(.milliseconds(100)...Duration.seconds(60)),
                default: fallback.timeout
            )
            let concurrency = section.value("concurrency", .integer(1...100_000), default: fallback.concurrency)
            let keys = section.list("keys", of: .secret, plural: "a list of secrets of 32 bytes or more")
            if keys == nil, section.cursor("keys") == nil {
                section.reader.record { $0.absent("keys", .comment("what session.key is")) }
            }
            let store = section.optional("store", .file, absent: .comment("nowhere: sessions end with the process"))
            let session = self.session(in: section, keys: keys ?? [], store: store.map(path))
            guard let issuer else { return nil }
            return SignOnSettings(
                issuer: issuer,
                provider: provider,
                clients: clients,
                scopes: scopes,
                signsInSilently: signsInSilently,
                timeout: timeout,
                concurrency: concurrency,
                session: session
            )
        }
    }

    /// The service that is the provider, which must know who asks it.
    private static func provider(in section: ConfigurationSection, services: [String]) -> String? {
        let form = ScalarForm<String>.text("the name of a service").checked { name in
            services.contains(name)
                ? nil : "there is no service '\(name)'; \(NearestKey.advice(for: name, in: services, of: "services"))"
        }
        return section.optional("provider", form, absent: .comment("none of the services"))
    }

    private static func scopes(in section: ConfigurationSection, fallback: [String]) -> [String] {
        let form = ScalarForm.scope
        guard section.cursor("scopes") != nil else {
            section.reader.record { $0.value("scopes", "[\(fallback.joined(separator: ", "))]", .default) }
            return fallback
        }
        return section.list("scopes", of: form, plural: "a list of scopes such as [profile, email]") ?? fallback
    }

    private static func session(
        in section: ConfigurationSection,
        keys: [Secret],
        store: String?
    ) -> SignOnSessionSettings {
        section.section("session") { section in
            let fallback = SignOnSessionSettings()
            let lifetimes = Duration.seconds(60)...Duration.seconds(400 * 86_400)
            let idle = section.value("idle", .duration(lifetimes), default: fallback.idle)
            let absolute = section.value("absolute", .duration(lifetimes), default: fallback.absolute)
            if idle > absolute {
                section.reader.report(
                    "sso.session.idle is longer than sso.session.absolute, and would never come to pass; make it shorter",
                    at: section.cursor("idle")?.position ?? section.position
                )
            }
            let limit = section.value("limit", .integer(1...10_000), default: fallback.limit)
            return SignOnSessionSettings(keys: keys, idle: idle, absolute: absolute, limit: limit, store: store)
        }
    }

    /// The client of each service, from its own entry or the one for all.
    private static func clients(in section: ConfigurationSection, services: [String]) -> [String: Client] {
        let example = "clients: { \"*\": { client-id: \"{service}\", client-secret: \"${SSO_SECRET}\" } }"
        guard let cursor = section.cursor("clients") else {
            if !services.isEmpty { section.reportMissing("clients", advice: example) }
            return [:]
        }
        guard let members = cursor.members(expectation: "a map such as \(example)") else { return [:] }
        section.reader.record { $0.open("clients") }
        defer { section.reader.record { $0.close() } }
        var clients: [String: Client] = [:]
        var common: Client?
        var named: Set<String> = []
        for (key, cursor) in members {
            let isKnown = key.text == self.anyService || services.contains(key.text)
            if !isKnown {
                section.reader.report(
                    "sso.clients.\(ConfigurationReader.shown(key.text)): no service of this name needs a client; "
                        + NearestKey.advice(for: key.text, in: services, of: "services"),
                    at: key.position
                )
            }
            section.reader.record { $0.open(key.text) }
            defer { section.reader.record { $0.close() } }
            let client = self.client(cursor, isForOne: key.text != self.anyService || services.count == 1)
            named.insert(key.text)
            if key.text == self.anyService { common = client } else { clients[key.text] = client }
        }
        if !named.contains(self.anyService), let missing = services.first(where: { !named.contains($0) }) {
            cursor.report("sso.clients has no client for \(missing); add \"\(missing)\" or \"*\" to it")
        }
        for service in services where clients[service] == nil {
            clients[service] = common.map {
                Client(
                    identifier: $0.identifier.replacing(self.placeholder, with: service),
                    secret: $0.secret
                )
            }
        }
        return clients
    }

    private static func client(_ cursor: ConfigurationCursor, isForOne: Bool) -> Client? {
        let section = ConfigurationSection(
            cursor,
            expectation: "a map such as { client-id: \"{service}\", client-secret: \"${SSO_SECRET}\" }"
        )
        let identifier = section.required("client-id", .clientIdentifier, advice: "client-id: \"{service}\"")
        let secret = section.required("client-secret", .password, advice: "client-secret: \"${SSO_SECRET}\"")
        if let identifier, !isForOne, !identifier.contains(self.placeholder) {
            section.cursor("client-id")?.report(
                "\(cursor.name).client-id is the same for every service, so that a token for one would do for all; "
                    + "put {service} into it"
            )
        }
        section.finish()
        guard let identifier, let secret else { return nil }
        return Client(identifier: identifier, secret: secret)
    }
}

extension ScalarForm where Value == String {
    /// The name of a provider, which is an address without a query (OpenID Connect Discovery 1.0, section 3).
    fileprivate static var issuer: ScalarForm {
        ScalarForm(
            expectation: "an address such as \"https://accounts.example\", without a query",
            parse: { text in
                guard let address = ProviderAddress(text), !address.target.contains("?") else { return .mismatch }
                return .value(text)
            },
            plain: { $0 }
        )
    }

    /// One scope (RFC 6749, section 3.3).
    fileprivate static var scope: ScalarForm {
        ScalarForm(
            expectation: "a scope such as profile",
            parse: { text in
                let isScope = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c }
                return text.isEmpty || !isScope ? .mismatch : .value(text)
            },
            plain: { $0 }
        )
    }

    /// A client's id (RFC 6749, appendix A.1).
    fileprivate static var clientIdentifier: ScalarForm {
        ScalarForm(
            expectation: "a text of visible characters, such as \"{service}\"",
            parse: { text in
                let isClean = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
                return text.isEmpty || !isClean ? .mismatch : .value(text)
            },
            plain: { $0 }
        )
    }

    /// A file on this machine.
    fileprivate static var file: ScalarForm { text("the path of a file") }
}
