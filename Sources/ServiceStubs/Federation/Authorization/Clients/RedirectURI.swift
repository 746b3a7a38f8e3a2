import Foundation

/// The rules for addresses to which a client has people sent.
enum RedirectURI {
    /// What is wrong with an address that a client is to be registered with; nil when nothing is.
    ///
    /// It is absolute, `https` (or `http` on this machine, for development), without user information, fragment, wildcard or
    /// white space (RFC 6749, section 3.1.2; RFC 9700, section 4.1.3).
    static func problem(with text: String) -> String? {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return "has characters that no URL may hold" }
        guard !text.contains("*") else { return "has a wildcard; register each address in full" }
        guard !text.contains("#") else { return "has a fragment" }
        guard let url = URLComponents(string: text), let scheme = url.scheme, let host = url.host, !host.isEmpty else {
            return "is no absolute URL"
        }
        guard url.user == nil, url.password == nil else { return "holds a user name or a password" }
        guard !text.contains("\\") else { return "has a backslash" }
        switch scheme {
        case "https": return nil
        case "http":
            return isThisMachine(host)
                ? nil : "is http, which only addresses of this machine may be (localhost, 127.0.0.1); use https"
        default: return "is \(scheme), and must be https"
        }
    }

    /// Whether an address that is asked for is one that is registered: the same bytes, nothing less.
    static func isRegistered(_ text: String, among registered: [String]) -> Bool {
        registered.contains { $0.utf8.elementsEqual(text.utf8) }
    }

    /// An address with parameters added to its query.
    static func adding(_ parameters: KeyValuePairs<String, String?>, to address: String) -> String {
        let pairs = parameters.compactMap { name, value in
            value.map { Escape.urlComponent(name) + "=" + Escape.urlComponent($0) }
        }
        guard !pairs.isEmpty else { return address }
        return address + (address.contains("?") ? "&" : "?") + pairs.joined(separator: "&")
    }

    /// Whether a host is always this machine (RFC 6761, section 6.3).
    private static func isThisMachine(_ host: String) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "127.0.0.1" || host == "[::1]" || host == "::1"
    }
}
