import Testing

@testable import Gateway

@Suite struct ScalarFormAddressesTests {
    private func value<Value>(_ form: ScalarForm<Value>, _ text: String) -> Value? {
        guard case .value(let value) = form.parse(text) else { return nil }
        return value
    }

    @Test(arguments: [
        ("0.0.0.0:8080", "0.0.0.0:8080"), ("[::1]:1", "[::1]:1"), ("Localhost:0", "localhost:0"),
        ("[::ffff:1.2.3.4]:65535", "[::ffff:1.2.3.4]:65535"),
    ])
    func addressesToListenOn(text: String, printed: String) throws {
        let endpoint = try #require(value(.listenAddress, text))
        #expect(endpoint.description == printed)
        #expect(value(.listenAddress, printed) == endpoint)
    }

    @Test(arguments: [
        "", ":", ":80", "8080", "a", "a:", "a:b", "a:65536", "a:-1", "a:+1", "a:000001", "::1:80", "[::1]", "[::1]80",
        "[]:1",
        "[g::]:1", "-a:1", "a-:1", "a..b:1", "a b:1", "a:1/", "ü:1", "a_b:1",
    ])
    func addressesThatAreNone(text: String) {
        #expect(value(.listenAddress, text) == nil)
    }

    @Test(
        arguments: [
            ("redis://h", "h:6379", 0, nil, nil), ("redis://h/", "h:6379", 0, nil, nil),
            ("redis://h:1/15", "h:1", 15, nil, nil), ("redis://[::1]:2/0", "[::1]:2", 0, nil, nil),
            ("redis://:p@h", "h:6379", 0, nil, "p"), ("redis://u:p@h", "h:6379", 0, "u", "p"),
            ("redis://u:a%40b%3Ac%2Fd@h", "h:6379", 0, "u", "a@b:c/d"),
            ("redis://u:a@b:c/d@h", "h:6379", 0, "u", "a@b:c/d"),
        ] as [(String, String, Int, String?, String?)]
    )
    func redisURLs(text: String, address: String, database: Int, username: String?, password: String?) throws {
        let settings = try #require(value(.redisURL, text))
        #expect(settings.endpoint.description == address)
        #expect(settings.database == database)
        #expect(settings.username == username)
        #expect(settings.password?.reveal() == password)
    }

    @Test(arguments: [
        "", "redis:", "redis://", "http://h", "rediss://h", "redis://h:0", "redis://h/-1", "redis://h/1/2",
        "redis://u@h",
        "redis://u:@h", "redis://u:%4@h", "redis://u:%zz@h", "redis://u:%ff@h", "redis://h/65536",
        "redis://h/99999999999999999999",
    ])
    func redisURLsThatAreNone(text: String) {
        #expect(value(.redisURL, text) == nil)
    }

    @Test(arguments: [
        ("http://h", "http://h:80"), ("https://h", "https://h:443"), ("http://h:5001/", "http://h:5001"),
        ("http://[::1]:1", "http://[::1]:1"), ("unix:/run/a.sock", "unix:/run/a.sock"),
    ])
    func upstreams(text: String, printed: String) throws {
        let upstream = try #require(value(.upstream, text))
        #expect(upstream.description == printed)
        #expect(value(.upstream, printed) == upstream)
    }

    @Test func theOriginOfAUnixSocketFillsTheHostHeaderOnly() throws {
        let upstream = try #require(value(.upstream, "unix:/run/a.sock"))
        #expect(upstream.origin == "http://localhost")
        #expect(upstream.unixSocketPath == "/run/a.sock")
    }

    @Test func thePathOfAUnixSocketFitsInItsAddress() {
        let longest = "unix:/" + String(repeating: "a", count: 106)
        #expect(value(.upstream, longest) != nil)
        #expect(value(.upstream, longest + "a") == nil)
    }
}
