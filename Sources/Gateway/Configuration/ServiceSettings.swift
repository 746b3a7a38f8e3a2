/// The address of one upstream of a service.
package struct UpstreamURL: Sendable, Hashable, CustomStringConvertible {
    /// `http` or `https`; `http` for a unix socket.
    package let scheme: String
    /// Host and port; for a unix socket `localhost` and 80, which only fill the `Host` header.
    package let endpoint: Endpoint
    /// The path of the unix socket, when it is one.
    package let unixSocketPath: String?

    package init(scheme: String, endpoint: Endpoint, unixSocketPath: String? = nil) {
        self.scheme = scheme
        self.endpoint = endpoint
        self.unixSocketPath = unixSocketPath
    }

    /// What a request's path is appended to: `http://127.0.0.1:5001`, without a slash at the end.
    package var origin: String { unixSocketPath == nil ? "\(scheme)://\(endpoint)" : "http://localhost" }

    /// As it is written in the file: `http://127.0.0.1:5001` or `unix:/run/blog.sock`.
    package var description: String { unixSocketPath.map { "unix:\($0)" } ?? origin }
}

/// Which answers of a service's public host are stored.
package enum AnswerCaching: String, Sendable, Hashable {
    /// None.
    case off
    /// Those that a shared cache may store by their own header fields (RFC 9111).
    case rfc
}

/// A service and the host that it answers on (an entry of `services:`).
package struct ServiceSettings: Sendable, Equatable {
    /// The service's name, as fragments name it: `blog`.
    package let name: String
    /// The full host name that browsers use, in lower case: `blog.localhost`.
    package let host: String
    /// The name below the domain, as pages name it (`host:`): `blog`.
    package let hostLabel: String
    /// At least one address (`upstream:`), in the order of the file.
    package let upstreams: [UpstreamURL]
    /// The most requests at a time to the service (`concurrency:`).
    package let concurrency: Int
    /// When an upstream that fails is left alone (`breaker:`); `nil` for never.
    package let breaker: BreakerSettings?
    /// Most second requests, in percent of the requests for fragments (`hedge-budget:`).
    package let hedgeBudget: Int
    /// Most repeated requests, in percent of all (`retry-budget:`).
    package let retryBudget: Int
    /// Which of the answers that pass through are stored (`cache:`).
    package let cache: AnswerCaching
    /// The most bytes of the content of an answer that is stored (`cache-max-size:`).
    package let largestCachedAnswer: Int
    /// Where the service stands in the file.
    package let position: ConfigurationPosition

    package init(
        name: String,
        host: String,
        hostLabel: String,
        upstreams: [UpstreamURL],
        concurrency: Int = 64,
        breaker: BreakerSettings? = BreakerSettings(),
        hedgeBudget: Int = 5,
        retryBudget: Int = 20,
        cache: AnswerCaching = .off,
        largestCachedAnswer: Int = 1 << 20,
        position: ConfigurationPosition
    ) {
        self.name = name
        self.host = host
        self.hostLabel = hostLabel
        self.upstreams = upstreams
        self.concurrency = concurrency
        self.breaker = breaker
        self.hedgeBudget = hedgeBudget
        self.retryBudget = retryBudget
        self.cache = cache
        self.largestCachedAnswer = largestCachedAnswer
        self.position = position
    }
}
