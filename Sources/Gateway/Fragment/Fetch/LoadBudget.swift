/// Allows further requests only as a share of those that are made anyway: each of these fills a bucket a little, and
/// each further one empties it by a whole request.
struct LoadBudget: Sendable {
    /// What one request costs, so that percents are whole numbers.
    private static let price = 100

    private let percent: Int
    private let capacity: Int
    private var credit: Int

    /// A budget of so many percent.
    ///
    /// - Parameters:
    ///   - percent: the share of the requests; with 0 nothing is ever allowed.
    ///   - burst: the most further requests at once, after a time in which none was made.
    ///   - isFull: whether as many are allowed from the start.
    init(percent: Int, burst: Int = 10, isFull: Bool) {
        self.percent = percent
        capacity = percent == 0 ? 0 : burst * Self.price
        credit = isFull ? capacity : 0
    }

    /// Whether a further request may be made.
    var allows: Bool { credit >= Self.price }

    /// A request is made.
    mutating func earn() {
        credit = min(capacity, credit + percent)
    }

    /// Whether a further request may be made; if so, it has been paid for.
    mutating func spend() -> Bool {
        guard allows else { return false }
        credit -= Self.price
        return true
    }
}
