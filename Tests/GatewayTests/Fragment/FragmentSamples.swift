import FragmentProtocol
import NIOCore

@testable import Gateway

/// What the tests of fragments make their cases of.
enum FragmentSamples {
    /// A use as a template has it, bound to the rule of gateway.yaml for it.
    static func bound(
        _ name: String = "blog/nav",
        parameters: FragmentParameters? = FragmentParameters.none,
        useTTL: Duration? = nil,
        useTimeout: Duration? = nil,
        hasFallback: Bool = false,
        rule: FragmentRule? = nil,
        hasher: CacheKeyHasher = Self.hasher
    ) throws -> BoundUse {
        guard let name = FragmentName(name) else { throw NoName() }
        let use = FragmentUse(
            index: 0,
            name: name,
            kind: .fragment,
            isPrimary: false,
            isRequired: false,
            timeout: useTimeout,
            ttl: useTTL,
            constantParameters: parameters,
            position: TemplatePosition(path: "page.html", line: 1, column: 1)
        )
        return BoundUse(
            use,
            settings: FragmentSettings(rule: rule),
            hasFallback: hasFallback,
            languages: ["en"],
            hasher: hasher
        )
    }

    /// A rule for all fragments.
    static func rule(
        ttl: Duration? = nil,
        timeout: Duration? = nil,
        vary: FragmentVariation? = nil,
        tags: [String]? = nil,
        honourOrigin: Bool? = nil
    ) -> FragmentRule {
        FragmentRule(
            pattern: .all,
            ttl: ttl,
            timeout: timeout,
            vary: vary,
            tags: tags,
            honourOrigin: honourOrigin,
            position: ConfigurationPosition(line: 1, column: 1)
        )
    }

    /// The same secrets in each run.
    static let hasher: CacheKeyHasher = {
        var generator = RepeatableGenerator(seed: 7)
        return CacheKeyHasher(using: &generator)
    }()

    /// A text that is no fragment's name.
    struct NoName: Error {}
}
