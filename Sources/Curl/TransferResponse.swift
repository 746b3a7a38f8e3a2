/// The head of the final answer; informational answers (1xx) are passed over.
package struct TransferHead: Sendable {
    /// The status, 200…599.
    package let status: Int
    /// The fields in the order of arrival, several of one name kept as several, obsolete line folds made one space.
    ///
    /// `Content-Length` is left out where `Transfer-Encoding` overrides it (RFC 9112 section 6.3).
    package let headers: [HeaderField]
    /// The length that the framing promises; nil when the body ends by chunk or by close.
    ///
    /// For `HEAD`, the length that `GET` would have.
    package let contentLength: Int64?
}

/// What is known at the end of a transfer that succeeded.
package struct TransferSummary: Sendable, Equatable {
    /// Bytes of the answer's body.
    package let receivedBytes: Int
    /// Bytes of the request's body.
    package let sentBytes: Int
    /// From the start on the driver's thread to the last byte.
    package let elapsed: Duration
    /// True when a kept-alive connection served.
    package let reusedConnection: Bool

    package init(receivedBytes: Int, sentBytes: Int, elapsed: Duration, reusedConnection: Bool) {
        self.receivedBytes = receivedBytes
        self.sentBytes = sentBytes
        self.elapsed = elapsed
        self.reusedConnection = reusedConnection
    }
}

/// Why a transfer failed.
///
/// Equal by code.
package struct TransferError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: String, Sendable {
        /// The deadline passed, or no byte moved for too long.
        case timeout
        /// No connection: name, route, refusal, TLS.
        case connect
        /// The connection broke.
        case reset
        /// The body is over the limit.
        case tooLarge
        /// The answer is not HTTP as it should be.
        case protocolError
        /// Cancelled by the caller, or the driver was shut down.
        case cancelled
        /// The request cannot be sent as it is.
        case invalidRequest
    }

    /// How far a failed transfer came.
    package enum Progress: Int, Sendable, Comparable {
        /// No connection stood: the peer has seen nothing of the request.
        case unconnected
        /// The request may have been seen, no byte of an answer was.
        case requested
        /// A part of the answer arrived.
        case answered

        package static func < (left: Progress, right: Progress) -> Bool { left.rawValue < right.rawValue }
    }

    package let code: Code
    /// For the log; holds nothing of the request's secrets.
    package let message: String
    package let progress: Progress
    /// True when a kept-alive connection broke before an answer: the peer may have closed it before it saw the request.
    package let brokeKeptConnection: Bool

    package init(
        _ code: Code,
        _ message: String,
        progress: Progress = .unconnected,
        brokeKeptConnection: Bool = false
    ) {
        self.code = code
        self.message = message
        self.progress = progress
        self.brokeKeptConnection = brokeKeptConnection
    }

    package var description: String { "\(code.rawValue): \(message)" }

    package static func == (left: TransferError, right: TransferError) -> Bool { left.code == right.code }
}
