import Testing

@testable import Gateway

struct RecentOutcomesTests {
    private let start = ContinuousClock.now

    @Test func countsWhatIsWithinTheWindow() {
        var recent = RecentOutcomes(window: .seconds(10))
        recent.add(isFailure: true, at: start)
        recent.add(isFailure: false, at: start + .milliseconds(500))
        recent.add(isFailure: true, at: start + .seconds(5))
        #expect(recent.requests == 3 && recent.failures == 2)
        // The first tenth is out.
        recent.add(isFailure: false, at: start + .seconds(10))
        #expect(recent.requests == 2 && recent.failures == 1)
        recent.add(isFailure: false, at: start + .milliseconds(14_999))
        #expect(recent.requests == 3 && recent.failures == 1)
        recent.add(isFailure: false, at: start + .seconds(15))
        #expect(recent.requests == 3 && recent.failures == 0)
    }

    @Test(arguments: [10, 11, 25, 1000, 1_000_000]) func forgetsAllInAPause(seconds: Int) {
        var recent = RecentOutcomes(window: .seconds(10))
        for _ in 0..<7 { recent.add(isFailure: true, at: start) }
        recent.add(isFailure: false, at: start + .seconds(seconds))
        #expect(recent.requests == 1 && recent.failures == 0)
        // And goes on from there.
        recent.add(isFailure: true, at: start + .seconds(seconds) + .seconds(9))
        #expect(recent.requests == 2 && recent.failures == 1)
    }

    @Test func agreesWithCountingOneByOne() {
        var generator = RepeatableGenerator(seed: 4)
        var recent = RecentOutcomes(window: .seconds(10))
        var all: [(tenth: Int, isFailure: Bool)] = []
        var time = 0
        for _ in 0..<5000 {
            // The tenths are counted from the first request on.
            time += all.isEmpty ? 0 : Int.random(in: 0...400, using: &generator)
            let isFailure = Bool.random(using: &generator)
            recent.add(isFailure: isFailure, at: start + .milliseconds(time))
            all.append((time / 1000, isFailure))
            let counted = all.filter { $0.tenth > time / 1000 - 10 }
            #expect(recent.requests == counted.count)
            #expect(recent.failures == counted.count { $0.isFailure })
        }
    }

    @Test(
        arguments: [
            (0, 0, false), (9, 9, false), (10, 5, true), (10, 4, false), (10, 10, true), (100, 50, true),
            (101, 50, false),
        ] as [(Int, Int, Bool)]
    )
    func hasARateOnlyOfEnoughRequests(requests: Int, failures: Int, expected: Bool) {
        var recent = RecentOutcomes(window: .seconds(10))
        for index in 0..<requests { recent.add(isFailure: index < failures, at: start) }
        #expect(recent.hasFailed(percent: 50, ofAtLeast: 10) == expected)
    }
}
