import Curl

extension CircuitBreakerStateMachine.Outcome {
    /// What a fragment's answer, or that there is none, tells of the upstream.
    ///
    /// - Parameters:
    ///   - result: the end of the request, with the status of a whole answer.
    ///   - hadTime: whether the upstream had at least half of the fragment's own timeout: else a timeout is the asker's.
    init(_ result: Result<Int, TransferError>, hadTime: Bool) {
        switch result {
        case .success(let status): self = status >= 500 ? .failure : .success
        case .failure(let error):
            switch error.code {
            case .timeout: self = hadTime ? (error.progress == .unconnected ? .unreachable : .failure) : .neutral
            case .reset where error.progress == .answered, .protocolError: self = .failure
            default: self = Self.connection(error)
            }
        }
    }

    /// What the end of a stream tells of the upstream.
    ///
    /// A stream passes through what anybody asks for, so that its errors and its slowness say nothing of the fragments.
    init(stream result: Result<TransferSummary, TransferError>) {
        switch result {
        case .success: self = .reachable
        case .failure(let error):
            self = error.progress == .answered ? .reachable : Self.connection(error)
        }
    }

    private static func connection(_ error: TransferError) -> Self {
        // That a service closes a connection which it has kept for long enough is its right.
        guard !error.brokeKeptConnection else { return .neutral }
        switch (error.progress, error.code) {
        case (.unconnected, .connect), (.unconnected, .timeout), (.requested, .reset): return .unreachable
        default: return .neutral
        }
    }
}
