import FragmentProtocol
import Testing

@testable import Gateway

@Suite struct DeclaredVariationsTests {
    private static func declared(_ varies: [FragmentDimension]) -> DeclaredVariations {
        var declared = DeclaredVariations()
        declared.add(
            ServiceManifest(
                service: "blog",
                version: "1",
                fragments: [FragmentDeclaration(type: "nav", varies: varies), FragmentDeclaration(type: "plain")]
            )
        )
        return declared
    }

    @Test(
        arguments: [
            ([], []), ([.user], .user), ([.session], .user), ([.language], .language),
            ([.language, .session, .user], [.user, .language]), ([.role, .header("x-kind")], []),
        ] as [([FragmentDimension], FragmentVariation)]
    )
    func whatAManifestSays(varies: [FragmentDimension], expected: FragmentVariation) throws {
        let declared = Self.declared(varies)
        #expect(declared[try #require(FragmentName("blog/nav"))] == expected)
        #expect(declared[try #require(FragmentName("blog/plain"))] == [])
        #expect(declared[try #require(FragmentName("cart/nav"))] == [])
    }

    @Test func whatWasDeclaredBeforeStays() throws {
        var declared = Self.declared([.user])
        declared.add(
            ServiceManifest(
                service: "blog",
                version: "2",
                fragments: [FragmentDeclaration(type: "nav", varies: [.language])]
            )
        )
        #expect(declared[try #require(FragmentName("blog/nav"))] == [.user, .language])
    }

    /// The rule, the languages, the manifest; what holds, and what of it the manifest alone says.
    @Test(
        arguments: [
            ("", "[en, de]", [.user], .user, .user), ("language", "[en, de]", [.user], [.user, .language], .user),
            ("user", "[en, de]", [.user], .user, []), ("user", "[en, de]", [], .user, []),
            ("", "[en, de]", [.language], .language, .language), ("", "[en]", [.language], [], []),
            ("language", "[en]", [.language], .language, []),
        ] as [(String, String, [FragmentDimension], FragmentVariation, FragmentVariation)]
    )
    func ruleAndManifestTogether(
        rule: String,
        languages: String,
        manifest: [FragmentDimension],
        vary: FragmentVariation,
        added: FragmentVariation
    ) throws {
        let configuration = try ConfigurationSamples.load(
            """
            site: { languages: \(languages) }
            identity: { secret: "\(String(repeating: "i", count: 32))" }
            fragments: { blog/nav: { ttl: 1m, vary: [\(rule)] } }

            """ + ConfigurationSamples.smallest
        )
        let name = try #require(FragmentName("blog/nav"))
        let settings = configuration.settings(for: name, declared: Self.declared(manifest))
        #expect(settings.vary == vary)
        #expect(settings.declaredVary == added)
        #expect(settings.ttl == .seconds(60))
    }
}
