/// The shapes of host names and ports in the configuration.
enum HostName {
    /// Whether a text is one label of a host name, in lower case (RFC 1123 section 2.1).
    static func isLabel(_ text: Substring) -> Bool {
        let bytes = text.utf8
        return (1...63).contains(bytes.count)
            && bytes.allSatisfy {
                PlainASCII.isLowerCaseLetter($0) || PlainASCII.isDigit($0) || $0 == UInt8(ascii: "-")
            }
            && bytes.first != UInt8(ascii: "-") && bytes.last != UInt8(ascii: "-")
    }

    /// Whether a text is a host name, in lower case and without a dot at the end.
    static func isName(_ text: Substring) -> Bool {
        text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
    }

    /// Whether a text has the shape of an IPv6 address; whether it is one shows when it is used.
    static func isIPv6(_ text: Substring) -> Bool {
        (2...45).contains(text.utf8.count) && text.contains(":")
            && text.utf8.allSatisfy { PlainASCII.isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
    }

    /// Reads `host:port` or `[address]:port`; the port may only be left out where a default is given.
    static func endpoint(_ text: Substring, defaultPort: Int? = nil, lowestPort: Int) -> Endpoint? {
        let host: String
        var rest = text[...]
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            guard isIPv6(host[...]) else { return nil }
            rest = rest[rest.index(after: end)...]
        } else {
            let end = rest.firstIndex(of: ":") ?? rest.endIndex
            host = rest[..<end].lowercased()
            guard isName(host[...]) else { return nil }
            rest = rest[end...]
        }
        if rest.isEmpty {
            guard let defaultPort else { return nil }
            return Endpoint(host: host, port: defaultPort)
        }
        guard rest.first == ":", let port = port(rest.dropFirst()), port >= lowestPort else { return nil }
        return Endpoint(host: host, port: port)
    }

    /// Reads a port from 0 to 65535.
    static func port(_ text: Substring) -> Int? {
        guard PlainASCII.isDigits(text), text.utf8.count <= 5, let port = Int(text), port <= 65_535 else { return nil }
        return port
    }
}
