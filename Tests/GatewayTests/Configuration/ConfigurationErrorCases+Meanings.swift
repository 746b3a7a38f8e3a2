extension ConfigurationErrorCases {
    /// What is wrong between the parts of a file.
    static let meanings = #"""
        === not in this version
        services: { blog: { upstream: "http://h" } }
        listen: { https: { address: "0.0.0.0:443" } }
        pages: [{ host: blog, path: /, template: a.html, cache: { ttl: 30s } }]
        fragments: { "*": { vary: [session, role] } }
        -----
        gateway.yaml:2:11: listen.https is not supported by this version; let a proxy in front of the gateway speak TLS
        gateway.yaml:3:50: pages[0].cache is not supported by this version; take it out; each fragment of the page is cached by its rule
        gateway.yaml:4:28: fragments.*.vary[0]: 'session' is not supported by this version; use 'user' or 'language'
        gateway.yaml:4:37: fragments.*.vary[1]: 'role' is not supported by this version; use 'user' or 'language'
        === who may see a page, with nobody to sign in with
        services: { blog: { upstream: "http://h" } }
        pages: [{ host: blog, path: /, template: a.html, require: login }]
        -----
        gateway.yaml:2:59: pages[0].require needs somebody to sign in with; add sso: or take require out
        === who may see a page
        services: { blog: { upstream: "http://h" } }
        sso: { issuer: "http://x", clients: { "*": { client-id: "{service}", client-secret: "s" } } }
        pages:
          - { host: blog, path: /a, template: a.html, require: admin }
          - { host: blog, path: /b, template: a.html, require: "role:" }
          - { host: blog, path: /c, template: a.html, require: "role:two words" }
        -----
        gateway.yaml:4:56: pages[0].require must be 'login' or 'role:' and a role, such as role:editor, not 'admin'
        gateway.yaml:5:56: pages[1].require must be 'login' or 'role:' and a role, such as role:editor, not 'role:'
        gateway.yaml:6:56: pages[2].require must be 'login' or 'role:' and a role, such as role:editor, not 'role:two words'
        === patterns of fragments
        services: { blog: { upstream: "http://h" } }
        fragments:
          "blog": {}
          "blog/": {}
          "*/nav": {}
          "blog/Nav": {}
          "blgo/nav": {}
          "market/*": {}
        -----
        gateway.yaml:3:3: fragments.blog is no pattern for fragments; write "service/type", "service/*" or "*"
        gateway.yaml:4:3: fragments.blog/ is no pattern for fragments; write "service/type", "service/*" or "*"
        gateway.yaml:5:3: fragments.*/nav is no pattern for fragments; write "service/type", "service/*" or "*"
        gateway.yaml:6:3: fragments.blog/Nav is no pattern for fragments; write "service/type", "service/*" or "*"
        gateway.yaml:7:3: fragments.blgo/nav: there is no service 'blgo'; did you mean 'blog'?
        gateway.yaml:8:3: fragments.market/*: there is no service 'market'; the services here are blog
        === rules that are never reached
        services: { blog: { upstream: "http://h" }, cart: { upstream: "http://h" } }
        fragments:
          "blog/*": { ttl: 1s }
          "blog/nav": { ttl: 2s }
          "*": {}
          "cart/*": {}
        -----
        gateway.yaml:4:3: fragments.blog/nav is never reached, because 'blog/*' on line 3 matches first; put the more specific rule first
        gateway.yaml:6:3: fragments.cart/* is never reached, because '*' on line 5 matches first; put the more specific rule first
        === personal without identity
        services: { blog: { upstream: "http://h" } }
        fragments:
          "blog/*": { vary: [user] }
        -----
        gateway.yaml:3:21: fragments.blog/*.vary has 'user', but services are not told who asks; add identity: { secret: "${IDENTITY_SECRET}" }
        === identity
        services: { blog: { upstream: "http://h" } }
        identity: { algorithm: eddsa, secret: "0123456789abcdef0123456789abcdef", private-key: abc, lifetime: 2m }
        -----
        gateway.yaml:2:39: identity.secret has no use with the algorithm eddsa; take one of the two out
        gateway.yaml:2:88: identity.private-key must be the base64 text of 32 bytes, made for example by 'openssl rand -base64 32'
        gateway.yaml:2:103: identity.lifetime: 2m is out of range; it must be from 1s to 1m
        === identity of another kind
        services: { blog: { upstream: "http://h" } }
        identity: { algorithm: rs256 }
        -----
        gateway.yaml:2:11: identity.secret is missing; add secret: "${IDENTITY_SECRET}"
        gateway.yaml:2:24: identity.algorithm must be 'hs256' or 'eddsa', not 'rs256'
        === pages
        services: { blog: { upstream: "http://h" } }
        pages:
          - {}
          - { host: blgo, path: posts, template: /etc/passwd.html }
          - { host: blog, path: /internal/x, template: ../x.html }
          - { host: blog, path: /AUTH, template: "a\\b.html" }
          - { host: blog, path: /assets/site.css, template: blog/home }
          - { host: blog, path: /a//b, template: a.html }
          - { host: blog, path: /a/, template: a.html }
          - { host: blog, path: "/*/b", template: a.html }
          - { host: blog, path: "/a-{b}", template: a.html }
          - { host: blog, path: "/{A}", template: a.html }
          - { host: blog, path: "/{a}/{a}", template: a.html }
          - { host: blog, path: "/a b", template: a.html }
          - { host: blog, path: "/%69nternal", template: a.html }
          - { host: blog, path: "/a?b", template: a.html }
          - { host: blog, path: "/../a", template: a.html }
          - { host: blog, path: "/ü", template: a.html }
        -----
        gateway.yaml:3:5: pages[0].host is missing; add host: blog
        gateway.yaml:3:5: pages[0].path is missing; add path: "/"
        gateway.yaml:3:5: pages[0].template is missing; add template: blog/home.html
        gateway.yaml:4:13: pages[1].host: no service has the host 'blgo'; did you mean 'blog'?
        gateway.yaml:4:25: pages[1].path must be a path such as "/", "/posts/{slug}" or "/*", not 'posts'
        gateway.yaml:4:42: pages[1].template must be a template's path below the folder of templates, such as blog/home.html, not '/etc/passwd.html'
        gateway.yaml:5:25: pages[2].path: paths that begin with /internal belong to the gateway; choose another
        gateway.yaml:5:48: pages[2].template must be a template's path below the folder of templates, such as blog/home.html, not '../x.html'
        gateway.yaml:6:25: pages[3].path: paths that begin with /auth belong to the gateway; choose another
        gateway.yaml:6:42: pages[3].template must be a template's path below the folder of templates, such as blog/home.html, not 'a\b.html'
        gateway.yaml:7:25: pages[4].path: paths that begin with /assets belong to the gateway; choose another
        gateway.yaml:7:53: pages[4].template must be a template's path below the folder of templates, such as blog/home.html, not 'blog/home'
        gateway.yaml:8:25: pages[5].path: there are two slashes in a row; take one out
        gateway.yaml:9:25: pages[6].path: leave the slash at the end out
        gateway.yaml:10:25: pages[7].path: '*' can only be the last segment; name this one, such as {id}
        gateway.yaml:11:25: pages[8].path: a capture or '*' is a whole segment; write /posts/{slug}, not /posts/post-{slug}
        gateway.yaml:12:25: pages[9].path: a capture is a name of lower-case letters, digits and '_' in braces, such as {slug}
        gateway.yaml:13:25: pages[10].path: the capture {a} is there twice; give each its own name
        gateway.yaml:14:25: pages[11].path: 'a b' holds a character that cannot stand in a path; use letters, digits and -._~!$&'()+,;=:@
        gateway.yaml:15:25: pages[12].path: '%69nternal' holds a character that cannot stand in a path; use letters, digits and -._~!$&'()+,;=:@
        gateway.yaml:16:25: pages[13].path: 'a?b' holds a character that cannot stand in a path; use letters, digits and -._~!$&'()+,;=:@
        gateway.yaml:17:25: pages[14].path: '.' and '..' cannot be segments; take them out
        gateway.yaml:18:25: pages[15].path: 'ü' holds a character that cannot stand in a path; use letters, digits and -._~!$&'()+,;=:@
        === the same page twice
        services: { blog: { upstream: "http://h" } }
        pages:
          - { host: blog, path: "/posts/{slug}", template: a.html }
          - { host: blog, path: "/posts/{id}", template: b.html }
        -----
        gateway.yaml:4:5: pages[1]: the path /posts/{id} of blog.localhost is already /posts/{slug} on line 3; keep one of them

        """#
}
