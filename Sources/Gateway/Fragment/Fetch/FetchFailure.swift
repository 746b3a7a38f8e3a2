import Curl

/// Why there is no answer.
///
/// Equal by code.
package struct FetchFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure, by the names that logs and metrics use.
    package enum Code: String, Sendable, CaseIterable {
        /// The timeout passed before the last byte, or a stream stood still for too long.
        case timeout
        /// No upstream could be connected to.
        case connect
        /// The connection broke before the last byte.
        case reset
        /// The body is over its limit.
        case tooLarge
        /// The answer is not HTTP as it should be, or the request cannot be sent.
        case protocolError
        /// Cancelled by the caller or by shutdown.
        case cancelled
        /// Not tried: the service's places and its queue are full, or it is unknown.
        case refused
        /// Not tried: the circuit breakers of all upstreams are open.
        case circuitOpen
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: TransferError) {
        let code: Code =
            switch error.code {
            case .timeout: .timeout
            case .connect: .connect
            case .reset: .reset
            case .tooLarge: .tooLarge
            case .protocolError, .invalidRequest: .protocolError
            case .cancelled: .cancelled
            }
        self.init(code, error.message)
    }

    package var description: String { "\(code.rawValue): \(message)" }

    package static func == (left: FetchFailure, right: FetchFailure) -> Bool { left.code == right.code }
}
