import OpenSSL
import Testing

@Suite("Comparison in constant time")
struct ConstantTimeTests {
    static let cases: [(left: String, right: String, areEqual: Bool)] = [
        ("", "", true), ("", "a", false), ("a", "", false), ("a", "a", true), ("a", "b", false), ("ab", "a", false),
        ("token-1", "token-1", true), ("token-1", "token-2", false), ("Token-1", "token-1", false),
    ]

    @Test("equal means the same bytes", arguments: cases)
    func comparing(left: String, right: String, areEqual: Bool) {
        let first = Array(left.utf8)
        let second = Array(right.utf8)
        let result = ConstantTime.areEqual(first.span, second.span)
        #expect(result == areEqual)
    }
}
