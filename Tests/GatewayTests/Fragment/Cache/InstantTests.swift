import Gateway
import Testing

@Suite struct InstantTests {
    @Test(arguments: [
        (Instant(milliseconds: 1000), Duration.seconds(2), Instant(milliseconds: 3000)),
        (Instant(milliseconds: 1000), .milliseconds(-1), Instant(milliseconds: 999)),
        (Instant(milliseconds: 1000), .microseconds(1999), Instant(milliseconds: 1001)),
        (Instant(milliseconds: 1000), .seconds(-2), .distantPast),
        (Instant(milliseconds: 1000), .seconds(Int64.max), .distantFuture),
        (Instant(milliseconds: .max), .seconds(1), .distantFuture),
        (Instant(milliseconds: .min), .seconds(-1), .distantPast),
    ])
    func addsWithinBounds(instant: Instant, duration: Duration, expected: Instant) {
        #expect(instant + duration == expected)
    }

    @Test func subtracts() {
        #expect(Instant(milliseconds: 5000) - Instant(milliseconds: 2000) == .seconds(3))
        #expect(Instant(milliseconds: 2000) - Instant(milliseconds: 5000) == .seconds(-3))
        #expect(Instant(milliseconds: .max) - Instant(milliseconds: .min) == .milliseconds(Int64.max))
    }

    @Test func knowsTheTime() {
        let first = Instant.now()
        // 2024 to 2100.
        #expect(first.milliseconds > 1_704_067_200_000 && first.milliseconds < 4_102_444_800_000)
        #expect(Instant.now() >= first)
    }
}
