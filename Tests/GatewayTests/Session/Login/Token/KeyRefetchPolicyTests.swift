import Testing

@testable import Gateway

@Suite struct KeyRefetchPolicyTests {
    @Test func aThousandUnknownNamesFetchOnceInAPause() {
        var policy = KeyRefetchPolicy()
        let start = ContinuousClock.now
        var fetches = 0
        func ask(_ moment: Duration) {
            if policy.begins(isUnknown: true, now: start + moment) {
                fetches += 1
                policy.succeeded(now: start + moment)
            }
        }
        ask(.zero)
        #expect(fetches == 1)
        for step in 1...1000 { ask(.milliseconds(step * 29)) }
        #expect(fetches == 1)
        ask(.seconds(31))
        #expect(fetches == 2)
    }

    /// Steps of a policy: the time, whether the name is unknown, whether a fetch begins and whether it succeeds.
    private func run(_ steps: [(seconds: Int, isUnknown: Bool, begins: Bool, succeeds: Bool)]) {
        var policy = KeyRefetchPolicy()
        let start = ContinuousClock.now
        for (seconds, isUnknown, begins, succeeds) in steps {
            let moment = start + .seconds(seconds)
            let hasBegun = policy.begins(isUnknown: isUnknown, now: moment)
            #expect(hasBegun == begins, "after \(seconds) s")
            if hasBegun, succeeds { policy.succeeded(now: moment) }
        }
    }

    @Test func knownNamesFetchWhenTheKeysAreOld() {
        self.run([
            (0, false, true, true), (3599, false, false, true),
            // This one fails: the keys stay, and the next attempt waits.
            (3600, false, true, false), (3610, false, false, true), (3631, false, true, true),
        ])
    }

    @Test func anUnknownNameNeedNotWaitForThePauseOfAnotherReason() {
        self.run([
            (0, false, true, true), (1, true, true, false), (2, true, false, true), (31, true, true, true),
            (32, true, false, true),
        ])
    }

    @Test func theFirstKeysAreTriedAsOftenAsSomebodyNeedsThem() {
        self.run([(0, false, true, false), (1, false, true, false), (2, true, true, true), (3, true, false, true)])
    }
}
