import FragmentProtocol
import Testing

@Suite("FragmentName")
struct FragmentNameTests {
    @Test("takes lower-case names", arguments: ["cart/mini", "a/b", "blog/post-list", "shop2/x-1-", "a--b/c"])
    func takes(_ text: String) throws {
        let name = try #require(FragmentName(text))
        #expect(name.description == text)
        #expect(FragmentName(service: name.service, type: name.type) == name)
    }

    @Test(
        "refuses other texts",
        arguments: [
            "", "/", "cart", "cart/", "/mini", "Cart/mini", "cart/Mini", "cart/mini/x", "cart/mi ni", "cart/..", "1a/b",
            "-a/b", "cart/_x", "cart/é", "cart/mini\u{301}", "cart\u{301}/mini", "cart/\u{301}", "cart/mini\n",
            "cart/mini\u{0}", "cart%2Fmini",
        ]
    )
    func refuses(_ text: String) {
        #expect(FragmentName(text) == nil)
    }

    @Test("refuses names over 64 characters")
    func refusesLongNames() {
        let longest = String(repeating: "a", count: 64)
        #expect(FragmentName(service: longest, type: longest) != nil)
        #expect(FragmentName(service: longest + "a", type: "a") == nil)
        #expect(FragmentName(service: "a", type: longest + "a") == nil)
    }
}
