/// Why a service's answer is not what the client gets.
package enum ProxyError: Error, Equatable, Sendable {
    /// No whole answer came from the service.
    case failure(FetchFailure)
    /// The service answered with an error and has no page for it, or the gateway refused the request with this status.
    case status(Int)

    /// The status that the client is answered with.
    package var status: Int {
        switch self {
        case .failure(let failure):
            switch failure.code {
            case .timeout: 504
            case .refused, .cancelled, .circuitOpen: 503
            case .connect, .reset, .tooLarge, .protocolError: 502
            }
        case .status(let status): status
        }
    }
}
