import FragmentProtocol
import Testing

@Suite("CacheTag")
struct CacheTagTests {
    @Test(
        "tells tags from other texts",
        arguments: [
            ("cart", true), ("cart:user-42", true), ("a/b?c=1", true), ("", false), ("a b", false), ("a,b", false),
            ("é", false), ("a\n", false), ("a\u{7F}", false),
        ]
    )
    func isValid(_ tag: String, _ isValid: Bool) {
        #expect(CacheTag.isValid(tag) == isValid)
    }

    @Test("limits the length")
    func length() {
        #expect(CacheTag.isValid(String(repeating: "a", count: 256)))
        #expect(!CacheTag.isValid(String(repeating: "a", count: 257)))
    }
}
