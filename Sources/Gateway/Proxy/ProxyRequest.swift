package import NIOCore

/// A request that goes on to a service, with all that outlives the bytes it came in.
package struct ProxyRequest {
    package let service: String
    package let method: String
    /// Path and query, sent byte by byte.
    package let target: String
    /// The fields that are sent, the gateway's own among them.
    package var fields: [(name: String, value: String)]
    package let body: BodyFraming
    package let isHead: Bool
    package let isHTTP10: Bool
    /// Whether the client names `text/html` among what it takes.
    package let acceptsHTML: Bool
    /// Whether a person looks at the answer: HTML is accepted and no script has asked.
    package let isNavigation: Bool

    /// Takes over a request's head.
    ///
    /// - Parameters:
    ///   - head: the head, whose places count from the reader index of `bytes`.
    ///   - bytes: what was received; nothing of it is kept.
    ///   - service: the service's name in the configuration.
    ///   - target: path and query as the route has checked them; nil for those that the client sent.
    ///   - client: who asks, as the gateway saw it.
    ///   - adding: further fields, such as `Gateway-Identity` and `traceparent`.
    package init(
        _ head: RequestHead,
        in bytes: ByteBuffer,
        service: String,
        target: String? = nil,
        client: ForwardedClient,
        adding: [(name: String, value: String)] = []
    ) {
        let span = bytes.readableBytesUInt8Span
        self.service = service
        self.method = span.string(at: head.methodName)
        self.target = target ?? Self.target(of: head, in: span)
        let forwarded = ForwardingPolicy.requestFields(of: head, in: span, client: client)
        self.fields = forwarded.fields + adding
        self.body = head.body
        self.isHead = head.method == .head
        self.isHTTP10 = head.isHTTP10
        self.acceptsHTML = ErrorPagePolicy.acceptsHTML(span, at: head.accept)
        self.isNavigation = self.acceptsHTML && !forwarded.isAskedByScript
    }

    private static func target(of head: RequestHead, in bytes: Span<UInt8>) -> String {
        let path = bytes.string(at: head.path)
        return head.query.isEmpty ? path : "\(path)?\(bytes.string(at: head.query))"
    }

    /// The body as the stream to the service has it.
    var streamBody: StreamRequest.Body {
        switch self.body {
        case .none: .none
        case .length(let length): .streamed(length: Int64(length))
        case .chunked: .streamed(length: nil)
        }
    }
}
