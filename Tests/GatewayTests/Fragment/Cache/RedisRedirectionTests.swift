import Testing

@testable import Gateway

@Suite struct RedisRedirectionTests {
    @Test(arguments: [
        ("MOVED 3999 127.0.0.1:6381", RedisRedirection.moved(slot: 3999, .tcp(host: "127.0.0.1", port: 6381))),
        ("ASK 0 redis.internal:1", .ask(.tcp(host: "redis.internal", port: 1))),
        ("MOVED 16383 fe80::1:6379", .moved(slot: 16_383, .tcp(host: "fe80::1", port: 6379))),
        ("MOVED 1 :6379", .moved(slot: 1, .tcp(host: "", port: 6379))),
    ])
    func namesAnotherServer(error: String, expected: RedisRedirection) {
        #expect(RedisRedirection(error) == expected)
    }

    @Test(arguments: [
        "", "MOVED", "MOVED 1", "MOVED x h:1", "MOVED -1 h:1", "MOVED 16384 h:1", "MOVED 1 h", "MOVED 1 h:0",
        "MOVED 1 h:65536", "MOVED 1 h:1 more", "ERR 1 h:1", "CLUSTERDOWN The cluster is down",
        "TRYAGAIN Multiple keys request during rehashing of slot",
        "READONLY You can't write against a read only replica.",
    ])
    func otherErrorsNameNone(error: String) { #expect(RedisRedirection(error) == nil) }

    @Test func aServerWithoutANameIsWhereTheTellerIs() {
        let teller = RedisTierSettings.Address.tcp(host: "10.0.0.1", port: 1)
        #expect(
            RedisTierSettings.Address.tcp(host: "", port: 2).completed(by: teller) == .tcp(host: "10.0.0.1", port: 2)
        )
        #expect(RedisTierSettings.Address.tcp(host: "h", port: 2).completed(by: teller) == .tcp(host: "h", port: 2))
        #expect(
            RedisTierSettings.Address.tcp(host: "", port: 2).completed(by: .unixSocket(path: "/s"))
                == .tcp(host: "", port: 2)
        )
    }
}
