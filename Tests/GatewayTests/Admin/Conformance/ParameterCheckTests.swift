import FragmentProtocol
import Testing

@testable import Gateway

@Suite("The check of answers to parameters")
struct ParameterCheckTests {
    private static func findings(
        _ expectation: ParameterTrial.Expectation,
        _ result: Result<FetchResponse, FetchFailure>
    ) -> [CheckFinding] {
        let trial = ParameterTrial(parameters: ["a": "1"], expectation: expectation, what: "the parameter 'a'")
        return ParameterCheck.findings(trial, result, at: .sample)
    }

    @Test(
        "What is asked is answered or refused as the manifest says",
        arguments: [
            (ParameterTrial.Expectation.allowed, [200, 204, 404, 410]),
            (.arbitrary, [200, 204, 400, 404, 422]),
            (.refused, [400, 404, 422]),
        ]
    )
    func fine(_ expectation: ParameterTrial.Expectation, _ statuses: [Int]) {
        for status in statuses { #expect(Self.findings(expectation, .success(.sample(status))) == []) }
    }

    @Test(
        "Anything else is found",
        arguments: [
            (ParameterTrial.Expectation.allowed, 400, "error 2.2: the parameter 'a' is refused with status 400"),
            (.allowed, 500, "error 3.2: the parameter 'a' is answered with status 500, as if the service had failed"),
            (.arbitrary, 502, "error 3.2: "),
            (.refused, 500, "error 3.2: "),
            (.refused, 200, "warning 3.2: the parameter 'a' is answered with status 200, as if it were in order"),
            (.allowed, 302, "warning 4.1: the parameter 'a' is answered with a redirect"),
            (.refused, 302, "warning 4.1: "),
        ]
    )
    func found(_ expectation: ParameterTrial.Expectation, _ status: Int, _ expected: String) {
        let findings = Self.findings(expectation, .success(.sample(status)))
        #expect(findings.begin(with: [expected]), "\(findings)")
        #expect(findings.allSatisfy { !$0.remedy.isEmpty })
    }

    @Test("A value that comes out as markup is found, in HTML of any status")
    func markup() {
        let html = [(name: "Content-Type", value: "text/html; charset=utf-8")]
        let echo = #"<p class=""'><gateway-check>">"#
        for status in [200, 404] {
            let findings = Self.findings(.arbitrary, .success(.sample(status, html, echo)))
            #expect(findings.begin(with: ["error 4.3: the value of the parameter 'a' stands in the body as markup"]))
        }
        let escaped = FetchResponse.sample(200, html, "<p>&lt;gateway-check&gt;</p>")
        #expect(Self.findings(.arbitrary, .success(escaped)) == [])
        let json = FetchResponse.sample(200, [("Content-Type", "application/json")], #"["<gateway-check>"]"#)
        #expect(Self.findings(.arbitrary, .success(json)) == [])
    }

    @Test("No answer is a finding, whatever was asked")
    func failure() {
        let findings = Self.findings(.refused, .failure(FetchFailure(.reset, "gone")))
        #expect(findings.begin(with: ["error 3.2: there is no answer with the parameter 'a': reset: gone"]))
    }
}
