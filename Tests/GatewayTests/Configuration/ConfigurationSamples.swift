@testable import Gateway

/// Texts and folders that the tests of the configuration share.
enum ConfigurationSamples {
    /// The folder of the project, from this file's place in it.
    static let projectFolder = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")

    /// The smallest file without a mistake.
    static let smallest = "services: { blog: { upstream: \"http://127.0.0.1:5001\" } }\n"

    /// Values for the secrets of the project's own file.
    static let environment = [
        "IDENTITY_SECRET": String(repeating: "i", count: 32), "SESSION_KEY": String(repeating: "s", count: 32),
        "SSO_SECRET": "open sesame",
    ]

    /// A file that names every key.
    static let everything = """
        listen: { http: "[::1]:8081", admin: "127.0.0.1:0", threads: 2 }
        public-url: "https://{host}:8443"
        domain: rose-ash.example
        site:
          name: Rose & Ash
          languages: [en, pt-BR]
          motto: "true"
          open: true
          founded: 1999
          share: 0.25
          none: ~
          menu: [{ label: Home, path: / }, { label: "Über", path: /about }]
        redis: { url: "redis://gate:p%40ss@10.0.0.7:6380/3", mode: single, timeout: 35ms, lease: 3s, compress-from: 4KB }
        audit: { one-in: 7 }
        purges: { cut-off-age: 5s, confirm: 200ms, remembered: 99 }
        memory: { fragments: 2GB, sessions: 5 }
        compression: { codings: [zstd, gzip], min-size: 2KB, level: 9, personal: whole, memory: 8MB }
        services:
          blog: { host: journal, upstream: ["http://127.0.0.1:5001", "https://blog.internal", "unix:/run/blog.sock"], concurrency: 8, cache: rfc, cache-max-size: 2MB }
          cart: { upstream: "http://[::1]:5003/", hedge-budget: 2, retry-budget: 10, breaker: { failures: 3, failure-rate: 40, min-requests: 12, window: 5s, open: 1s, max-open: 20s, health-interval: 500ms } }
        manifests: { refresh: 30s, retry: 500ms, timeout: 3s, max-size: 2MB }
        fragments:
          cart/*: { ttl: 0, timeout: 200ms, vary: [user, language] }
          blog/nav:
            ttl: 5m
            timeout: 250ms
            stale-while-revalidate: 1h
            stale-if-error: 1d
            negative-ttl: 1s
            vary: language
            tags: [nav, "site"]
            retries: 0
            hedge: p95
            max-size: 64KB
            honour-origin: true
          "*": {}
        limits:
          request-line: 1KB
          header-bytes: 2KB
          header-count: 3
          body: 4MB
          header-timeout: 5s
          idle-timeout: 6s
          body-timeout: 7s
          shutdown-grace: 0
          connections: 9
          page-budget: 10s
          page-fragments: 11
          stream-after: 3ms
          pass-through-timeout: 12s
        pages:
          - { host: journal, path: "/", template: blog/home.html }
          - { host: journal, path: "/posts/{slug}/{part_2}", template: blog/post.html, budget: 2s }
          - { host: cart, path: "/docs/*", template: cart/home.html, require: "role:baker" }
        identity: { algorithm: hs256, secret: "${IDENTITY_SECRET}", issuer: "https://rose-ash.example", lifetime: 30s }
        session: { key: "${SESSION_KEY}", lifetime: 1h }
        sso:
          issuer: "https://cart.rose-ash.example:8443"
          provider: cart
          clients:
            "*": { client-id: "gw-{service}", client-secret: "${SSO_SECRET}" }
          scopes: [profile, offline_access]
          silent: false
          timeout: 3s
          concurrency: 12
          keys: ["${SESSION_KEY}"]
          session: { idle: 7d, absolute: 30d, limit: 9 }
          store: sessions.sqlite
        templates: Site/Templates

        """

    /// Reads a text as `gateway.yaml`.
    static func load(_ text: String, environment: [String: String] = [:]) throws -> GatewayConfiguration {
        try GatewayConfiguration.load(text: text, file: "gateway.yaml", environment: environment)
    }

    /// The mistakes of a text, as they are printed; empty when it has none.
    static func mistakes(_ text: String, environment: [String: String] = [:]) -> String {
        do {
            _ = try GatewayConfiguration.load(text: text, file: "gateway.yaml", environment: environment)
            return ""
        } catch {
            return error.description
        }
    }
}
