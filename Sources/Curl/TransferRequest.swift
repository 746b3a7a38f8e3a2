/// One header field, as it stands in a message.
package typealias HeaderField = (name: String, value: String)

/// What a transfer sends after its head.
package enum TransferBody: Sendable {
    /// No body; `POST`, `PUT` and `PATCH` then say `Content-Length: 0`.
    case none
    /// A body held in memory.
    case bytes([UInt8])
    /// A body that the receiver supplies as there is room: with `Content-Length` when the length is known, otherwise chunked.
    case streamed(length: Int64?)
}

/// One HTTP request, and the bounds of its answer.
package struct TransferRequest: Sendable {
    /// The method, any token (RFC 9110 section 9).
    package var method: String
    /// Scheme and authority, `http://host:port` or `https://host`; never the path.
    package var origin: String
    /// The request target as it goes on the wire, byte by byte: a path with its query.
    package var target: String
    /// The fields; `Host` comes from `origin` unless it is given.
    package var headers: TransferHeaders
    /// One more field, whose value is known only when the request is sent.
    package var remainingTime: RemainingTimeField?
    /// What follows the head.
    package var body: TransferBody
    /// Path of the unix socket that is connected to in place of the origin's host.
    package var unixSocketPath: String?
    /// The moment at which the last byte must have arrived.
    package var deadline: ContinuousClock.Instant?
    /// Longest time for name resolution, connection and TLS handshake together.
    package var connectTimeout: Duration
    /// Longest time in which no byte moves either way while neither side of the gateway holds the transfer up.
    package var idleTimeout: Duration?
    /// Most bytes of an answer's body; one more is `tooLarge`.
    package var maximumBodyBytes: Int
    /// Opens a connection of its own instead of one that is kept alive.
    package var usesFreshConnection: Bool
    /// Speaks HTTP/2 from the first byte, also without TLS; otherwise HTTP/1.1.
    package var usesHTTP2: Bool

    package init(
        method: String,
        origin: String,
        target: String,
        headers: TransferHeaders = .none,
        body: TransferBody = .none,
        unixSocketPath: String? = nil,
        deadline: ContinuousClock.Instant? = nil,
        connectTimeout: Duration = .seconds(5),
        idleTimeout: Duration? = nil,
        maximumBodyBytes: Int = .max,
        usesFreshConnection: Bool = false,
        usesHTTP2: Bool = false
    ) {
        self.method = method
        self.origin = origin
        self.target = target
        self.headers = headers
        self.body = body
        self.unixSocketPath = unixSocketPath
        self.deadline = deadline
        self.connectTimeout = connectTimeout
        self.idleTimeout = idleTimeout
        self.maximumBodyBytes = maximumBodyBytes
        self.usesFreshConnection = usesFreshConnection
        self.usesHTTP2 = usesHTTP2
    }

    /// Whether the target can stand in a request line.
    package var hasValidTarget: Bool { HeaderSyntax.isTarget(target) }
}
