/// The client of a request as the gateway saw it, for the services' eyes (RFC 7239).
package struct ForwardedClient: Equatable, Sendable {
    /// The address without brackets and port; nil when the connection has none.
    package let address: String?
    /// `http` or `https`, as the client sees it.
    package let scheme: String
    /// The host that was asked, with its port where one was named; empty when HTTP/1.0 named none.
    package let host: String

    package init(address: String?, scheme: String, host: String) {
        // The zone of a link-local address means nothing on another machine.
        self.address = address.map { String($0.prefix { $0 != "%" }) }
        self.scheme = scheme
        self.host = host
    }

    /// The fields that tell a service of the client.
    package var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if let address { fields.append(("X-Forwarded-For", address)) }
        fields.append(("X-Forwarded-Proto", self.scheme))
        if !self.host.isEmpty { fields.append(("X-Forwarded-Host", self.host)) }
        fields.append(("Forwarded", self.forwarded))
        return fields
    }

    /// The value of `Forwarded` (RFC 7239, section 4).
    private var forwarded: String {
        var node = "unknown"
        if let address { node = address.utf8.contains(.colon) ? "[\(address)]" : address }
        var value = "for=\(Self.quotedWhereNeeded(node));proto=\(Self.quotedWhereNeeded(self.scheme))"
        if !self.host.isEmpty { value += ";host=\(Self.quotedWhereNeeded(self.host))" }
        return value
    }

    /// A token as it is, and anything else as a quoted string (RFC 9110, section 5.6.4).
    private static func quotedWhereNeeded(_ text: String) -> String {
        if ResponseHead.isToken(text) { return text }
        var quoted = "\""
        for character in text {
            if character == "\"" || character == "\\" { quoted.append("\\") }
            quoted.append(character)
        }
        return quoted + "\""
    }
}
