import Testing

@testable import Gateway

@Suite struct LoginQueryPolicyTests {
    private func returnTo(_ query: String) -> String? {
        LoginQueryPolicy.returnTo(Array(query.utf8), issuer: "https://p.example")?.text
    }

    @Test(arguments: [
        ("", "/"), ("return_to=%2Fwrite%3Fa%3Db", "/write?a=b"), ("return_to=/write", "/write"),
        ("return_to=https%3A%2F%2Fevil.example", "/"), ("return_to=//evil.example", "/"),
        ("return_to=%2Fa&return_to=%2Fb", "/"),
        ("return_to=%ff", "/"),
        ("scope=admin&client_id=other&redirect_uri=https%3A%2F%2Fevil.example&return_to=/a", "/a"),
        ("target_link_uri=https%3A%2F%2Fevil.example", "/"), ("iss=https%3A%2F%2Fp.example&return_to=/a", "/a"),
    ])
    func theLoginEndsOnTheHost(query: String, expected: String) {
        #expect(self.returnTo(query) == expected)
    }

    @Test(arguments: ["iss=https%3A%2F%2Fevil.example", "iss=", "iss=https%3A%2F%2Fp.example%2F&return_to=/a"])
    func aLoginAtAnotherProviderIsRefused(query: String) {
        #expect(self.returnTo(query) == nil)
    }
}
