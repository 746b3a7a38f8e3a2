import NIOCore

/// Where an upstream is reached without libcurl: by plain HTTP/1.1, over TCP or a unix socket.
///
/// A class, so that looking one up compares no text.
final class DirectAddress: Sendable {
    enum Place: Sendable, Equatable {
        /// An IP address with its port, or a unix socket.
        case address(SocketAddress)
        /// A name that has to be asked for.
        case name(String, port: Int)
    }

    let place: Place
    /// What `Host` says where the request names none.
    let authority: String

    /// Nil for an upstream that is libcurl's: TLS, HTTP/2, or an address that only libcurl can tell what is wrong with.
    init?(_ upstream: Upstream) {
        guard !upstream.usesHTTP2 else { return nil }
        switch upstream.address {
        case .unixSocket(let path):
            // One that is too long is libcurl's to name.
            guard let socket = try? SocketAddress(unixDomainSocketPath: path) else { return nil }
            place = .address(socket)
            authority = "localhost"
        case .url(let origin):
            let scheme = "http://"
            guard origin.lowercased().hasPrefix(scheme) else { return nil }
            let authority = origin.dropFirst(scheme.count)
            guard let place = Self.place(of: authority) else { return nil }
            self.place = place
            // The scheme's own port is left out (RFC 9110, section 4.2.3).
            self.authority = String(authority.hasSuffix(":80") ? authority.dropLast(3) : authority)
        }
    }

    /// Takes `host`, `host:port` or `[address]:port` apart.
    private static func place(of authority: Substring) -> Place? {
        let host: Substring
        var rest: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[..<end].dropFirst()
            rest = authority[end...].dropFirst()
        } else {
            let colon = authority.firstIndex(of: ":") ?? authority.endIndex
            host = authority[..<colon]
            rest = authority[colon...]
        }
        guard !host.isEmpty else { return nil }
        guard !rest.isEmpty else { return place(String(host), port: 80) }
        guard rest.removeFirst() == ":", rest.utf8.allSatisfy({ $0.isASCIIDigit }), let port = Int(rest),
            (1...65_535).contains(port)
        else { return nil }
        return place(String(host), port: port)
    }

    private static func place(_ host: String, port: Int) -> Place {
        // What is no address is a name.
        (try? SocketAddress(ipAddress: host, port: port)).map { .address($0) } ?? .name(host, port: port)
    }
}
