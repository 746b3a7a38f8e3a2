import Testing

@testable import Curl

struct RemainingTimeFieldTests {
    @Test(
        arguments: [
            (.zero, 0), (.milliseconds(-1), 0), (.seconds(-86_400), 0), (.microseconds(999), 0), (.milliseconds(1), 1),
            (.microseconds(250_999), 250), (.milliseconds(250), 250), (.seconds(5), 5000),
            (.seconds(86_400), 86_400_000),
            // What no field can hold is cut, not overflown.
            (.seconds(Int64.max / 4), (1 << 40) * 1000),
        ] as [(Duration, Int64)]
    )
    func countsWholeMilliseconds(left: Duration, expected: Int64) {
        let now = ContinuousClock.now
        #expect(RemainingTimeField("Fragment-Deadline", until: now + left).milliseconds(at: now) == expected)
    }
}
