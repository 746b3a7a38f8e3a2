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
