import Testing

@testable import Gateway

@Suite struct ConfigurationErrorsTests {
    @Test(arguments: ConfigurationErrorCases.all)
    func everyMistakeIsTold(_ testCase: ConfigurationErrorCases.Case) {
        let mistakes = ConfigurationSamples.mistakes(testCase.text, environment: ["BAD": "x:y"])
        #expect(mistakes == testCase.mistakes)
    }

    @Test func thereAreManyCases() {
        #expect(ConfigurationErrorCases.all.count > 40)
        #expect(Set(ConfigurationErrorCases.all.map(\.title)).count == ConfigurationErrorCases.all.count)
    }

    @Test func mistakesAreSortedByPlace() {
        let errors = ConfigurationErrors([
            ConfigurationError(file: "f", position: ConfigurationPosition(line: 2, column: 1), message: "c"),
            ConfigurationError(file: "f", position: ConfigurationPosition(line: 1, column: 9), message: "b"),
            ConfigurationError(file: "f", position: nil, message: "a"),
            ConfigurationError(file: "f", position: ConfigurationPosition(line: 2, column: 1), message: "d"),
        ])
        #expect(errors.description == "f: a\nf:1:9: b\nf:2:1: c\nf:2:1: d")
    }
}
