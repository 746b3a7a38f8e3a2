import Testing

@testable import ServiceStubs

struct MoneyTests {
    @Test(arguments: [(0, "Free"), (5, "£0.05"), (420, "£4.20"), (123_456, "£1234.56")])
    func prints(pence: Int, text: String) {
        #expect(Money(pence: pence).text == text)
    }

    @Test func addsUp() {
        #expect(Money(pence: 250) * 3 + Money(pence: 1) == Money(pence: 751))
        #expect(Money(pence: 0).amount == "£0.00")
    }
}
