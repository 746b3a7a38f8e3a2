import Testing

@testable import Gateway

struct ForwardedClientTests {
    @Test(arguments: [
        ("192.0.2.60", "blog.example", "for=192.0.2.60;proto=http;host=blog.example"),
        ("192.0.2.60", "blog.localhost:8080", "for=192.0.2.60;proto=http;host=\"blog.localhost:8080\""),
        ("2001:db8::1", "[::1]:8080", "for=\"[2001:db8::1]\";proto=http;host=\"[::1]:8080\""),
        ("fe80::1%eth0", "", "for=\"[fe80::1]\";proto=http"),
        (nil, "a\"b\\c", "for=unknown;proto=http;host=\"a\\\"b\\\\c\""),
    ])
    func forwarded(address: String?, host: String, expected: String) {
        let client = ForwardedClient(address: address, scheme: "http", host: host)
        #expect(client.fields.last?.name == "Forwarded")
        #expect(client.fields.last?.value == expected)
    }

    @Test func addressStandsWithoutBracketsInTheOldField() {
        let fields = ForwardedClient(address: "2001:db8::1", scheme: "https", host: "h").fields
        #expect(
            fields.map { "\($0.name): \($0.value)" } == [
                "X-Forwarded-For: 2001:db8::1", "X-Forwarded-Proto: https", "X-Forwarded-Host: h",
                "Forwarded: for=\"[2001:db8::1]\";proto=https;host=h",
            ]
        )
    }

    @Test func unknownPartsAreLeftOut() {
        let fields = ForwardedClient(address: nil, scheme: "https", host: "").fields
        #expect(fields.map(\.name) == ["X-Forwarded-Proto", "Forwarded"])
    }
}
