/// Where a service may send a browser: to a path of the host that was asked, or to another host of the gateway.
package struct RedirectPolicy: Sendable {
    private static let longest = 4096
    private let origins: [String]

    /// Makes a policy.
    ///
    /// - Parameter origins: what the hosts of the gateway are reached by: `https://blog.example`, with a port where
    ///   browsers use one and without a path.
    package init(origins: [String]) {
        self.origins = origins.map { $0.lowercased() }
    }

    /// The value for `Location`, or nil when a browser could be led elsewhere by it.
    ///
    /// Only bytes that a URL may hold pass (RFC 3986, section 2): browsers drop tabs and line ends and take a backslash
    /// for a slash, so that any of these can make a host out of a path.
    package func location(for redirect: String) -> String? {
        let bytes = Array(redirect.utf8)
        guard bytes.count <= Self.longest, bytes.allSatisfy({ Self.isURLByte($0) }) else { return nil }
        if bytes.first == .slash {
            return bytes.dropFirst().first == .slash ? nil : redirect
        }
        let lowercased = redirect.lowercased()
        for origin in self.origins where lowercased.hasPrefix(origin) {
            // Anything else would go on with the name, the port or a password: `@evil.example`, `.evil.example`.
            switch bytes.dropFirst(origin.utf8.count).first {
            case nil, .slash, UInt8(ascii: "?"), UInt8(ascii: "#"): return redirect
            default: continue
            }
        }
        return nil
    }

    private static func isURLByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7a, 0x41...0x5a, 0x30...0x39: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "%"),
            UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: "@"), UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
