import NIOCore

/// A stored answer that is asked for anew in the background, while it is served stale (RFC 5861, section 3).
///
/// The stream holds it until it has ended.
final class AnswerRefresh {
    private let fill: AnswerFill
    private let request: ProxyRequest
    private let fetcher: Fetcher
    private let idleTimeout: Duration
    private var stream: StreamHandle?
    /// Once in vain is enough: the next request for it tries again.
    private var mayAskAgain = true

    init(_ fill: AnswerFill, of request: ProxyRequest, fetcher: Fetcher, idleTimeout: Duration) {
        self.fill = fill
        self.request = request
        self.fetcher = fetcher
        self.idleTimeout = idleTimeout
    }

    func begin() {
        self.stream = self.fetcher.stream(
            StreamRequest(
                service: self.request.service,
                method: "GET",
                path: self.request.target,
                headers: self.fill.begin(at: Instant.now()),
                idleTimeout: self.idleTimeout
            ),
            on: self.fill.eventLoop,
            consumer: self
        )
    }
}

extension AnswerRefresh: StreamConsumer {
    func streamReceived(head: StreamResponseHead) {
        switch self.fill.receive(head, at: Instant.now()) {
        case .confirmed: break
        case .answer(isStored: true): break
        case .answer(isStored: false):
            // Nobody wants what cannot be stored.
            self.stream?.cancel()
            self.stream = nil
        case .askAgain:
            self.stream?.cancel()
            self.stream = nil
            guard self.mayAskAgain else {
                self.fill.abandon()
                return
            }
            self.mayAskAgain = false
            self.begin()
        }
    }

    func streamReceived(body: ByteBuffer) {
        self.fill.receive(body)
    }

    func streamWantsMore() {
        // There is no body to send.
    }

    func streamFinished(_ result: Result<Void, FetchFailure>) {
        self.stream = nil
        self.fill.finish(result)
    }
}
