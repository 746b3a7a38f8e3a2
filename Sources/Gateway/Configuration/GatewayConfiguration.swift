package import FragmentProtocol

/// Everything that `gateway.yaml` says, checked and immutable.
package struct GatewayConfiguration: Sendable, Equatable {
    /// The file it was read from, as it was named to the loader.
    package let file: String
    /// Where the gateway listens.
    package let listen: ListenSettings
    /// The addresses that browsers use.
    package let publicURL: PublicURL
    /// The domain that the services' hosts are below (`domain:`), in lower case.
    package let domain: String
    /// What the site says of itself.
    package let site: SiteSettings
    /// The Redis that gateways share; `nil` when it is `off`.
    package let redis: RedisSettings?
    /// How what is shared is looked at.
    package let audit: AuditSettings
    /// How copies are ended.
    package let purges: PurgeSettings
    /// The caches' memory.
    package let memory: MemorySettings
    /// How answers are compressed.
    package let compression: CompressionSettings
    /// The services, in the order of the file; at least one.
    package let services: [ServiceSettings]
    /// How the services' manifests are read while the gateway runs; `nil` when they are not.
    package let manifests: ManifestSettings?
    /// The rules for fragments, in the order of the file: the first that matches rules.
    package let fragments: [FragmentRule]
    /// The pages, in the order of the file.
    package let pages: [PageRoute]
    /// How services are told who asks; `nil` means that they are not.
    package let identity: IdentitySettings?
    /// The session cookie.
    package let session: SessionSettings
    /// How people sign in; `nil` means that nobody can.
    package let signOn: SignOnSettings?
    /// The folder of the templates (`templates:`), relative to the working directory or absolute.
    package let templates: String
    /// The limits.
    package let limits: LimitSettings

    /// The service with a name.
    package func service(named name: String) -> ServiceSettings? {
        services.first { $0.name == name }
    }

    /// The address that browsers use for a service, without a path: `http://blog.localhost:8080`.
    package func publicOrigin(of service: ServiceSettings) -> String {
        publicURL.origin(ofHost: service.host)
    }

    /// What holds for a fragment: the first rule that matches its name, and defaults for what the rule does not say.
    package func settings(for name: FragmentName) -> FragmentSettings {
        FragmentSettings(rule: fragments.first { $0.pattern.matches(name) })
    }
}
