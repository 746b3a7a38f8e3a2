/// Where a ``RedisTier`` finds its Redis, and how long it bears with it.
package struct RedisTierSettings: Sendable {
    /// A server's address.
    package enum Address: Sendable, Hashable, CustomStringConvertible {
        case tcp(host: String, port: Int)
        case unixSocket(path: String)

        package var description: String {
            switch self {
            case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            case .unixSocket(let path): path
            }
        }

        /// The address with the host of the server that told of it, where it has none of its own.
        ///
        /// A server of a cluster that does not know what it is called by leaves that out.
        func completed(by teller: Address) -> Address {
            guard case .tcp("", let port) = self, case .tcp(let host, _) = teller else { return self }
            return .tcp(host: host, port: port)
        }
    }

    /// How servers are found.
    package enum Place: Sendable {
        /// One, which is always there.
        case single(Address)
        /// The one that the sentinels name.
        case sentinel([Address], master: String, access: RedisAccess)
        /// The masters of a cluster, of which some are known to begin with.
        case cluster([Address])
    }

    package var place: Place
    /// How the servers are signed in to, and which database is meant.
    package var access: RedisAccess
    /// What stands before every key.
    package var keyPrefix: String
    /// The time after which a command counts as a miss.
    package var timeout: Duration
    /// The time for a connection to be made and to answer its first `PING`.
    package var connectTimeout: Duration
    /// The shortest and the longest wait between two attempts to connect.
    package var backoff: ClosedRange<Duration>
    /// The most commands that may wait for their answers; others are misses.
    package var maximumCommandsInFlight: Int
    /// The largest value that is written or believed, in bytes.
    package var maximumValueBytes: Int
    /// The most bytes of one reply, and so of memory for it.
    package var maximumReplyBytes: Int

    package init(
        place: Place,
        access: RedisAccess = RedisAccess(),
        keyPrefix: String = "rose-ash:f1:",
        timeout: Duration = .milliseconds(20),
        connectTimeout: Duration = .seconds(2),
        backoff: ClosedRange<Duration> = .milliseconds(50) ... .seconds(5),
        maximumCommandsInFlight: Int = 4096,
        maximumValueBytes: Int = 16 << 20,
        maximumReplyBytes: Int = 128 << 20
    ) {
        self.place = place
        self.access = access
        self.keyPrefix = keyPrefix
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.backoff = backoff
        self.maximumCommandsInFlight = maximumCommandsInFlight
        self.maximumValueBytes = maximumValueBytes
        self.maximumReplyBytes = maximumReplyBytes
    }
}

/// How a server is signed in to, and which of its databases is meant.
package struct RedisAccess: Sendable {
    /// The user of `AUTH`; Redis's default user when nil.
    package var username: String?
    /// The password of `AUTH`, which is not sent when nil.
    package var password: String?
    /// The number given to `SELECT`.
    package var database: Int

    package init(username: String? = nil, password: String? = nil, database: Int = 0) {
        self.username = username
        self.password = password
        self.database = database
    }

    /// The commands that sign in.
    var signIn: [[String]] {
        var commands: [[String]] = []
        if let password { commands.append(["AUTH"] + [self.username, password].compactMap { $0 }) }
        if self.database != 0 { commands.append(["SELECT", String(self.database)]) }
        return commands
    }
}
