import FragmentProtocol
import Testing

@Suite("HeaderName")
struct HeaderNameTests {
    @Test(
        "compares names without case",
        arguments: [
            ("ETag", "etag", true), ("ETag", "ETAG", true), ("ETag", "ETags", false), ("a-b", "a_b", false),
            ("[", "{", false), ("é", "É", false),
        ]
    )
    func isSame(_ one: String, _ other: String, _ isSame: Bool) {
        #expect(HeaderName.isSame(one, other) == isSame)
    }
}
