extension ConfigurationErrorCases {
    /// What is wrong with the YAML and with variables of the environment.
    static let syntax = #"""
        === environment
        listen: { http: "0.0.0.0:${PORT}" }
        domain: ${DOMAIN}.${TLD}
        services: { blog: { upstream: "http://${HOST" } }
        -----
        gateway.yaml:1:17: listen.http needs the environment variable 'PORT', which is not set; set it, or give a default with ${PORT:-…}
        gateway.yaml:2:9: domain needs the environment variable 'DOMAIN', which is not set; set it, or give a default with ${DOMAIN:-…}
        gateway.yaml:2:9: domain needs the environment variable 'TLD', which is not set; set it, or give a default with ${TLD:-…}
        gateway.yaml:3:31: services.blog.upstream: '${' has no '}'; write ${NAME} or ${NAME:-default}, and $${ for the two characters themselves
        === environment with a bad value
        listen: { http: "0.0.0.0:${BAD}" }
        services: { blog: { upstream: "http://h" } }
        -----
        gateway.yaml:1:17: listen.http must be an address with a port, such as "127.0.0.1:8080" or "[::1]:8080", not '0.0.0.0:x:y'
        === keys
        services: { blog: { upstream: "http://h" } }
        ? [a, b]
        : c
        1: x
        "1": x
        <<: { domain: x }
        -----
        gateway.yaml:2:3: a key must be a text, not a list
        gateway.yaml:4:1: unknown key '1'; the keys here are audit, compression, domain, fragments, identity, limits, listen, manifests, memory, pages, public-url, purges, redis, services, session, site, sso, templates
        gateway.yaml:5:1: the key '1' is given more than once (first on line 4); keep one of them
        gateway.yaml:6:1: merging with '<<' is not supported; write the keys out
        === keys twice
        services: { blog: { upstream: "http://h" } }
        domain: a
        domain: b
        -----
        gateway.yaml:2:1: the key 'domain' is given more than once in this map; keep one of them
        === keys twice in a map
        services: { blog: { upstream: "http://h", upstream: "http://i" }, blog: {} }
        -----
        gateway.yaml:1:21: the key 'upstream' is given more than once in this map; keep one of them
        === the same key in two spellings
        services: { blog: { upstream: "http://h" } }
        site: { 1: x, "1": y }
        -----
        gateway.yaml:2:15: the key '1' is given more than once in site (first on line 2); keep one of them
        === tags
        services: !map { blog: { upstream: !url "http://h" } }
        -----
        gateway.yaml:1:11: services: the tag '!map' is not known; take it out
        === an open brace
        services: { blog: { upstream: "http://h" }
        pages: []
        -----
        gateway.yaml:2:1: this is not YAML: did not find expected ',' or '}' (while parsing a flow mapping from line 1, column 11); close the bracket, or put a text with brackets, commas or ${…} in quotes
        === an open quote
        services: { blog: { upstream: "http://h } }
        -----
        gateway.yaml:2:1: this is not YAML: found unexpected end of stream (while scanning a quoted scalar from line 1, column 31); close the quote
        === a tab
        services:
        	blog: {}
        -----
        gateway.yaml:2:1: this is not YAML: found character that cannot start any token (while scanning for the next token from line 2, column 1); indent with spaces, and put a text that begins with @, % or ` in quotes
        === a colon in a value
        services: { blog: { upstream: "http://h" } }
        site:
          name: Rose: Ash
        -----
        gateway.yaml:3:13: this is not YAML: mapping values are not allowed in this context; check the indentation, or put a text that holds ': ' in quotes
        === indentation
        services:
          blog: { upstream: "http://h" }
         cart: { upstream: "http://h" }
        -----
        gateway.yaml:3:2: this is not YAML: did not find expected key (while parsing a block mapping from line 1, column 1); check the indentation of this line
        === a variable without quotes
        listen: { http: 0.0.0.0:${PORT:-8080} }
        -----
        gateway.yaml:1:26: this is not YAML: did not find expected ',' or '}' (while parsing a flow mapping from line 1, column 9); close the bracket, or put a text with brackets, commas or ${…} in quotes
        === no such alias
        services: *all
        -----
        gateway.yaml:1:11: this is not YAML: found undefined alias; an alias (*name) needs an anchor (&name) above it; put a text that begins with * in quotes
        === two documents
        services: { blog: { upstream: "http://h" } }
        ---
        domain: a
        -----
        gateway.yaml:2:1: a second document begins here; keep one in the file
        === a star without quotes
        services: { blog: { upstream: "http://h" } }
        fragments:
          *: { ttl: 1s }
        -----
        gateway.yaml:3:4: this is not YAML: did not find expected alphabetic or numeric character (while scanning an alias from line 3, column 3); put a text that begins with * or & in quotes
        === columns count characters
        site: { ä: "ü", 😀: x }
        services: { blog: { upstream: "http://h", "ö": 1, naïve: 2 } }
        -----
        gateway.yaml:2:43: unknown key 'ö' in services.blog; the keys here are breaker, cache, cache-max-size, concurrency, hedge-budget, host, retry-budget, upstream
        gateway.yaml:2:51: unknown key 'naïve' in services.blog; the keys here are breaker, cache, cache-max-size, concurrency, hedge-budget, host, retry-budget, upstream
        === control characters do not reach the message
        domain: "a\nb\e[31m"
        services: { blog: { upstream: "http://h" } }
        -----
        gateway.yaml:1:9: domain must be a host name in lower case, such as localhost or rose-ash.example, not 'a\nb\u{1B}[31m'

        """#
}
