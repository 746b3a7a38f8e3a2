/// A TCP address to listen on or to connect to.
package struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// An IP address without brackets, or a host name.
    package let host: String
    /// The port; 0 lets the system choose a free one.
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `127.0.0.1:8080` or `[::1]:8080`.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// Where the gateway listens (`listen:`).
package struct ListenSettings: Sendable, Equatable {
    /// Browsers come in here (`http:`).
    package let http: Endpoint
    /// Health, readiness and the commands of operators (`admin:`); `nil` when it is `off`.
    package let admin: Endpoint?
    /// The number of event loops (`threads:`); `nil` means one for each core.
    package let threads: Int?

    package init(
        http: Endpoint = Endpoint(host: "0.0.0.0", port: 8080),
        admin: Endpoint? = Endpoint(host: "127.0.0.1", port: 9901),
        threads: Int? = nil
    ) {
        self.http = http
        self.admin = admin
        self.threads = threads
    }
}
