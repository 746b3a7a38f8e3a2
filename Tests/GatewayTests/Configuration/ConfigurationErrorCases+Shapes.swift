extension ConfigurationErrorCases {
    /// What is wrong with the keys and shapes of a file, and with single values.
    static let shapes = #"""
        === nothing at all
        -----
        gateway.yaml:1:1: services is missing; add services: { blog: { upstream: "http://127.0.0.1:5001" } }
        === only a comment
        # nothing
        -----
        gateway.yaml:1:1: services is missing; add services: { blog: { upstream: "http://127.0.0.1:5001" } }
        === a list
        - a
        -----
        gateway.yaml:1:1: the file must be a map of keys such as 'services:', not a list
        === a text
        hello
        -----
        gateway.yaml:1:1: the file must be a map of keys such as 'services:', not a single value
        === services empty
        services: {}
        -----
        gateway.yaml:1:11: services must name at least one service; write services: { blog: { upstream: "http://127.0.0.1:5001" } }
        === services null
        services:
        -----
        gateway.yaml:1:10: services has no value; it must be a map such as { blog: { upstream: "http://127.0.0.1:5001" } }
        === unknown keys at each level
        lisen: {}
        services: { blog: { upstream: "http://a", hots: x, colour: red } }
        listen: { htp: "a:1" }
        redis: { urls: x }
        memory: { fragment: 1MB }
        site: { anything: goes }
        fragments: { "blog/*": { tll: 1s, maxSize: 1MB } }
        pages: [{ host: blog, path: /, template: a.html, bugdet: 1s }]
        limits: { idle_timeout: 1s }
        identity: { secrets: x }
        session: { keys: x }
        -----
        gateway.yaml:1:1: unknown key 'lisen'; did you mean 'listen'?
        gateway.yaml:2:43: unknown key 'hots' in services.blog; did you mean 'host'?
        gateway.yaml:2:52: unknown key 'colour' in services.blog; the keys here are breaker, cache, cache-max-size, concurrency, hedge-budget, host, retry-budget, upstream
        gateway.yaml:3:11: unknown key 'htp' in listen; did you mean 'http'?
        gateway.yaml:4:10: unknown key 'urls' in redis; did you mean 'url'?
        gateway.yaml:5:11: unknown key 'fragment' in memory; did you mean 'fragments'?
        gateway.yaml:7:26: unknown key 'tll' in fragments.blog/*; did you mean 'ttl'?
        gateway.yaml:7:35: unknown key 'maxSize' in fragments.blog/*; did you mean 'max-size'?
        gateway.yaml:8:50: unknown key 'bugdet' in pages[0]; did you mean 'budget'?
        gateway.yaml:9:11: unknown key 'idle_timeout' in limits; did you mean 'idle-timeout'?
        gateway.yaml:10:11: identity.secret is missing; add secret: "${IDENTITY_SECRET}"
        gateway.yaml:10:13: unknown key 'secrets' in identity; did you mean 'secret'?
        gateway.yaml:11:12: unknown key 'keys' in session; did you mean 'key'?
        === wrong shapes
        services: [blog]
        listen: 8080
        site: text
        redis: on
        memory: [1]
        fragments: off
        pages: { host: blog }
        limits: 1
        identity: x
        session: ~
        domain: [a]
        templates: {}
        -----
        gateway.yaml:1:11: services must be a map such as { blog: { upstream: "http://127.0.0.1:5001" } }, not a list
        gateway.yaml:2:9: listen must be a map of keys, not a single value
        gateway.yaml:3:7: site must be a map of keys, not a single value
        gateway.yaml:4:8: redis must be 'off' or a map such as { url: "redis://127.0.0.1:6379/0" }, not a single value
        gateway.yaml:5:9: memory must be a map of keys, not a list
        gateway.yaml:6:12: fragments must be a map such as { "*": { ttl: 30s } }, not a single value
        gateway.yaml:7:8: pages must be a list such as [{ host: blog, path: "/", template: blog/home.html }], not a map
        gateway.yaml:8:9: limits must be a map of keys, not a single value
        gateway.yaml:9:11: identity must be a map of keys, not a single value
        gateway.yaml:10:10: session has no value; it must be a map of keys
        gateway.yaml:11:9: domain must be a host name in lower case, such as localhost or rose-ash.example, not a list
        gateway.yaml:12:12: templates must be the path of a folder, not a map
        === wrong shapes further down
        services: { blog: "http://127.0.0.1:5001", cart: { upstream: {} }, market: { upstream: [[a]] }, events: ~, account: {} }
        fragments: { "blog/*": 5s, "cart/*": ~ }
        pages: [blog, ~, [a]]
        -----
        gateway.yaml:1:19: services.blog must be a map such as { upstream: "http://127.0.0.1:5001" }, not a single value
        gateway.yaml:1:62: services.cart.upstream must be an address or a list of addresses, not a map
        gateway.yaml:1:89: services.market.upstream[0] must be an address such as "http://127.0.0.1:5001", "https://blog.internal" or "unix:/run/blog.sock", not a list
        gateway.yaml:1:105: services.events has no value; it must be a map such as { upstream: "http://127.0.0.1:5001" }
        gateway.yaml:1:117: services.account.upstream is missing; add upstream: "http://127.0.0.1:5001"
        gateway.yaml:2:24: fragments.blog/* must be a map such as { ttl: 30s }, not a single value
        gateway.yaml:2:38: fragments.cart/* has no value; it must be a map such as { ttl: 30s }
        gateway.yaml:3:9: pages[0] must be a map such as { host: blog, path: "/", template: blog/home.html }, not a single value
        gateway.yaml:3:15: pages[1] has no value; it must be a map such as { host: blog, path: "/", template: blog/home.html }
        gateway.yaml:3:18: pages[2] must be a map such as { host: blog, path: "/", template: blog/home.html }, not a list
        === no address
        services: { blog: {}, cart: { upstream: [] } }
        -----
        gateway.yaml:1:19: services.blog.upstream is missing; add upstream: "http://127.0.0.1:5001"
        gateway.yaml:1:41: services.cart.upstream must have at least one address; write upstream: "http://127.0.0.1:5001"
        === addresses
        listen: { http: "8080", admin: "[::1:9901", threads: 0 }
        public-url: http://localhost:8080
        domain: Example.org
        services:
          a: { upstream: "127.0.0.1:5001" }
          b: { upstream: ["http://u:p@h:1", "http://h:1/path", "http://h:0", "http://h:99999", "ftp://h", "unix:run/x", "http://h?x"] }
          c: { upstream: ["http://h:1", "http://h:1/"] }
        -----
        gateway.yaml:1:17: listen.http must be an address with a port, such as "127.0.0.1:8080" or "[::1]:8080", not '8080'
        gateway.yaml:1:32: listen.admin must be an address with a port, such as "127.0.0.1:8080" or "[::1]:8080", not '[::1:9901'
        gateway.yaml:1:54: listen.threads must be a whole number from 1 to 1024, not '0'
        gateway.yaml:2:13: public-url must be a URL with {host} for the host and without a path, such as "https://{host}", not 'http://localhost:8080'
        gateway.yaml:3:9: domain must be a host name in lower case, such as localhost or rose-ash.example, not 'Example.org'
        gateway.yaml:5:18: services.a.upstream must be an address such as "http://127.0.0.1:5001", "https://blog.internal" or "unix:/run/blog.sock", not '127.0.0.1:5001'
        gateway.yaml:6:19: services.b.upstream[0]: an upstream cannot have a user name; take out what is before the '@'
        gateway.yaml:6:37: services.b.upstream[1]: an upstream is an address only; take out what is behind the host and port
        gateway.yaml:6:56: services.b.upstream[2] must be an address such as "http://127.0.0.1:5001", "https://blog.internal" or "unix:/run/blog.sock", not 'http://h:0'
        gateway.yaml:6:70: services.b.upstream[3] must be an address such as "http://127.0.0.1:5001", "https://blog.internal" or "unix:/run/blog.sock", not 'http://h:99999'
        gateway.yaml:6:88: services.b.upstream[4] must be an address such as "http://127.0.0.1:5001", "https://blog.internal" or "unix:/run/blog.sock", not 'ftp://h'
        gateway.yaml:6:99: services.b.upstream[5]: the path of a unix socket must begin with / and have less than 108 bytes
        gateway.yaml:6:113: services.b.upstream[6]: an upstream is an address only; take out what is behind the host and port
        gateway.yaml:7:33: services.c.upstream[1]: 'http://h:1' is given twice; keep one of them
        === both listeners alike
        listen: { http: "127.0.0.1:9901" }
        services: { blog: { upstream: "http://h" } }
        -----
        gateway.yaml:1:17: listen.admin and listen.http are both 127.0.0.1:9901; give each its own port
        === names of services
        services:
          Blog: { upstream: "http://h" }
          2nd: { upstream: "http://h" }
          a_b: { upstream: "http://h" }
          cart: { upstream: "http://h", host: blog }
          blog: { upstream: "http://h" }
          shop: { upstream: "http://h", host: Shop.x, concurrency: 0 }
        -----
        gateway.yaml:2:3: the service 'Blog' must be named with lower-case letters, digits and '-', beginning with a letter
        gateway.yaml:3:3: the service '2nd' must be named with lower-case letters, digits and '-', beginning with a letter
        gateway.yaml:4:3: the service 'a_b' must be named with lower-case letters, digits and '-', beginning with a letter
        gateway.yaml:6:3: services.blog: the host 'blog' is already the service 'cart' (line 5); give each service its own
        gateway.yaml:7:39: services.shop.host must be a name of lower-case letters, digits and '-', such as blog, not 'Shop.x'
        gateway.yaml:7:60: services.shop.concurrency must be a whole number from 1 to 100000, not '0'
        === breakers
        services:
          a: { upstream: "http://h", breaker: on }
          b: { upstream: "http://h", breaker: { failures: 0, failure-rate: 101, min-requests: few, window: 1ms, opens: 1s } }
          c: { upstream: "http://h", breaker: { open: 2m } }
        -----
        gateway.yaml:2:39: services.a.breaker must be a map of keys, not a single value
        gateway.yaml:3:51: services.b.breaker.failures must be a whole number from 1 to 10000, not '0'
        gateway.yaml:3:68: services.b.breaker.failure-rate must be a whole number from 1 to 100, not '101'
        gateway.yaml:3:87: services.b.breaker.min-requests must be a whole number from 1 to 100000, not 'few'
        gateway.yaml:3:100: services.b.breaker.window: 1ms is out of range; it must be from 100ms to 1d
        gateway.yaml:3:105: unknown key 'opens' in services.b.breaker; did you mean 'open'?
        gateway.yaml:4:47: services.c.breaker.max-open is shorter than services.c.breaker.open; make it 2m or more
        === values
        services: { blog: { upstream: "http://h", concurrency: many }, cart: { upstream: "http://h", cache: on, cache-max-size: 9MB } }
        memory: { fragments: 12 }
        limits: { request-line: 1B, header-count: -1, body: 100, header-timeout: 10, idle-timeout: 0, page-budget: 2d, connections: 1.5, shutdown-grace: 1y }
        session: { key: short, lifetime: 1s }
        fragments: { "*": { ttl: 5000d, timeout: 0, vary: [usr, user], tags: ["a b"], retries: 9, max-size: 2GB, honour-origin: yes } }
        -----
        gateway.yaml:1:56: services.blog.concurrency must be a whole number from 1 to 100000, not 'many'
        gateway.yaml:1:101: services.cart.cache must be 'off' or 'rfc', not 'on'
        gateway.yaml:1:121: services.cart.cache-max-size: 9MB is out of range; it must be from 1B to 8MB
        gateway.yaml:2:22: memory.fragments must be a size such as 64KB, 1MB or 2GB, not '12'
        gateway.yaml:3:25: limits.request-line: 1B is out of range; it must be from 64B to 1MB
        gateway.yaml:3:43: limits.header-count must be a whole number from 1 to 10000, not '-1'
        gateway.yaml:3:53: limits.body must be a size such as 64KB, 1MB or 2GB, not '100'
        gateway.yaml:3:74: limits.header-timeout must be a duration such as 250ms, 30s, 5m, 1h or 1d, not '10'
        gateway.yaml:3:92: limits.idle-timeout: 0 is out of range; it must be from 1ms to 1d
        gateway.yaml:3:108: limits.page-budget: 2d is out of range; it must be from 1ms to 1d
        gateway.yaml:3:125: limits.connections must be a whole number from 1 to 1000000, not '1.5'
        gateway.yaml:3:146: limits.shutdown-grace must be a duration such as 250ms, 30s, 5m, 1h or 1d, not '1y'
        gateway.yaml:4:17: session.key must be a secret of 32 bytes or more, made for example by 'openssl rand -base64 32'
        gateway.yaml:4:34: session.lifetime: 1s is out of range; it must be from 1m to 400d
        gateway.yaml:5:26: fragments.*.ttl: 5000d is out of range; it must be from 0 to 3650d
        gateway.yaml:5:42: fragments.*.timeout: 0 is out of range; it must be from 1ms to 1d
        gateway.yaml:5:51: fragments.*.vary has 'user', but services are not told who asks; add identity: { secret: "${IDENTITY_SECRET}" }
        gateway.yaml:5:52: fragments.*.vary[0] must be 'user' or 'language', not 'usr'
        gateway.yaml:5:71: fragments.*.tags[0] must be a tag of visible ASCII characters without commas, such as nav, not 'a b'
        gateway.yaml:5:88: fragments.*.retries must be a whole number from 0 to 3, not '9'
        gateway.yaml:5:101: fragments.*.max-size: 2GB is out of range; it must be from 1B to 1GB
        gateway.yaml:5:121: fragments.*.honour-origin must be true or false, not 'yes'
        === lists with the same twice
        services: { blog: { upstream: "http://h" } }
        site: { languages: [en, en] }
        fragments: { "*": { tags: [a, a] } }
        -----
        gateway.yaml:2:25: site.languages[1]: 'en' is given twice; keep one of them
        gateway.yaml:3:31: fragments.*.tags[1]: 'a' is given twice; keep one of them
        === languages
        services: { blog: { upstream: "http://h" } }
        site: { languages: [english!, "", e] , name: "" }
        -----
        gateway.yaml:2:21: site.languages[0] must be a language tag such as en or pt-BR, not 'english!'
        gateway.yaml:2:31: site.languages[1] must be a language tag such as en or pt-BR, not ''
        gateway.yaml:2:35: site.languages[2] must be a language tag such as en or pt-BR, not 'e'
        gateway.yaml:2:46: site.name must be the site's name, not ''
        === no language
        services: { blog: { upstream: "http://h" } }
        site: { languages: [] }
        -----
        gateway.yaml:2:20: site.languages must have at least one language, such as [en]
        === redis
        services: { blog: { upstream: "http://h" } }
        redis: { url: "rediss://h", mode: single, timeout: 5 }
        -----
        gateway.yaml:2:15: redis.url: TLS to Redis (rediss:) is not supported by this version; use redis:
        gateway.yaml:2:52: redis.timeout must be a duration such as 250ms, 30s, 5m, 1h or 1d, not '5'
        === purges, leases and the audit
        services: { blog: { upstream: "http://h" } }
        redis: { lease: 1ms, compress-from: 10B }
        purges: { cut-off-age: 2d, confirm: 0, remembered: 1, confrim: 1s }
        audit: { one-in: 0, sample: 5 }
        -----
        gateway.yaml:2:17: redis.lease: 1ms is out of range; it must be from 100ms to 1m
        gateway.yaml:2:37: redis.compress-from: 10B is out of range; it must be from 256B to 16MB
        gateway.yaml:3:24: purges.cut-off-age: 2d is out of range; it must be from 0 to 1d
        gateway.yaml:3:37: purges.confirm: 0 is out of range; it must be from 1ms to 1d
        gateway.yaml:3:52: purges.remembered must be a whole number from 16 to 1000000, not '1'
        gateway.yaml:3:55: unknown key 'confrim' in purges; did you mean 'confirm'?
        gateway.yaml:4:18: audit.one-in must be a whole number from 1 to 1000000000, not '0'
        gateway.yaml:4:21: unknown key 'sample' in audit; the keys here are one-in
        === a redis with half a password
        services: { blog: { upstream: "http://h" } }
        redis: { url: "redis://word@h/0" }
        -----
        gateway.yaml:2:15: redis.url: what is before the '@' must be 'name:password' or ':password'
        === a redis with a word for a database
        services: { blog: { upstream: "http://h" } }
        redis: { url: "redis://h/zero", mode: double }
        -----
        gateway.yaml:2:15: redis.url: what is behind the last '/' must be the number of a database, such as 0
        gateway.yaml:2:39: redis.mode must be 'single' or 'sentinel' or 'cluster', not 'double'
        === a redis with keys of other modes
        services: { blog: { upstream: "http://h" } }
        redis:
          nodes: [h]
          master: m
          password: hunter2
        -----
        gateway.yaml:3:10: redis.nodes has no use with the mode single; take it out
        gateway.yaml:4:11: redis.master has no use with the mode single; take it out
        gateway.yaml:5:13: redis.password has no use with the mode single; write it into redis.url
        === sentinels that lack all they need
        services: { blog: { upstream: "http://h" } }
        redis: { mode: sentinel }
        -----
        gateway.yaml:2:8: redis.sentinels is missing; add sentinels: ["10.0.0.1:26379", "10.0.0.2:26379"]
        gateway.yaml:2:8: redis.master is missing; add master: mymaster
        === sentinels with half of what they need
        services: { blog: { upstream: "http://h" } }
        redis:
          mode: sentinel
          url: "redis://h"
          sentinels: ["h:1", "h:0"]
          master: ""
          username: gate
          sentinel-username: watch
        -----
        gateway.yaml:3:3: redis.sentinel-password is missing; add sentinel-password: "${REDIS_PASSWORD}", or take redis.sentinel-username out
        gateway.yaml:3:3: redis.password is missing; add password: "${REDIS_PASSWORD}", or take redis.username out
        gateway.yaml:4:8: redis.url has no use with the mode sentinel; take it out
        gateway.yaml:5:22: redis.sentinels[1] must be an address such as "10.0.0.1:26379" or "redis.internal", not 'h:0'
        gateway.yaml:6:11: redis.master must be what the sentinels call the master, not ''
        === a cluster without nodes, and with a database
        services: { blog: { upstream: "http://h" } }
        redis: { mode: cluster, nodes: [], database: 1, sentinels: [h] }
        -----
        gateway.yaml:2:32: redis.nodes is empty; name one server at least
        gateway.yaml:2:46: redis.database has no use with the mode cluster; take it out
        gateway.yaml:2:60: redis.sentinels has no use with the mode cluster; take it out
        === redis as an address alone
        services: { blog: { upstream: "http://h" } }
        redis: "redis://h"
        -----
        gateway.yaml:2:8: redis must be 'off' or a map such as { url: "redis://127.0.0.1:6379/0" }, not a single value

        """#
}
