import Testing

@testable import Gateway

@Suite struct ManifestPacePolicyTests {
    private static var settings: ManifestSettings {
        var settings = ManifestSettings()
        settings.refresh = .seconds(60)
        settings.retry = .seconds(2)
        return settings
    }

    @Test(
        arguments: [
            (0, 0.5, 60), (0, 0, 54), (0, 1, 66), (1, 0.5, 2), (2, 0.5, 4), (3, 0.5, 8), (5, 0.5, 32), (6, 0.5, 60),
            (1000, 0.5, 60), (1, 1, 2.2),
        ] as [(Int, Double, Double)]
    )
    func pausesGrowWithFailuresUpToTheInterval(failures: Int, random: Double, seconds: Double) {
        let pause = ManifestPacePolicy.pause(afterFailures: failures, settings: Self.settings, random: random)
        #expect(abs(pause / .seconds(1) - seconds) < 0.001)
    }

    @Test func aFirstPauseThatIsLongerThanTheIntervalIsTheInterval() {
        var settings = Self.settings
        settings.refresh = .seconds(1)
        #expect(ManifestPacePolicy.pause(afterFailures: 1, settings: settings, random: 0.5) == .seconds(1))
    }
}
