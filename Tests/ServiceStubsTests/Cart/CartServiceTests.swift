import FragmentProtocol
import GRDB
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

struct CartServiceTests {
    private struct Summary: Decodable {
        struct Item: Decodable {
            let product: String
            let title: String
            let image: String
            let price: String
            let quantity: Int
            let total: String
        }

        let items: [Item]
        let count: Int
        let total: String
    }

    private func answer(_ response: TestResponse) throws -> ActionAnswer {
        try ActionAnswer.decode(from: response.body.readableBytesView)
    }

    @Test func aGuestFillsChangesAndEmptiesTheCart() async throws {
        let harness = try StubHarness()
        let guest = StubHarness.guest
        let added = try await harness.post("/add", "product=dark-rye&quantity=2", as: guest)
        #expect(added.status == .ok)
        #expect(try answer(added).redirect == "/")
        #expect(try answer(added).purge == ["cart:anon%3A0123456789abcdef"])
        _ = try await harness.post("/add", "product=dark-rye", as: guest)
        let mini = try await harness.fragment(.cart, "mini", as: guest)
        #expect(mini.text.contains("<span class=\"badge\">3</span>"))
        #expect(mini["Cache-Tag"] == "cart, cart:anon%3A0123456789abcdef")
        _ = try await harness.post("/update", "product=dark-rye&quantity=1", as: guest)
        let summary = try await harness.fragment(.cart, "summary", as: guest).decoded(Summary.self)
        #expect(summary.count == 1)
        #expect(summary.total == "£4.60")
        #expect(summary.items.first?.title == "Dark rye")
        #expect(summary.items.first?.total == "£4.60")
        _ = try await harness.post("/update", "product=dark-rye&quantity=0", as: guest)
        #expect(try await harness.fragment(.cart, "summary", as: guest).decoded(Summary.self).items.isEmpty)
        _ = try await harness.post("/add", "product=hedge-honey", as: guest)
        #expect(try await harness.post("/remove", "product=hedge-honey", as: guest).status == .ok)
        #expect(try await harness.fragment(.cart, "contents", as: guest).text.contains("class=\"empty\""))
        #expect(try await harness.fragment(.cart, "mini", as: StubHarness.robin).text.contains(">3<"))
    }

    @Test(arguments: [
        ("/add", "product=x", "product"), ("/add", "", "product"), ("/add", "product=dark-rye&quantity=0", "quantity"),
        ("/add", "product=dark-rye&quantity=100", "quantity"), ("/add", "product=dark-rye&quantity=two", "quantity"),
        ("/add", "product=dark-rye&quantity=19", "quantity"), ("/add", "product=cheese-scones", "quantity"),
        ("/update", "product=dark-rye", "quantity"), ("/update", "product=dark-rye&quantity=-1", "quantity"),
        ("/update", "product=dark-rye&quantity=19", "quantity"), ("/remove", "product=x", "product"),
    ])
    func whatCannotBeIsSaidByField(path: String, form: String, field: String) async throws {
        let response = try await StubHarness().post(path, form, as: StubHarness.guest)
        #expect(response.status == .unprocessableContent)
        #expect(try answer(response).errors.keys.contains(field))
        #expect(try answer(response).redirect == nil)
    }

    @Test(arguments: ["/add", "/update", "/remove", "/checkout"])
    func withoutAnIdentityNothingHappens(path: String) async throws {
        let harness = try StubHarness()
        let response = try await harness.post(path, "product=dark-rye", as: nil)
        #expect(response.status == .unauthorized)
        #expect(response["Content-Type"]?.hasPrefix("application/json") == true)
        let count = try await harness.environment.read { try CartLine.fetchCount($0) }
        #expect(count == 3)
    }

    @Test(arguments: ["/add", "/checkout"])
    func onlyPostsOfFormsAreActions(path: String) async throws {
        let harness = try StubHarness()
        #expect(try await harness.get(.cart, path, as: StubHarness.guest).status == .methodNotAllowed)
        let fields = try StubHarness.fields(for: .cart, StubHarness.guest)
        let json = try await harness.run(.cart) {
            try await $0.execute(uri: path, method: .post, headers: fields, body: ByteBuffer(string: "{}"))
        }
        #expect(json.status == .unsupportedMediaType)
        #expect(try await harness.post(path, "product=%GG", as: StubHarness.guest).status == .badRequest)
        #expect(
            try await harness.post(path, String(repeating: "a", count: 20_000), as: StubHarness.guest).status
                == .contentTooLarge
        )
    }

    @Test func checkingOutMakesAnOrder() async throws {
        let harness = try StubHarness()
        let form = "name=Robin+Hale&email=member%40example.org&delivery=deliver&address=The+copse"
        let response = try await harness.post("/checkout", form, as: StubHarness.robin)
        #expect(response.status == .ok)
        let answer = try answer(response)
        #expect(answer.redirect == "/orders")
        #expect(answer.flash?.contains("Robin Hale") == true)
        #expect(answer.purge == ["cart:user-1", "products"])
        let (order, stock) = try await harness.environment.read { database in
            let query: SQLRequest<Order> = "SELECT * FROM \"order\" ORDER BY number DESC LIMIT 1"
            return (try query.fetchOne(database), try MarketQueries.product("hedge-honey", in: database)?.stock)
        }
        #expect(order?.pence == 2 * 420 + 780)
        #expect(order?.address == "The copse")
        #expect(stock == 23)
        #expect(try await harness.fragment(.cart, "summary", as: StubHarness.robin).decoded(Summary.self).count == 0)
        #expect(try await harness.fragment(.cart, "orders", as: StubHarness.robin).text.contains("£16.20"))
        #expect(try await harness.post("/checkout", form, as: StubHarness.robin).status == .unprocessableContent)
    }

    @Test(arguments: [
        ("email=a%40b.c", ["name"]), ("name=+&email=nobody", ["email", "name"]),
        ("name=A&email=a%40b.c&delivery=deliver", ["address"]), ("name=A&email=a%40b.c&delivery=drone", ["delivery"]),
    ])
    func anIncompleteCheckoutIsRefusedByField(form: String, fields: [String]) async throws {
        let response = try await StubHarness().post("/checkout", form, as: StubHarness.robin)
        #expect(response.status == .unprocessableContent)
        #expect(try answer(response).errors.keys.sorted() == fields)
    }

    @Test func somebodyUnknownGetsAPlainLink() async throws {
        let response = try await StubHarness().fragment(.cart, "mini")
        #expect(response.text == "<a class=\"mini-cart\" href=\"http://cart.test/\">Cart</a>\n")
    }

    @Test func checkoutStepsMarkWhereOneIs() async throws {
        let harness = try StubHarness()
        let text = try await harness.fragment(.cart, "checkout-step?step=2", as: StubHarness.robin).text
        #expect(text.contains("<li aria-current=\"step\">Looking it over</li>"))
        #expect(try await harness.fragment(.cart, "checkout-step?step=4").status == .badRequest)
    }

    /// What a guest put into the cart is there after the sign-in, once, whoever shows it first.
    @Test(arguments: ["mini", "summary", "contents", "totals", "add-form?product=dark-rye"])
    func theCartOfBeforeTheSignInIsKept(fragment: String) async throws {
        let harness = try StubHarness()
        _ = try await harness.post("/add", "product=dark-rye&quantity=2", as: StubHarness.guest)
        _ = try await harness.post("/add", "product=hedge-honey&quantity=1", as: StubHarness.guest)
        var robin = StubHarness.robin
        let before = try await harness.fragment(.cart, "summary", as: robin).decoded(Summary.self)
        robin.formerSubject = StubHarness.guest.subject
        _ = try await harness.fragment(.cart, fragment, as: robin)
        for _ in 1...2 {
            let after = try await harness.fragment(.cart, "summary", as: robin).decoded(Summary.self)
            #expect(after.count == before.count + 3)
            #expect(after.items.first { $0.product == "dark-rye" }?.quantity == 2)
        }
        let guest = try await harness.fragment(.cart, "summary", as: StubHarness.guest).decoded(Summary.self)
        #expect(guest.items.isEmpty)
    }

    /// Nobody takes another person's cart, and a guest takes none.
    @Test func onlyAGuestsCartIsTakenAndByAPersonAlone() async throws {
        let harness = try StubHarness()
        var edith = Identity(subject: "user-2")
        edith.formerSubject = "user-1"
        var guest = StubHarness.guest
        guest.formerSubject = "anon:other"
        _ = try await harness.post("/add", "product=dark-rye", as: Identity(subject: "anon:other"))
        _ = try await harness.fragment(.cart, "mini", as: edith)
        _ = try await harness.fragment(.cart, "mini", as: guest)
        #expect(try await harness.fragment(.cart, "mini", as: StubHarness.robin).text.contains(">3<"))
        let other = try await harness.fragment(.cart, "mini", as: Identity(subject: "anon:other"))
        #expect(other.text.contains(">1<"))
    }

    /// Together no more than there is, and never less than either had.
    @Test func cartsTogetherHoldNoMoreThanThereIs() async throws {
        let harness = try StubHarness()
        _ = try await harness.post("/add", "product=dark-rye&quantity=12", as: StubHarness.guest)
        _ = try await harness.post("/add", "product=dark-rye&quantity=10", as: StubHarness.robin)
        var robin = StubHarness.robin
        robin.formerSubject = StubHarness.guest.subject
        let summary = try await harness.fragment(.cart, "summary", as: robin).decoded(Summary.self)
        #expect(summary.items.first { $0.product == "dark-rye" }?.quantity == 18)
    }
}
