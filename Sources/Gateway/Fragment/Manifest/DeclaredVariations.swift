import FragmentProtocol

/// What the services' manifests declare that copies of their fragments differ by.
///
/// Only what may be kept apart: `user` and `session` both mean one copy for each person, `language` one for each language.
/// The rest that a manifest can say (`role`, `header:NAME`) changes nothing of what is sent to a service, and so nothing
/// of what it answers.
struct DeclaredVariations: Sendable, Equatable {
    private var byName: [FragmentName: FragmentVariation] = [:]

    /// Nothing is declared.
    init() {}

    /// What a fragment's copies differ by; nothing when no manifest names it.
    subscript(_ name: FragmentName) -> FragmentVariation { self.byName[name] ?? [] }

    /// Adds what a manifest declares; what others have declared stays.
    mutating func add(_ manifest: ServiceManifest) {
        for fragment in manifest.fragments {
            guard let name = FragmentName(service: manifest.service, type: fragment.type) else { continue }
            var variation: FragmentVariation = []
            if fragment.isPersonal { variation.insert(.user) }
            if fragment.varies.contains(.language) { variation.insert(.language) }
            if !variation.isEmpty { self.byName[name, default: []].formUnion(variation) }
        }
    }
}

extension GatewayConfiguration {
    /// What holds for a fragment by its rule and its service's manifest together.
    func settings(for name: FragmentName, declared: DeclaredVariations) -> FragmentSettings {
        var variation = declared[name]
        // With one language all copies are in it.
        if self.site.languages.count < 2 { variation.remove(.language) }
        return self.settings(for: name).varying(asDeclared: variation)
    }
}

extension FragmentVariation {
    /// Its words, as manifests and rules have them.
    var words: [String] {
        [(FragmentVariation.user, "user"), (.language, "language")].filter { self.contains($0.0) }.map(\.1)
    }
}
