/// How gateways end copies together (`purges:`).
package struct PurgeSettings: Sendable, Equatable {
    /// How long after its fetch a copy is fresh at most while nobody knows what is purged elsewhere (`cut-off-age:`).
    package var cutOffAge = Duration.seconds(30)
    /// How long a purge waits for the other gateways to take it in (`confirm:`).
    package var confirm = Duration.seconds(1)
    /// Purges that are kept on record (`remembered:`); copies that are older than all of them end.
    package var remembered = 10_000

    package init() {}
}

extension PurgeSettings {
    init(_ section: ConfigurationSection) {
        let fallback = PurgeSettings()
        cutOffAge = section.value(
            "cut-off-age",
            .duration(.zero...Duration.seconds(86_400)),
            default: fallback.cutOffAge
        )
        confirm = section.value("confirm", .timeout, default: fallback.confirm)
        remembered = section.value("remembered", .integer(16...1_000_000), default: fallback.remembered)
    }
}
