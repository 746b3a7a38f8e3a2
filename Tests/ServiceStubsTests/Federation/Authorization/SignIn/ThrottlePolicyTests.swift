import Testing

@testable import ServiceStubs

struct ThrottlePolicyTests {
    private typealias Counter = ThrottlePolicy.Counter

    private static let limit = ThrottlePolicy.Limit(tries: 3, window: 100)

    @Test(
        arguments: [
            (nil, 50, .allowed(Counter(count: 1, startedAt: 50))),
            (Counter(count: 2, startedAt: 50), 149, .allowed(Counter(count: 3, startedAt: 50))),
            (Counter(count: 3, startedAt: 50), 51, .wait(99)), (Counter(count: 3, startedAt: 50), 149, .wait(1)),
            (Counter(count: 3, startedAt: 50), 150, .allowed(Counter(count: 1, startedAt: 150))),
            (Counter(count: 3, startedAt: 50), 10, .allowed(Counter(count: 1, startedAt: 10))),
        ] as [(ThrottlePolicy.Counter?, Int64, ThrottlePolicy.Decision)]
    )
    func counts(counter: ThrottlePolicy.Counter?, now: Int64, decision: ThrottlePolicy.Decision) {
        #expect(ThrottlePolicy.decision(on: counter, limit: Self.limit, now: now) == decision)
    }

    @Test(arguments: [
        ("192.0.2.7", "address 192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "address 2001:db8:1:2"),
        ("2001:DB8:1:2::1", "address 2001:db8:1:2"), ("2001:db8::1", "address 2001:db8:0:0"),
        ("::1", "address 0:0:0:0"),
        ("2001:0db8:0001:0002::", "address 2001:db8:1:2"),
    ])
    func aHouseholdIsOneAddress(address: String, key: String) {
        #expect(ThrottlePolicy.key(ofAddress: address) == key)
    }

    @Test(arguments: [(1, "a minute"), (60, "a minute"), (61, "2 minutes"), (900, "15 minutes")])
    func waitsAreToldInWords(seconds: Int64, words: String) {
        #expect(ThrottlePolicy.words(for: seconds) == words)
    }
}
