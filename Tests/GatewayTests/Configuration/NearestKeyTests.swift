import Testing

@testable import Gateway

@Suite struct NearestKeyTests {
    private static let keys = ["ttl", "tags", "timeout", "max-size", "stale-if-error", "honour-origin", "retries"]

    @Test(
        arguments: [
            ("tll", "ttl"), ("TTL", "ttl"), ("tag", "tags"), ("tiemout", "timeout"), ("maxSize", "max-size"),
            ("max_size", "max-size"), ("honor-origin", "honour-origin"), ("stale-on-error", "stale-if-error"),
            ("retry", nil), ("colour", nil), ("", nil), ("t", nil),
        ] as [(String, String?)]
    )
    func findsWhatWasMeant(name: String, expected: String?) {
        #expect(NearestKey.nearest(to: name, in: Self.keys) == expected)
    }

    @Test func longNamesCostLittle() {
        #expect(NearestKey.nearest(to: String(repeating: "x", count: 1_000_000), in: Self.keys) == nil)
    }

    @Test func adviceListsTheNamesWhenNoneIsNear() {
        #expect(NearestKey.advice(for: "colour", in: ["host", "path"], of: "keys") == "the keys here are host, path")
        #expect(NearestKey.advice(for: "hots", in: ["host", "path"], of: "keys") == "did you mean 'host'?")
        #expect(NearestKey.advice(for: "blog", in: [], of: "services") == "there are no services here")
    }
}
