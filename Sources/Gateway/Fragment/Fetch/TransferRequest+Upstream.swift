import Curl

extension TransferRequest {
    /// A request to one upstream.
    init(to upstream: Upstream, method: String, path: String, headers: TransferHeaders) {
        switch upstream.address {
        case .url(let origin):
            self.init(method: method, origin: origin, target: path, headers: headers)
        case .unixSocket(let socket):
            self.init(
                method: method,
                origin: "http://localhost",
                target: path,
                headers: headers,
                unixSocketPath: socket
            )
        }
        usesHTTP2 = upstream.usesHTTP2
    }
}

extension UpstreamSelectionPolicy.Outcome {
    /// What a transfer's end tells of its upstream.
    init(_ result: Result<TransferSummary, TransferError>) {
        switch result {
        case .success:
            self = .answered
        case .failure(let error):
            switch (error.progress, error.code) {
            case (.answered, _): self = .answered
            case (.unconnected, .connect), (.unconnected, .timeout), (.requested, .reset): self = .connectionFailed
            default: self = .other
            }
        }
    }
}
