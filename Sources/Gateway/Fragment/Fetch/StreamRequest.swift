package import NIOCore

/// A request that is passed through, its body and its answer streamed.
package struct StreamRequest: Sendable {
    /// What follows the request's head.
    package enum Body: Sendable {
        /// No body; `POST`, `PUT` and `PATCH` then say `Content-Length: 0`.
        case none
        /// A body sent through `StreamHandle.send`: with its length where it is known, chunked otherwise.
        case streamed(length: Int64?)
    }

    package var service: String
    /// Any token.
    package var method: String
    /// Path and query, sent byte by byte.
    package var path: String
    /// All fields that are sent.
    ///
    /// Those of the connection and of framing are left out by themselves.
    package var headers: [(name: String, value: String)]
    package var body: Body
    /// Longest time in which no byte moves while neither the client nor a pause holds the stream up.
    package var idleTimeout: Duration
    /// From now to the last byte; nil for as long as it takes.
    package var timeout: Duration?

    package init(
        service: String,
        method: String,
        path: String,
        headers: [(name: String, value: String)] = [],
        body: Body = .none,
        idleTimeout: Duration = .seconds(60),
        timeout: Duration? = nil
    ) {
        self.service = service
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.idleTimeout = idleTimeout
        self.timeout = timeout
    }
}

/// The head of a streamed answer.
package struct StreamResponseHead: Sendable {
    /// 200…599.
    package let status: Int
    /// As they came, hop-by-hop fields included; `Content-Length` is left out where `Transfer-Encoding` overrides it.
    package let headers: [(name: String, value: String)]
    /// The body's length where the framing tells it; nil when the body ends by chunk or by close.
    package let contentLength: Int64?
}

/// Takes what a stream brings, on the event loop that asked.
///
/// Order: head, body…, finished; `streamFinished` comes once, and nothing after it. After `StreamHandle.cancel` nothing comes at all.
package protocol StreamConsumer: AnyObject {
    func streamReceived(head: StreamResponseHead)

    /// A piece of the body. Trailers are not delivered.
    func streamReceived(body: ByteBuffer)

    /// There is room again for the request's body after `StreamHandle.send` returned false.
    func streamWantsMore()

    /// The end; a failure after the head means that the answer was cut.
    func streamFinished(_ result: Result<Void, FetchFailure>)
}
