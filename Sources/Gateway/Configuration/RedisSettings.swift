/// The Redis that gateways share (`redis:`).
package struct RedisSettings: Sendable, Equatable {
    /// Where it listens.
    package let endpoint: Endpoint
    /// The number of its database, for `SELECT`.
    package let database: Int
    /// The name for `AUTH`, when the URL holds one.
    package let username: String?
    /// The password for `AUTH`, when the URL holds one.
    package let password: Secret?
    /// How long a command may take before it counts as a miss (`timeout:`).
    package let timeout: Duration
    /// How long the right to fetch a copy for all gateways outlasts a gateway that has died (`lease:`).
    package let lease: Duration

    package init(
        endpoint: Endpoint = Endpoint(host: "127.0.0.1", port: 6379),
        database: Int = 0,
        username: String? = nil,
        password: Secret? = nil,
        timeout: Duration = .milliseconds(20),
        lease: Duration = .seconds(1)
    ) {
        self.endpoint = endpoint
        self.database = database
        self.username = username
        self.password = password
        self.timeout = timeout
        self.lease = lease
    }
}
