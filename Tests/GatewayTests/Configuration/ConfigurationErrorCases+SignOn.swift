extension ConfigurationErrorCases {
    /// What is wrong with `sso:`.
    static let signOn = #"""
        === sign-on without anything
        services: { blog: { upstream: "http://h" } }
        sso: {}
        -----
        gateway.yaml:2:6: sso.issuer is missing; add issuer: "https://accounts.example"
        gateway.yaml:2:6: sso.clients is missing; add clients: { "*": { client-id: "{service}", client-secret: "${SSO_SECRET}" } }
        === the provider
        services: { blog: { upstream: "http://h" }, federation: { upstream: "http://h" } }
        sso:
          issuer: "federation.localhost"
          provider: fedration
          clients: { blog: { client-id: blog, client-secret: s }, federation: { client-id: f, client-secret: s } }
        -----
        gateway.yaml:3:11: sso.issuer must be an address such as "https://accounts.example", without a query, not 'federation.localhost'
        gateway.yaml:4:13: sso.provider: there is no service 'fedration'; did you mean 'federation'?
        === the provider without identity
        services: { federation: { upstream: "http://h" } }
        sso: { issuer: "http://federation.localhost", provider: federation }
        -----
        gateway.yaml:2:6: sso.provider is told by its identity who is signed in, and there is none; add identity: { secret: "${IDENTITY_SECRET}" }
        === clients
        services: { blog: { upstream: "http://h" }, cart: { upstream: "http://h" }, market: { upstream: "http://h" } }
        sso:
          issuer: "https://p.example/?x"
          clients:
            "*": { client-id: gateway, client-secret: "" }
            blgo: { client-id: a }
            cart: c
            blog: { client-id: "a\nb", client-secret: s, secret: s }
        -----
        gateway.yaml:3:11: sso.issuer must be an address such as "https://accounts.example", without a query, not 'https://p.example/?x'
        gateway.yaml:5:23: sso.clients.*.client-id is the same for every service, so that a token for one would do for all; put {service} into it
        gateway.yaml:5:47: sso.clients.*.client-secret must be a password
        gateway.yaml:6:5: sso.clients.blgo: no service of this name needs a client; did you mean 'blog'?
        gateway.yaml:6:11: sso.clients.blgo.client-secret is missing; add client-secret: "${SSO_SECRET}"
        gateway.yaml:7:11: sso.clients.cart must be a map such as { client-id: "{service}", client-secret: "${SSO_SECRET}" }, not a single value
        gateway.yaml:8:24: sso.clients.blog.client-id must be a text of visible characters, such as "{service}", not 'a\nb'
        gateway.yaml:8:50: unknown key 'secret' in sso.clients.blog; the keys here are client-id, client-secret
        === a service without a client
        services: { blog: { upstream: "http://h" }, cart: { upstream: "http://h" } }
        sso: { issuer: "https://p.example", clients: { blog: { client-id: blog, client-secret: s } } }
        -----
        gateway.yaml:2:46: sso.clients has no client for cart; add "cart" or "*" to it
        === lifetimes and the like of the sign-on
        services: { blog: { upstream: "http://h" } }
        sso:
          issuer: "https://p.example"
          clients: { "*": { client-id: "{service}", client-secret: s } }
          scopes: ["a b", email, email]
          silent: perhaps
          timeout: 5m
          keys: ["short"]
          session: { idle: 10d, absolute: 5d, limit: 0, age: 1d }
        -----
        gateway.yaml:5:12: sso.scopes[0] must be a scope such as profile, not 'a b'
        gateway.yaml:5:26: sso.scopes[2]: 'email' is given twice; keep one of them
        gateway.yaml:6:11: sso.silent must be true or false, not 'perhaps'
        gateway.yaml:7:12: sso.timeout: 5m is out of range; it must be from 100ms to 1m
        gateway.yaml:8:10: sso.keys[0] must be a secret of 32 bytes or more, made for example by 'openssl rand -base64 32'
        gateway.yaml:9:20: sso.session.idle is longer than sso.session.absolute, and would never come to pass; make it shorter
        gateway.yaml:9:46: sso.session.limit must be a whole number from 1 to 10000, not '0'
        gateway.yaml:9:49: unknown key 'age' in sso.session; the keys here are absolute, idle, limit

        """#
}
