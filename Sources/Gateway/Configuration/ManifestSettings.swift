/// How the manifests of services are read while the gateway runs (`manifests:`).
package struct ManifestSettings: Sendable, Equatable {
    /// Between two readings of one upstream's manifest, give or take a tenth (`refresh:`).
    package var refresh = Duration.seconds(60)
    /// The pause after a reading that failed; each further failure in a row doubles it, up to `refresh` (`retry:`).
    package var retry = Duration.seconds(1)
    /// How long an upstream may take, to the last byte (`timeout:`).
    package var timeout = Duration.seconds(5)
    /// The most bytes of a manifest (`max-size:`).
    package var maximumSize = 1 << 20

    package init() {}
}

extension ManifestSettings {
    /// Reads `manifests:`; `nil` when it is `off`.
    static func read(in top: ConfigurationSection) -> ManifestSettings? {
        if let cursor = top.cursor("manifests"), cursor.isOff {
            top.reader.record { $0.value("manifests", "off", .file(line: cursor.position.line, variables: [])) }
            return nil
        }
        return top.section("manifests", ManifestSettings.init)
    }

    private init(_ section: ConfigurationSection) {
        self.init()
        let time = ScalarForm.duration(.milliseconds(100)...Duration.seconds(86_400))
        refresh = section.value("refresh", time, default: refresh)
        retry = section.value("retry", time, default: retry)
        timeout = section.value("timeout", .timeout, default: timeout)
        maximumSize = section.value("max-size", .size(1 << 10...1 << 30), default: maximumSize)
    }
}
