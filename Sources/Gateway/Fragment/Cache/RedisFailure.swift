/// Why a connection to Redis ended, or could not be made.
package struct RedisFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        /// There is nobody to connect to.
        case connect
        /// It did not answer the first commands in time.
        case handshakeTimeout
        /// It refused a password, a database, or the first `PING`.
        case refused
        /// It did not answer commands in time, again and again.
        case tooSlow
        /// What it sent is not Redis's protocol.
        case malformedReply
        /// It closed the connection.
        case closed
        /// It answered a command by an error, or the command could not be formed.
        case replied
    }

    package let code: Code
    /// What to tell the operator; no secret is in it.
    package let message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// A server was asked whether it is the master, and is not.
    static let noMaster = RedisFailure(code: .refused, message: "it is a replica, and no master")

    package var description: String { "\(self.code.rawValue): \(self.message)" }

    package static func == (left: RedisFailure, right: RedisFailure) -> Bool { left.code == right.code }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }
}
