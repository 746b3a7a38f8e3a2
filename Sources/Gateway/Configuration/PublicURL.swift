/// The addresses that browsers use for the site (`public-url:`): a URL with the placeholder `{host}`.
package struct PublicURL: Sendable, Equatable, CustomStringConvertible {
    /// `http` or `https`.
    package let scheme: String
    /// The port, where it is not the one of the scheme.
    package let port: Int?

    package init(scheme: String = "http", port: Int? = nil) {
        self.scheme = scheme
        self.port = port
    }

    /// The origin of a full host name: `http://blog.localhost:8080` for `blog.localhost`.
    package func origin(ofHost host: String) -> String {
        guard let port else { return "\(scheme)://\(host)" }
        return "\(scheme)://\(host):\(port)"
    }

    /// As it is written in the file: `http://{host}:8080`.
    package var description: String { origin(ofHost: "{host}") }
}
