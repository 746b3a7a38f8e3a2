import Testing

@testable import ServiceStubs

struct OAuthParametersTests {
    @Test func valuesAreDecodedAndEmptyOnesLeftOut() throws {
        let parameters = try OAuthParameters(form: "a=1+2&b=%C3%BC&c=&d&&scope=openid++email+openid")
        #expect(parameters["a"] == "1 2")
        #expect(parameters["b"] == "ü")
        #expect(parameters["c"] == nil)
        #expect(parameters["d"] == nil)
        #expect(parameters.list("scope") == ["openid", "email"])
        #expect(parameters.duplicates.isEmpty)
    }

    @Test(arguments: ["a=1&a=2", "a=1&a=1", "a=&a=1", "a=1&b=2&%61=3"])
    func whatStandsTwiceIsKnown(form: String) throws {
        #expect(try OAuthParameters(form: form).duplicates == ["a"])
    }

    @Test(arguments: [
        "a=%G0", "a=%FF", "=1", "a=" + String(repeating: "x", count: 4_097),
        (0...64).map { "p\($0)=1" }.joined(separator: "&"),
    ])
    func whatCannotBeReadIsRefused(form: String) {
        #expect(throws: OAuthParameters.Failure.self) { try OAuthParameters(form: form) }
    }
}
