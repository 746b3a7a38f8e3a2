/// Where a ``RedisTier`` finds its Redis, and how long it bears with it.
package struct RedisTierSettings: Sendable {
    /// The server's address.
    package enum Address: Sendable, Hashable {
        case tcp(host: String, port: Int)
        case unixSocket(path: String)
    }

    package var address: Address
    /// The user of `AUTH`; Redis's default user when nil.
    package var username: String?
    /// The password of `AUTH`, which is not sent when nil.
    package var password: String?
    /// The number given to `SELECT`.
    package var database: Int
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
        address: Address,
        username: String? = nil,
        password: String? = nil,
        database: Int = 0,
        keyPrefix: String = "rose-ash:f1:",
        timeout: Duration = .milliseconds(20),
        connectTimeout: Duration = .seconds(2),
        backoff: ClosedRange<Duration> = .milliseconds(50) ... .seconds(5),
        maximumCommandsInFlight: Int = 4096,
        maximumValueBytes: Int = 16 << 20,
        maximumReplyBytes: Int = 128 << 20
    ) {
        self.address = address
        self.username = username
        self.password = password
        self.database = database
        self.keyPrefix = keyPrefix
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.backoff = backoff
        self.maximumCommandsInFlight = maximumCommandsInFlight
        self.maximumValueBytes = maximumValueBytes
        self.maximumReplyBytes = maximumReplyBytes
    }
}
