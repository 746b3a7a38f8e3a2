/// Looks through a configuration for what works on one machine, and not for the users of a site.
enum DeploymentPolicy {
    /// Bytes of the shortest secret of a client that cannot be found by trying.
    static let shortestSecret = 16

    /// What is doubtful, in the order of the file.
    static func findings(_ configuration: GatewayConfiguration) -> [DoctorFinding] {
        self.addresses(configuration) + self.sessions(configuration)
            + (configuration.signOn.map { self.signOn($0, configuration) } ?? [])
    }

    /// Whether browsers treat a host as they treat https, whatever its scheme (Secure Contexts, section 3.1).
    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "127.0.0.1" || host == "::1"
    }

    private static func addresses(_ configuration: GatewayConfiguration) -> [DoctorFinding] {
        guard configuration.publicURL.scheme == "http", !self.isLoopback(configuration.domain) else { return [] }
        return [
            DoctorFinding(
                "public-url",
                "browsers reach the site by http: anybody on the way reads its cookies, and a neighbouring host can set them, as "
                    + "the prefix __Host- needs https",
                mend: "let a proxy in front of the gateway speak TLS, and write public-url: \"https://{host}\""
            )
        ]
    }

    private static func sessions(_ configuration: GatewayConfiguration) -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        if configuration.session.key == nil {
            findings.append(
                DoctorFinding(
                    "session.key",
                    "there is none: every session ends when the gateway stops, and a second gateway cannot read it",
                    mend: "write session: { key: \"${SESSION_KEY}\" }, with the output of 'openssl rand -base64 32'"
                )
            )
        }
        var named: [(name: String, secret: Secret)] = []
        if let key = configuration.session.key { named.append(("session.key", key)) }
        switch configuration.identity?.key {
        case .hs256(let secret)?: named.append(("identity.secret", secret))
        case .eddsa(let key)?: named.append(("identity.private-key", key))
        case nil: break
        }
        // The services know this secret, and could seal sessions with it.
        for (index, one) in named.enumerated() {
            for other in named[(index + 1)...] where one.secret == other.secret {
                findings.append(
                    DoctorFinding(
                        other.name,
                        "it is the same secret as \(one.name), so that whoever has one has the other",
                        mend: "give each its own, made by 'openssl rand -base64 32'"
                    )
                )
            }
        }
        return findings
    }

    private static func signOn(
        _ settings: SignOnSettings,
        _ configuration: GatewayConfiguration
    ) -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        let address = ProviderAddress(settings.issuer)
        let host = address.map { String($0.authority.prefix { $0 != ":" }) } ?? ""
        if address?.scheme == "http", !self.isLoopback(host) {
            findings.append(
                DoctorFinding(
                    "sso.issuer",
                    "the provider is reached by http: whoever is on the way can sign in as anybody",
                    mend: "let the provider speak TLS, and write its issuer with https:"
                )
            )
        }
        findings += self.provider(settings, configuration, origin: address?.origin)
        let weak = settings.clients.filter { $0.value.secret.reveal().utf8.count < self.shortestSecret }.keys.sorted()
        if !weak.isEmpty {
            findings.append(
                DoctorFinding(
                    "sso.clients",
                    "the secret has less than \(self.shortestSecret) bytes and can be found by trying, of \(weak.joined(separator: ", "))",
                    mend: "give each client a new one at the provider, made by 'openssl rand -base64 32'"
                )
            )
        }
        if configuration.redis == nil, settings.session.store == nil {
            findings.append(
                DoctorFinding(
                    "sso.store",
                    "there is neither a Redis nor a store: everybody is signed out when the gateway stops",
                    mend: "write redis:, or sso: { store: sessions.sqlite } for one gateway"
                )
            )
        }
        return findings
    }

    private static func provider(
        _ settings: SignOnSettings,
        _ configuration: GatewayConfiguration,
        origin: String?
    ) -> [DoctorFinding] {
        if let name = settings.provider, let service = configuration.service(named: name) {
            let expected = configuration.publicOrigin(of: service)
            guard origin != expected else { return [] }
            return [
                DoctorFinding(
                    "sso.issuer",
                    "the provider is the service \(name), which browsers reach at \(expected), and the issuer is another address",
                    mend: "write issuer: \"\(expected)\", and let the service call itself so"
                )
            ]
        }
        guard let service = configuration.services.first(where: { configuration.publicOrigin(of: $0) == origin }) else {
            return []
        }
        return [
            DoctorFinding(
                "sso.provider",
                "the issuer is the host of the service \(service.name), whose sessions are not taken for the provider's",
                mend: "write provider: \(service.name)"
            )
        ]
    }
}
