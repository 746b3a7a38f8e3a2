import Testing

@testable import Gateway

struct UpstreamServiceTests {
    @Test(arguments: [
        ("http://127.0.0.1:5001", Upstream.Address.url("http://127.0.0.1:5001")),
        ("https://blog.internal/", .url("https://blog.internal")),
        ("HTTP://[::1]:80", .url("http://[::1]:80")),
        ("unix:/run/blog.sock", .unixSocket(path: "/run/blog.sock")),
    ]) func reads(text: String, address: Upstream.Address) {
        #expect(Upstream(text)?.address == address)
    }

    @Test(arguments: [
        "", "127.0.0.1:80", "ftp://host", "http://", "http://host/path", "http://host?q", "http://host#f",
        "http://user@host",
        "http://ho st", "http://host\\x", "unix:relative", "unix:", "unix:/" + String(repeating: "a", count: 120),
        "http://hôst",
    ]) func refuses(text: String) {
        #expect(Upstream(text) == nil)
    }
}
