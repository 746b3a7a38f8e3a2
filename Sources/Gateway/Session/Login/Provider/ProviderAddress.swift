import Curl

/// The address of one of a provider's endpoints.
struct ProviderAddress: Sendable, Equatable, CustomStringConvertible {
    /// `http` or `https`.
    let scheme: String
    /// Host and port, as a `Host` header says them.
    let authority: String
    /// Path and query; begins with `/`.
    let target: String

    /// The address in a text: `http` or `https`, without a user name and without a fragment; nil for anything else.
    init?(_ text: String) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") })
        else {
            return nil
        }
        guard let scheme = ["http", "https"].first(where: { text.hasPrefix("\($0)://") }) else { return nil }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = rest.prefix { !"/?#".contains($0) }
        let target = rest.dropFirst(authority.count)
        let usualPort = scheme == "https" ? 443 : 80
        guard !target.contains("#"),
            let endpoint = HostName.endpoint(authority, defaultPort: usualPort, lowestPort: 1),
            // What connects must read the same host out of it.
            let read = CurlAddress(text), read.port == endpoint.port,
            read.host == endpoint.host || read.host == "[\(endpoint.host)]"
        else { return nil }
        self.scheme = scheme
        self.authority = String(authority)
        self.target = target.first == "/" ? String(target) : "/" + target
    }

    /// Scheme and authority.
    var origin: String { "\(self.scheme)://\(self.authority)" }

    var description: String { self.origin + self.target }

    /// The same with fields added to its query.
    func adding(_ fields: [(name: String, value: String)]) -> String {
        let query = String(
            decoding: FormBody(fields.map { FormField(name: $0.name, value: $0.value) }).encoded(),
            as: UTF8.self
        )
        return self.description + (self.target.contains("?") ? "&" : "?") + query
    }
}
