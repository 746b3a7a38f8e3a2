import Testing

@testable import Gateway

@Suite struct CallbackParametersTests {
    private func read(_ query: String) throws(CallbackParameters.Refusal) -> CallbackParameters {
        let bytes = Array(query.utf8)
        return try CallbackParameters(query: bytes.span)
    }

    @Test func aCodeIsRead() throws {
        let parameters = try read("code=a%2Bb&state=s1&iss=https%3A%2F%2Fp.example&session_state=x&unknown=1&unknown=2")
        #expect(parameters.outcome == .code("a+b"))
        #expect(parameters.state == "s1")
        #expect(parameters.issuer == "https://p.example")
    }

    @Test(arguments: [
        ("access_denied", CallbackParameters.ErrorCode.denied), ("login_required", .interactionNeeded),
        ("interaction_required", .interactionNeeded), ("consent_required", .interactionNeeded),
        ("account_selection_required", .interactionNeeded), ("temporarily_unavailable", .unavailable),
        ("server_error", .unavailable), ("invalid_request", .failed), ("<script>", .failed), ("", .failed),
    ])
    func errorsAreRead(code: String, expected: CallbackParameters.ErrorCode) throws {
        let parameters = try read("error=\(code)&state=s&error_description=%3Cscript%3E")
        #expect(parameters.outcome == .error(expected))
        #expect(parameters.issuer == nil)
    }

    @Test(arguments: [
        ("code=a&code=b&state=s", CallbackParameters.Refusal.repeated), ("code=a&state=s&state=s", .repeated),
        ("code=a&state=s&iss=x&iss=x", .repeated), ("error=a&error=b&state=s", .repeated),
        ("code=a&state=s&error_description=a&error_description=b", .repeated), ("code=a", .noState),
        ("code=a&state=", .noState), ("code=a&state[]=s", .noState), ("code=a&STATE=s", .noState), ("", .noState),
        ("&&&", .noState), ("state=s", .noOutcome), ("state=s&code=", .noOutcome),
        ("state=s&code=a&error=b", .noOutcome), ("state=s&code=%ff", .notText), ("state=%c0%af&code=a", .notText),
        ("code=a&state=" + String(repeating: "s", count: 129), .tooLong),
        ("code=a&state=s&x=" + String(repeating: "x", count: 8192), .tooLong),
        (String(repeating: "a=1&", count: 70) + "code=a&state=s", .tooLong),
    ])
    func whatIsNoAnswerIsRefused(query: String, expected: CallbackParameters.Refusal) {
        #expect(throws: expected) { try read(query) }
    }
}
