import FragmentProtocol
import NIOCore
import Testing

@testable import Gateway

@Suite struct BoundUseTests {
    private static func identifier(
        _ bound: BoundUse,
        _ parameters: FragmentParameters? = nil,
        subject: String? = nil,
        language: String = "en"
    ) -> FragmentIdentifier {
        bound.identifier(parameters, subject: subject, language: language, hasher: FragmentSamples.hasher)
    }

    @Test(
        arguments: [
            ([], .none, nil, "en", "blog/nav", false),
            // Nobody's own, so that who is looking is left out.
            ([], ["limit": "3"], "u1", "de", "blog/nav?limit=3", false),
            (.language, .none, nil, "de", "blog/nav|language=de", false),
            (.language, ["a": "x y"], "u1", "pt-BR", "blog/nav?a=x%20y|language=pt-BR", false),
            (.user, .none, "u1", "de", "blog/nav|user=u1", true),
            (.user, .none, nil, "de", "blog/nav|user=", false), (.user, .none, "", "de", "blog/nav|user=", false),
            ([.user, .language], ["a": "1"], "u1", "de", "blog/nav?a=1|language=de|user=u1", true),
            ([.user, .language], .none, nil, "de", "blog/nav|language=de|user=", false),
        ] as [(FragmentVariation, FragmentParameters, String?, String, String, Bool)]
    )
    func identifiesACopyByWhatItVariesBy(
        vary: FragmentVariation,
        parameters: FragmentParameters,
        subject: String?,
        language: String,
        text: String,
        isOwned: Bool
    ) throws {
        let rule = FragmentSamples.rule(vary: vary)
        // The same whether the parameters are the template's or the request's.
        for (constant, given) in [(parameters, nil), (nil, parameters)] {
            let bound = try FragmentSamples.bound(parameters: constant, rule: rule)
            let identifier = Self.identifier(bound, given, subject: subject, language: language)
            #expect(identifier.text == text)
            #expect(identifier.key == FragmentSamples.hasher.hash(text))
            #expect(identifier.isOwned == isOwned)
            #expect(identifier.reference.parameters == parameters)
            #expect((bound.constant != nil) == (constant != nil && vary.isEmpty))
        }
    }

    @Test func twoSubjectsNeverShareACopy() throws {
        let names = [
            nil, "u1", "u2", "U1", "u11", "u", " u1", "u1 ", "anon:u1", "anon:", "u1|user=u2", "|user=u1",
            "|language=de", "u1|language=de", "u1?a=1", "?a=1", "u1&a=1", "|", "=", "é", "e\u{301}", "u1\0", "u%31",
        ]
        let languages = ["en", "de", "pt-BR"]
        let parameters: [FragmentParameters] = [
            .none, ["a": "1"], ["a": "1|user=u1"], ["a": "|language=de|user=u1"], ["user": "u1"], ["language": "de"],
            ["a|user": "u1"],
        ]
        for vary in [FragmentVariation.user, [.user, .language]] {
            let bound = try FragmentSamples.bound(parameters: nil, rule: FragmentSamples.rule(vary: vary))
            let usedLanguages = vary.contains(.language) ? languages : ["en"]
            var keys: Set<CacheKey> = []
            // As bytes, since texts are equal in Swift whatever the form of their accents.
            var texts: Set<[UInt8]> = []
            for name in names {
                for language in usedLanguages {
                    for parameters in parameters {
                        let identifier = Self.identifier(bound, parameters, subject: name, language: language)
                        keys.insert(identifier.key)
                        texts.insert(Array(identifier.text.utf8))
                        #expect(identifier.isOwned == (name != nil))
                    }
                }
            }
            let count = names.count * usedLanguages.count * parameters.count
            #expect(keys.count == count)
            #expect(texts.count == count)
        }
    }

    @Test func aPersonalCopyIsNeverEverybodys() throws {
        let shared = try FragmentSamples.bound()
        let personal = try FragmentSamples.bound(rule: FragmentSamples.rule(vary: .user))
        #expect(shared.constant != nil)
        #expect(personal.constant == nil)
        #expect(personal.isPersonal && !shared.isPersonal)
        #expect(Self.identifier(personal).key != Self.identifier(shared).key)
        #expect(Self.identifier(personal, subject: "u1").key != Self.identifier(personal).key)
    }

    @Test(
        arguments: [
            (nil, nil, nil, nil), (60, nil, nil, 60), (nil, 5, nil, 5), (60, 5, nil, 5), (60, nil, true, 60),
            (60, 5, true, 5),
        ] as [(Int?, Int?, Bool?, Int?)]
    )
    func theUsesOwnTimeToLiveWins(rule: Int?, use: Int?, honours: Bool?, expected: Int?) throws {
        let bound = try FragmentSamples.bound(
            useTTL: use.map { .seconds($0) },
            rule: FragmentSamples.rule(ttl: rule.map { .seconds($0) }, honourOrigin: honours)
        )
        #expect(bound.freshness.ttl == expected.map { .seconds($0) })
        // What the template says itself is not the service's to change.
        #expect(bound.freshness.honourOrigin == (honours == true && use == nil))
    }

    @Test(
        arguments: [(nil, nil, 500), (200, nil, 200), (nil, 300, 300), (200, 300, 300)] as [(Int?, Int?, Int)]
    )
    func theUsesOwnTimeoutWins(rule: Int?, use: Int?, expected: Int) throws {
        let bound = try FragmentSamples.bound(
            useTimeout: use.map { .milliseconds($0) },
            rule: FragmentSamples.rule(timeout: rule.map { .milliseconds($0) })
        )
        #expect(bound.timeout == .milliseconds(expected))
    }

    @Test func isNamedInTheTimingWithADot() throws {
        let bound = try FragmentSamples.bound("market/product-list")
        #expect(String(buffer: bound.timingName) == ", market.product-list;desc=")
        #expect(String(buffer: bound.memoryTiming) == ", market.product-list;desc=memory")
    }

    @Test func anEmptySubjectIsNobody() throws {
        let name = try #require(FragmentName("cart/mini"))
        let reference = FragmentReference(name: name)
        let hasher = FragmentSamples.hasher
        for (subject, isOwned) in [(nil, false), ("", false), ("u1", true)] as [(String?, Bool)] {
            #expect(
                FragmentIdentifier(
                    reference: reference,
                    canonical: reference.canonical,
                    subject: subject,
                    hasher: hasher
                ).isOwned == isOwned
            )
        }
        #expect(
            FragmentIdentifier(reference: reference, canonical: reference.canonical, hasher: hasher).text == "cart/mini"
        )
    }
}
