import Testing

@testable import ServiceStubs

struct KeyRotationPolicyTests {
    private typealias Key = KeyRotationPolicy.Key

    @Test func whatSignsComesFirstAndWhatIsLongRetiredNotAtAll() {
        let keys = [
            Key(id: "gone", algorithm: "RS256", madeAt: 1, retiredAt: 99),
            Key(id: "old", algorithm: "RS256", madeAt: 2, retiredAt: 100),
            Key(id: "signs", algorithm: "RS256", madeAt: 3, retiredAt: nil),
            Key(id: "other", algorithm: "ES256", madeAt: 1, retiredAt: nil),
        ]
        let published = KeyRotationPolicy.published(keys, now: 200, keptFor: 100)
        #expect(published.map(\.id) == ["signs", "other", "old"])
    }
}
