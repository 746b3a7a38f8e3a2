import Testing

@testable import Gateway

struct RedirectPolicyTests {
    private let policy = RedirectPolicy(origins: ["http://cart.localhost:8080", "https://Blog.Example"])

    @Test(arguments: [
        "/", "/cart", "/cart?added=1&n=%C3%A9#top", "/a//b", "/%5cevil.example", "/%2f/evil.example",
        "/@evil.example", "/:8080", "http://cart.localhost:8080", "http://cart.localhost:8080/checkout",
        "http://cart.localhost:8080?x", "http://cart.localhost:8080#x", "HTTP://CART.localhost:8080/",
        "https://blog.example/posts",
    ])
    func isFollowed(redirect: String) {
        #expect(policy.location(for: redirect) == redirect)
    }

    @Test(arguments: [
        // No address at all, or one that is relative to a page the gateway does not know.
        "", " ", "cart", "./cart", "../cart", "?x", "#x",
        // Another host.
        "//evil.example", "///evil.example", "//", "https://evil.example/", "http:evil.example",
        "http:/evil.example", "http:\\\\evil.example", "//cart.localhost:8080/",
        // What a browser drops or takes for a slash.
        "/\\evil.example", "\\/evil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example",
        "\t//evil.example", " //evil.example", "/a\\b", "http://cart.localhost:8080\\@evil.example",
        "\u{2f}\u{0}/evil.example",
        // The origin is only how it begins.
        "http://cart.localhost:8080@evil.example/", "http://cart.localhost:80801/",
        "http://cart.localhost:8080.evil.example/", "http://cart.localhost:8080:x@evil.example/",
        "https://blog.example.evil.example/", "https://blog.example:444/", "https://blog.examples/",
        "http://blog.example/", "https://evil.example/https://blog.example/",
        "https://user@blog.example/",
        // Other schemes.
        "javascript:alert(1)", "JaVaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://blog.example",
        // Headers and markup.
        "/cart\r\nSet-Cookie: a=b", "/cart\nX: y", "/cart\u{85}", "/a b", "/\"><script>", "/é", "/\u{202e}x",
        "/\u{7f}", "/｜", "／／evil.example", "/{x}", "/`x`", "/^", "/|",
    ])
    func isRefused(redirect: String) {
        #expect(policy.location(for: redirect) == nil)
    }

    @Test func lengthIsBounded() {
        #expect(policy.location(for: "/" + String(repeating: "a", count: 4095)) != nil)
        #expect(policy.location(for: "/" + String(repeating: "a", count: 4096)) == nil)
    }
}
