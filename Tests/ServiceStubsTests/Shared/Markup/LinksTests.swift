import Testing

@testable import ServiceStubs

struct LinksTests {
    private let links = Links(template: "https://{service}.example.org")

    @Test func leadsToTheHostOfTheService() {
        #expect(links.to(.cart, "") == "https://cart.example.org/")
        #expect(links.to(.blog, "posts", "a-b") == "https://blog.example.org/posts/a-b")
        #expect(links.picture("loaf-rye", of: .market) == "https://market.example.org/images/loaf-rye.svg")
    }

    @Test func escapesPathAndQueryAndLeavesOutWhatIsEmpty() {
        #expect(
            links.to(.market, "a/b", query: ["q": "ä&b", "category": "", "page": "2"])
                == "https://market.example.org/a%2Fb?q=%C3%A4%26b&page=2"
        )
    }
}
