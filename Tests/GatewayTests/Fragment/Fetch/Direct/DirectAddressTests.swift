import Testing

@testable import Gateway

@Suite struct DirectAddressTests {
    @Test(arguments: [
        ("http://127.0.0.1:5001", DirectAddress.Place.tcp(host: "127.0.0.1", port: 5001), "127.0.0.1:5001"),
        ("HTTP://blog.internal", .tcp(host: "blog.internal", port: 80), "blog.internal"),
        ("http://[::1]:5001/", .tcp(host: "::1", port: 5001), "[::1]:5001"),
        ("http://[::1]", .tcp(host: "::1", port: 80), "[::1]"),
        ("unix:/run/blog.sock", .unixSocket(path: "/run/blog.sock"), "localhost"),
    ]) func isWhereAnUpstreamSpeaksPlainHTTP(text: String, place: DirectAddress.Place, authority: String) throws {
        let upstream = try #require(Upstream(text))
        let address = try #require(DirectAddress(upstream))
        #expect(address.place == place)
        #expect(address.authority == authority)
    }

    @Test(arguments: [
        "https://127.0.0.1:5001", "http://a:0", "http://a:65536", "http://a:x", "http://a:", "http://[::1",
        "http://[::1]5",
        "http://:80",
    ]) func leavesTheRestToLibcurl(text: String) throws {
        let upstream = try #require(Upstream(text))
        #expect(DirectAddress(upstream) == nil)
    }

    @Test func leavesHTTP2ToLibcurl() {
        #expect(DirectAddress(Upstream(.url("http://127.0.0.1:5001"), usesHTTP2: true)) == nil)
    }
}
