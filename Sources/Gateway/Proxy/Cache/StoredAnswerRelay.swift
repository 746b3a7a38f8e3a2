import NIOCore

/// Sends a stored answer to a client.
enum StoredAnswerRelay {
    /// Content up to this size is copied behind the head: one write is cheaper than two.
    private static let copiedContent = 32 * 1024

    /// Fields that a `304` does not have, because they are about content that it does not bring (RFC 9110, section
    /// 15.4.5).
    private static let fieldsOfContent: Set<String> = [
        "content-encoding", "content-language", "content-length", "content-range", "content-type",
    ]

    /// Sends an answer whole, or `304` in its place where the client's own copy is as good.
    static func send(
        _ answer: StoredAnswer,
        to request: AnswerRequest,
        isHTTP10: Bool,
        status: CacheStatus,
        on connection: Connection,
        at now: Instant
    ) {
        let isNotModified = ClientConditionPolicy.isNotModified(request, answer)
        let hasContent = !isNotModified && request.method != .head && answer.fragment.status != 204
        let copies = hasContent && answer.content.readableBytes <= Self.copiedContent
        var head = ResponseHead(
            isNotModified ? 304 : answer.fragment.status,
            capacity: answer.head.lines.readableBytes + 256 + (copies ? answer.content.readableBytes : 0)
        )
        if isNotModified {
            for field in answer.head.fields where !Self.fieldsOfContent.contains(field.name.lowercased()) {
                head.append(field.name, field.value)
            }
        } else {
            head.append(lines: answer.head.lines)
        }
        head.append("Age" as StaticString, String(answer.age(at: now)))
        head.append("Cache-Status" as StaticString, status.description)
        head.appendConnection(closes: connection.closesAfterAnswer, isHTTP10: isHTTP10)
        var bytes = head.finish()
        guard hasContent, !copies else {
            if copies { bytes.writeImmutableBuffer(answer.content) }
            connection.send(bytes)
            return
        }
        connection.start(bytes, framing: .length)
        connection.proceed(answer.content)
        connection.end()
    }
}
