import Curl
import Testing

@Suite struct CurlAddressTests {
    @Test(arguments: [
        ("http://a.example", "http", "a.example", 80), ("https://A.Example/x?y", "https", "a.example", 443),
        ("http://a.example:8080/", "http", "a.example", 8080), ("http://[::1]:9/", "http", "[::1]", 9),
        ("https://u:p@b.example/", "https", "b.example", 443),
    ])
    func whereItWouldConnect(text: String, scheme: String, host: String, port: Int) throws {
        let address = try #require(CurlAddress(text))
        #expect(address.scheme == scheme)
        #expect(address.host == host)
        #expect(address.port == port)
    }

    @Test(arguments: [
        "", "a.example", "/x", "ftp://a.example/", "file:///etc/passwd", "http://", "http://a b/", "http://a:x/",
    ])
    func whatIsNoAddressIsNone(text: String) {
        #expect(CurlAddress(text) == nil)
    }

    @Test(arguments: [
        ("/x", "a.example"), ("x?y", "a.example"), ("//b.example/", "b.example"), ("http://c.example", "c.example"),
    ])
    func anAddressMayCountFromAnother(text: String, host: String) {
        #expect(CurlAddress(text, from: "https://a.example/place")?.host == host)
    }
}
