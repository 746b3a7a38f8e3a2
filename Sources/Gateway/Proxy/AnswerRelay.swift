import NIOCore

/// Sends a service's answer on to the client as it comes.
struct AnswerRelay {
    private let connection: Connection
    private let hasBody: Bool

    /// Sends the head.
    ///
    /// - Parameters:
    ///   - head: the service's.
    ///   - request: what was asked.
    ///   - connection: where the answer goes.
    ///   - ownFields: the gateway's own fields.
    ///   - hooks: told of dropped cookies, and asked for the time.
    init(
        _ head: StreamResponseHead,
        to request: ProxyRequest,
        on connection: Connection,
        adding ownFields: [(name: String, value: String)] = [],
        hooks: ProxyHooks
    ) {
        self.connection = connection
        // RFC 9112, section 6.3.
        self.hasBody = !request.isHead && head.status != 204 && head.status != 304
        let forwarded = ForwardingPolicy.answerFields(of: head.headers)
        if forwarded.droppedCookies > 0 { hooks.droppedCookies(forwarded.droppedCookies) }

        var answer = ResponseHead(head.status)
        for field in forwarded.fields { answer.append(field.name, field.value) }
        for field in ownFields { answer.append(field.name, field.value) }
        if !forwarded.hasDate { answer.append(date: hooks.now()) }
        var framing = Connection.Framing.length
        if let length = head.contentLength {
            // A 204 must not say a length (RFC 9110, section 8.6).
            if head.status != 204 { answer.append(contentLength: length) }
        } else if self.hasBody {
            framing = request.isHTTP10 ? .close : .chunked
            if framing == .chunked { answer.append(lines: "Transfer-Encoding: chunked\r\n") }
        }
        answer.appendConnection(
            closes: connection.closesAfterAnswer || framing == .close,
            isHTTP10: request.isHTTP10
        )
        connection.start(answer.finish(), framing: framing)
    }

    /// Sends a piece of the body.
    func proceed(_ piece: ByteBuffer) {
        if self.hasBody { self.connection.proceed(piece) }
    }

    /// Ends the answer, or breaks it off so that the client sees that it was cut.
    func finish(_ result: Result<Void, FetchFailure>) {
        switch result {
        case .success: self.connection.end()
        case .failure: self.connection.abort()
        }
    }
}
