/// An amount in pence.
struct Money: Sendable, Hashable, Comparable {
    let pence: Int

    init(pence: Int) {
        self.pence = pence
    }

    static func < (left: Money, right: Money) -> Bool { left.pence < right.pence }
    static func + (left: Money, right: Money) -> Money { Money(pence: left.pence + right.pence) }
    static func * (left: Money, right: Int) -> Money { Money(pence: left.pence * right) }

    /// `£4.20`, or `Free`.
    var text: String {
        guard pence != 0 else { return "Free" }
        return amount
    }

    /// `£4.20`, and `£0.00` for nothing.
    var amount: String {
        let fraction = pence % 100
        return "£\(pence / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }

    /// The price as the site's stylesheet expects it.
    var markup: Markup { "<span class=\"price\">\(text)</span>" }
}
