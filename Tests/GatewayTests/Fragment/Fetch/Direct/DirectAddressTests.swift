import NIOCore
import Testing

@testable import Gateway

@Suite struct DirectAddressTests {
    @Test(arguments: [
        ("http://127.0.0.1:5001", "127.0.0.1 5001", "127.0.0.1:5001"),
        ("http://[::1]:5001/", "::1 5001", "[::1]:5001"),
        ("http://[::1]", "::1 80", "[::1]"),
        ("unix:/run/blog.sock", "/run/blog.sock 0", "localhost"),
    ]) func isAnAddressWhereAnUpstreamSpeaksPlainHTTP(text: String, place: String, authority: String) throws {
        let upstream = try #require(Upstream(text))
        let address = try #require(DirectAddress(upstream))
        guard case .address(let socket) = address.place else {
            Issue.record("\(address.place)")
            return
        }
        #expect("\(socket.ipAddress ?? socket.pathname ?? "") \(socket.port ?? 0)" == place)
        #expect(address.authority == authority)
    }

    @Test(arguments: [
        ("HTTP://blog.internal", "blog.internal", 80, "blog.internal"),
        ("http://blog.internal:80", "blog.internal", 80, "blog.internal"),
        ("http://localhost:8080", "localhost", 8080, "localhost:8080"),
    ]) func isANameThatIsNoAddress(text: String, host: String, port: Int, authority: String) throws {
        let upstream = try #require(Upstream(text))
        let address = try #require(DirectAddress(upstream))
        #expect(address.place == .name(host, port: port))
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
