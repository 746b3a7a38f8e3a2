/// Where an upstream is reached without libcurl: by plain HTTP/1.1, over TCP or a unix socket.
///
/// A class, so that looking one up compares no text.
final class DirectAddress: Sendable {
    enum Place: Sendable, Equatable {
        case tcp(host: String, port: Int)
        case unixSocket(path: String)
    }

    let place: Place
    /// What `Host` says where the request names none.
    let authority: String

    /// Nil for an upstream that is libcurl's: TLS, HTTP/2, or an address that only libcurl can tell what is wrong with.
    init?(_ upstream: Upstream) {
        guard !upstream.usesHTTP2 else { return nil }
        switch upstream.address {
        case .unixSocket(let path):
            place = .unixSocket(path: path)
            authority = "localhost"
        case .url(let origin):
            let scheme = "http://"
            guard origin.lowercased().hasPrefix(scheme) else { return nil }
            let authority = origin.dropFirst(scheme.count)
            guard let place = Self.place(of: authority) else { return nil }
            self.place = place
            self.authority = String(authority)
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
        guard !rest.isEmpty else { return .tcp(host: String(host), port: 80) }
        guard rest.removeFirst() == ":", rest.utf8.allSatisfy({ $0.isASCIIDigit }), let port = Int(rest),
            (1...65_535).contains(port)
        else { return nil }
        return .tcp(host: String(host), port: port)
    }
}
