extension ScalarForm where Value == Endpoint {
    /// An address to listen on.
    static var listenAddress: ScalarForm {
        ScalarForm(
            expectation: "an address with a port, such as \"127.0.0.1:8080\" or \"[::1]:8080\"",
            parse: { HostName.endpoint($0[...], lowestPort: 0).map(Parsed.value) ?? .mismatch },
            plain: \.description
        )
    }
}

extension ScalarForm where Value == Endpoint {
    /// The address of a server that is only connected to.
    static func server(defaultPort: Int) -> ScalarForm {
        ScalarForm(
            expectation: "an address such as \"10.0.0.1:\(defaultPort)\" or \"redis.internal\"",
            parse: {
                HostName.endpoint($0[...], defaultPort: defaultPort, lowestPort: 1).map(Parsed.value) ?? .mismatch
            },
            plain: \.description
        )
    }
}

extension ScalarForm where Value == PublicURL {
    /// The site's addresses with `{host}` for the host.
    static var publicURL: ScalarForm {
        ScalarForm(
            expectation: "a URL with {host} for the host and without a path, such as \"https://{host}\"",
            parse: { text in
                for (scheme, usualPort) in [("http", 80), ("https", 443)] {
                    let prefix = "\(scheme)://{host}"
                    guard text.hasPrefix(prefix) else { continue }
                    let rest = text.dropFirst(prefix.count)
                    if rest.isEmpty { return .value(PublicURL(scheme: scheme)) }
                    guard rest.first == ":", let port = HostName.port(rest.dropFirst()), port > 0 else {
                        return .mismatch
                    }
                    return .value(PublicURL(scheme: scheme, port: port == usualPort ? nil : port))
                }
                return .mismatch
            },
            plain: \.description
        )
    }
}

extension ScalarForm where Value == UpstreamURL {
    /// The address of a service.
    static var upstream: ScalarForm {
        ScalarForm(
            expectation:
                "an address such as \"http://127.0.0.1:5001\", \"https://blog.internal\" or \"unix:/run/blog.sock\"",
            parse: { text in
                if text.hasPrefix("unix:") {
                    let path = String(text.dropFirst("unix:".count))
                    // sockaddr_un holds 108 bytes with the zero at the end.
                    guard path.hasPrefix("/"), path.utf8.count < 108, path.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
                    else {
                        return .refused("the path of a unix socket must begin with / and have less than 108 bytes")
                    }
                    let endpoint = Endpoint(host: "localhost", port: 80)
                    return .value(UpstreamURL(scheme: "http", endpoint: endpoint, unixSocketPath: path))
                }
                for (scheme, usualPort) in [("http", 80), ("https", 443)] where text.hasPrefix("\(scheme)://") {
                    let rest = text.dropFirst(scheme.count + 3)
                    guard !rest.contains("@") else {
                        return .refused("an upstream cannot have a user name; take out what is before the '@'")
                    }
                    let authority = rest.prefix { !"/?#".contains($0) }
                    guard ["", "/"].contains(rest.dropFirst(authority.count)) else {
                        return .refused("an upstream is an address only; take out what is behind the host and port")
                    }
                    return HostName.endpoint(authority, defaultPort: usualPort, lowestPort: 1)
                        .map { .value(UpstreamURL(scheme: scheme, endpoint: $0)) } ?? .mismatch
                }
                return .mismatch
            },
            plain: \.description
        )
    }
}

extension ScalarForm where Value == RedisURL {
    /// The address of a Redis, perhaps with a name and password, which messages never show.
    static var redisURL: ScalarForm {
        ScalarForm(
            expectation: "a URL such as \"redis://127.0.0.1:6379/0\" or \"redis://:password@host:6379/0\"",
            isSecret: true,
            parse: { text in
                guard !text.hasPrefix("rediss://") else {
                    return .refused("TLS to Redis (rediss:) is not supported by this version; use redis:")
                }
                guard text.hasPrefix("redis://") else { return .mismatch }
                var rest = text.dropFirst("redis://".count)
                var username: String?
                var password: Secret?
                if let end = rest.lastIndex(of: "@") {
                    let parts = rest[..<end].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                    guard parts.count == 2, let name = percentDecoded(parts[0]), let word = percentDecoded(parts[1]),
                        !word.isEmpty
                    else { return .refused("what is before the '@' must be 'name:password' or ':password'") }
                    username = name.isEmpty ? nil : name
                    password = Secret(word)
                    rest = rest[rest.index(after: end)...]
                }
                let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
                guard let endpoint = parts.first.flatMap({ HostName.endpoint($0, defaultPort: 6379, lowestPort: 1) })
                else {
                    return .mismatch
                }
                var database = 0
                if parts.count == 2, !parts[1].isEmpty {
                    guard PlainASCII.isDigits(parts[1]), let number = Int(parts[1]), number <= 65_535 else {
                        return .refused("what is behind the last '/' must be the number of a database, such as 0")
                    }
                    database = number
                }
                return .value(
                    RedisURL(endpoint: endpoint, database: database, username: username, password: password)
                )
            },
            plain: { url in
                let user = url.username.map { $0.replacing("%", with: "%25").replacing("@", with: "%40") } ?? ""
                let access = url.password.map { "\(user.replacing(":", with: "%3A")):\($0)@" } ?? ""
                return "redis://\(access)\(url.endpoint)/\(url.database)"
            }
        )
    }

    /// RFC 3986 section 2.1; `nil` for a bad sequence and for bytes that are no UTF-8.
    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy(PlainASCII.isHexDigit), let digitText = String(digits),
                let value = UInt8(digitText, radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
