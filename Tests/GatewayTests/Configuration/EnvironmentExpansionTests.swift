import Testing

@testable import Gateway

@Suite struct EnvironmentExpansionTests {
    private static let environment = ["PORT": "8080", "HOST_1": "blog", "EMPTY": "", "TRICK": "${PORT}"]

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("$", "$"), ("a$b", "a$b"), ("100$ and {}", "100$ and {}"),
        ("${PORT}", "8080"), ("http://${HOST_1}:${PORT}/", "http://blog:8080/"),
        ("${NONE:-9}", "9"), ("${NONE:-}", ""), ("${EMPTY:-x}", "x"), ("${EMPTY}", ""), ("${PORT:-9}", "8080"),
        ("$${PORT}", "${PORT}"), ("$$${PORT}", "$${PORT}"), ("$$", "$$"), ("${TRICK}", "${PORT}"),
        ("é${PORT}é", "é8080é"),
        ("${NONE:-a:-b}", "a:-b"),
    ])
    func expands(text: String, expected: String) {
        guard case .text(let result, _) = EnvironmentExpansion.expand(text, environment: Self.environment) else {
            Issue.record("\(text) was refused")
            return
        }
        #expect(result == expected)
    }

    @Test func namesTheVariablesThatItUsed() {
        #expect(
            EnvironmentExpansion.expand("${PORT} ${NONE:-9} $${PORT}", environment: Self.environment)
                == .text("8080 9 ${PORT}", variables: ["PORT", "NONE"])
        )
    }

    @Test func namesTheVariablesThatAreMissing() {
        #expect(
            EnvironmentExpansion.expand("${A} ${PORT} ${B}", environment: Self.environment) == .missing(["A", "B"])
        )
    }

    @Test(arguments: [
        ("${PORT", "'${' has no '}'"), ("${}", "'' is not the name of a variable"),
        ("${1A}", "'1A' is not the name of a variable"), ("${A B}", "'A B' is not the name of a variable"),
        ("${PORT:9}", "'${PORT:9}' is not known"), ("${PORT:?no}", "'${PORT:?no}' is not known"),
        ("${NONE:-${PORT}}", "the default of 'NONE' holds another '$', which is not known"),
    ])
    func refusesWhatIsNotWellFormed(text: String, what: String) {
        #expect(EnvironmentExpansion.expand(text, environment: Self.environment) == .malformed(what))
    }
}
