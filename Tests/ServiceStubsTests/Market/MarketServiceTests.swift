import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

struct MarketServiceTests {
    @Test(arguments: [
        ("", 12, true), ("category=bakery", 7, false), ("q=honey", 3, false), ("q=honey%20oats", 1, false),
        ("q=honey%20plums", 0, false),
        ("q=LOAF&category=bakery", 3, false), ("page=4", 4, true), ("page=9", 0, true), ("per-page=48", 40, false),
        ("q=%25", 0, false), ("q=_", 0, false), ("q=%27%20OR%201%3D1", 0, false), ("q=%5C", 0, false),
    ])
    func findsProducts(query: String, count: Int, isPaged: Bool) async throws {
        let response = try await StubHarness().fragment(.market, "product-list?\(query)")
        #expect(response.status == .ok)
        #expect(response.text.count(of: "<article class=\"card\">") == count)
        #expect(response.text.contains("class=\"pagination\"") == isPaged)
    }

    @Test func aSearchIsShownAsText() async throws {
        let response = try await StubHarness().fragment(.market, "product-list?q=%3Cscript%3E")
        #expect(response.text.contains("&lt;script&gt;"))
        #expect(WellFormedness(response.text).elements.contains("script") == false)
    }

    @Test func aProductHasPriceStockAndMeta() async throws {
        let response = try await StubHarness().fragment(.market, "product?slug=dark-rye")
        #expect(response.text.contains("<h1>Dark rye</h1>"))
        #expect(response.text.contains("<span class=\"price\">£4.60</span>"))
        #expect(response.text.contains("18 left"))
        #expect(response["Fragment-Title"] == "Dark rye")
    }

    @Test func featuredProductsAreOfDifferentShelvesAndInStock() async throws {
        let response = try await StubHarness().get(.market, "/internal/fragments/featured?limit=6")
        #expect(response.text.count(of: "<article") == 6)
        #expect(!response.text.contains("sold out"))
    }

    @Test func dataCarriesWhatTemplatesNeed() async throws {
        struct Item: Decodable {
            let title: String
            let price: String
            let pence: Int
            let image: String
        }
        let items = try await StubHarness().fragment(.market, "products?category=home&limit=2").decoded([Item].self)
        #expect(items.count == 2)
        #expect(items.first?.image.hasPrefix("http://market.test/images/") == true)
    }
}
