/// The Redis that gateways share (`redis:`).
package struct RedisSettings: Sendable, Equatable {
    /// Where it is (`mode:`).
    package enum Servers: Sendable, Equatable {
        /// One server.
        case single(Endpoint)
        /// The master that sentinels name.
        case sentinel(Sentinels)
        /// A cluster, of which these servers are known to begin with (`nodes:`).
        case cluster([Endpoint])
    }

    /// The sentinels that name the master.
    package struct Sentinels: Sendable, Equatable {
        /// Where they listen (`sentinels:`).
        package let endpoints: [Endpoint]
        /// What they call the master (`master:`).
        package let master: String
        /// The name for `AUTH` with them (`sentinel-username:`).
        package let username: String?
        /// The password for `AUTH` with them (`sentinel-password:`).
        package let password: Secret?

        package init(
            endpoints: [Endpoint],
            master: String,
            username: String? = nil,
            password: Secret? = nil
        ) {
            self.endpoints = endpoints
            self.master = master
            self.username = username
            self.password = password
        }
    }

    /// Where it is.
    package let servers: Servers
    /// The number of its database, for `SELECT`.
    package let database: Int
    /// The name for `AUTH`, when there is one.
    package let username: String?
    /// The password for `AUTH`, when there is one.
    package let password: Secret?
    /// How long a command may take before it counts as a miss (`timeout:`).
    package let timeout: Duration
    /// How long the right to fetch a copy for all gateways outlasts a gateway that has died (`lease:`).
    package let lease: Duration
    /// Bodies of so many bytes or more are kept compressed; nil for none (`compress-from:`).
    package let compressFrom: Int?

    package init(
        servers: Servers = .single(Endpoint(host: "127.0.0.1", port: 6379)),
        database: Int = 0,
        username: String? = nil,
        password: Secret? = nil,
        timeout: Duration = .milliseconds(20),
        lease: Duration = .seconds(1),
        compressFrom: Int? = 8 << 10
    ) {
        self.servers = servers
        self.database = database
        self.username = username
        self.password = password
        self.timeout = timeout
        self.lease = lease
        self.compressFrom = compressFrom
    }
}

/// What the URL of a Redis says (`redis.url`).
package struct RedisURL: Sendable, Equatable {
    package let endpoint: Endpoint
    package let database: Int
    package let username: String?
    package let password: Secret?

    package init(
        endpoint: Endpoint = Endpoint(host: "127.0.0.1", port: 6379),
        database: Int = 0,
        username: String? = nil,
        password: Secret? = nil
    ) {
        self.endpoint = endpoint
        self.database = database
        self.username = username
        self.password = password
    }
}
