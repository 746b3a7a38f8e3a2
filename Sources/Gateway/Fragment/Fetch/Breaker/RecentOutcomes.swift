/// How many of the requests of the last while have failed: a window that moves on by tenths of its length.
struct RecentOutcomes: Sendable {
    private struct Tenth {
        var requests = 0
        var failures = 0
    }

    private static let count = 10

    private let step: Duration
    /// The tenths, the present one at `position`, the one before at the place before, and so on around.
    private var tenths = Array(repeating: Tenth(), count: Self.count)
    private var position = 0
    /// When the present tenth ends; nil before the first request.
    private var end: ContinuousClock.Instant?
    private(set) var requests = 0
    private(set) var failures = 0

    init(window: Duration) {
        step = window / Self.count
    }

    mutating func add(isFailure: Bool, at now: ContinuousClock.Instant) {
        advance(to: now)
        requests += 1
        tenths[position].requests += 1
        guard isFailure else { return }
        failures += 1
        tenths[position].failures += 1
    }

    /// Whether at least a share of at least so many requests has failed.
    func hasFailed(percent: Int, ofAtLeast minimum: Int) -> Bool {
        requests >= minimum && failures * 100 >= percent * requests
    }

    mutating func clear() {
        self = RecentOutcomes(step: step)
    }

    private init(step: Duration) {
        self.step = step
    }

    /// Drops the tenths that have become too old.
    private mutating func advance(to now: ContinuousClock.Instant) {
        guard var end else {
            self.end = now + step
            return
        }
        guard now >= end else { return }
        for _ in 0..<Self.count {
            position = (position + 1) % Self.count
            requests -= tenths[position].requests
            failures -= tenths[position].failures
            tenths[position] = Tenth()
            end += step
            if now < end { break }
        }
        // After a pause that is longer than the window nothing is left, and it begins anew.
        self.end = now < end ? end : now + step
    }
}
