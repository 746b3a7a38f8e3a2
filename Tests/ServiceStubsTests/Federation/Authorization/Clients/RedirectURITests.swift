import Testing

@testable import ServiceStubs

struct RedirectURITests {
    @Test(arguments: [
        ("https://a.example/callback", true), ("https://a.example/callback?x=1", true), ("http://localhost/cb", true),
        ("http://blog.localhost:8080/cb", true), ("http://127.0.0.1:1/cb", true),
        ("http://localhost.evil.example/", false),
        ("http://evillocalhost/", false), ("https:///cb", false), ("//a.example/cb", false),
        ("https://a.example\\@b/", false),
        ("data:text/html,x", false), ("", false),
    ])
    func whatAClientCanBeRegisteredWith(address: String, isGood: Bool) {
        #expect((RedirectURI.problem(with: address) == nil) == isGood)
    }

    @Test(arguments: [
        ("https://a.example/", "https://a.example/?code=a%20b&iss=i"),
        ("https://a.example/?x=1", "https://a.example/?x=1&code=a%20b&iss=i"),
    ])
    func parametersAreAdded(address: String, whole: String) {
        #expect(RedirectURI.adding(["code": "a b", "state": nil, "iss": "i"], to: address) == whole)
    }
}
