import Testing

@testable import Gateway

@Suite struct TimeTextTests {
    @Test(
        arguments: [
            ("0", 0), ("0s", 0), ("250ms", 250), ("30s", 30_000), ("5m", 300_000), ("1h", 3_600_000),
            ("1d", 86_400_000),
            ("90m", 5_400_000),
        ] as [(String, Int64)]
    )
    func reads(text: String, milliseconds: Int64) {
        #expect(TimeText(text)?.duration == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "5", "s", "-5s", "1.5s", "5 s", "5S", "5min", "1w", "1us", "99999999999999999999s", "9223372036854775807d",
        "٣s",
    ])
    func refuses(text: String) {
        #expect(TimeText(text) == nil)
    }

    @Test(arguments: [0, 1, 999, 1000, 1001, 60_000, 61_000, 3_600_000, 86_400_000, 90_000_000] as [Int64])
    func readsWhatItPrints(milliseconds: Int64) {
        let duration = Duration.milliseconds(milliseconds)
        #expect(TimeText(TimeText(duration: duration).description)?.duration == duration)
    }
}
