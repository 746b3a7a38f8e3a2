import FragmentProtocol

/// Which header fields pass between a client and a service.
package enum ForwardingPolicy {
    /// A request's fields for the service.
    package struct RequestFields {
        package var fields: [(name: String, value: String)] = []
        /// Whether `Sec-Fetch-Mode` says that the browser does not navigate.
        package var isAskedByScript = false
    }

    /// An answer's fields for the client.
    package struct AnswerFields {
        package var fields: [(name: String, value: String)] = []
        /// How many `Set-Cookie` fields were dropped: services hold no browser state.
        package var droppedCookies = 0
        /// Whether the service said when it made the answer.
        package var hasDate = false
    }

    /// The gateway's name in `Via` (RFC 9110, section 7.6.3).
    private static let pseudonym = "rose-ash-gateway"

    /// Fields of one connection (RFC 9110, section 7.6.1) and of the framing, which each side makes for itself.
    private static let hopByHop: Set<String> = [
        "connection", "content-length", "expect", "keep-alive", "proxy-authenticate", "proxy-authentication-info",
        "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    ]

    /// What a client may not tell a service.
    private static let droppedOfRequests: Set<String> = hopByHop.union(
        HeaderName.reserved.map { $0.lowercased() }
    ).union([
        // The browser's credentials are the gateway's.
        "authorization", "cookie", "cookie2", "x-csrf-token",
        // The service's host is another one; what was asked is in X-Forwarded-Host.
        "host",
        // Some frameworks take a client's address, its path or a proxy from these.
        "client-ip", "proxy", "true-client-ip", "x-client-ip", "x-original-url", "x-real-ip", "x-rewrite-url",
    ])

    private static let prefixesDroppedOfRequests = ["fragment-", "gateway-", "x-forwarded-"]

    /// What a service tells the gateway alone.
    private static let droppedOfAnswers: Set<String> = hopByHop.union([
        "cache-tag", "cdn-cache-control", "surrogate-control",
        // It would lead browsers past the gateway.
        "alt-svc",
    ])

    private static let prefixesDroppedOfAnswers = ["fragment-", "gateway-"]

    /// The fields of a request that go to a service, with those that tell of the client and the way.
    package static func requestFields(
        of head: RequestHead,
        in bytes: Span<UInt8>,
        client: ForwardedClient
    ) -> RequestFields {
        var result = RequestFields()
        var named: Set<String> = []
        var via: [String] = []
        var lines = HeaderFields(of: head)
        while let (name, value) = lines.next(in: bytes) {
            let text = bytes.string(at: value)
            switch Self.comparable(bytes.string(at: name)) {
            case "connection": named.formUnion(Self.options(of: text))
            case "via": via.append(text)
            case "sec-fetch-mode":
                result.isAskedByScript = text != "navigate"
                result.fields.append((bytes.string(at: name), text))
            case let key where Self.isDroppedOfRequests(key): break
            default: result.fields.append((bytes.string(at: name), text))
            }
        }
        if !named.isEmpty { result.fields.removeAll { named.contains(Self.comparable($0.name)) } }
        result.fields += client.fields
        via.append("\(head.isHTTP10 ? "1.0" : "1.1") \(Self.pseudonym)")
        result.fields.append(("Via", via.joined(separator: ", ")))
        return result
    }

    /// The fields of a service's answer that go to the client.
    ///
    /// A field whose name or value HTTP does not allow is dropped. `Content-Length` is left out: the framing says it.
    package static func answerFields(of headers: [(name: String, value: String)]) -> AnswerFields {
        var result = AnswerFields()
        var named: Set<String> = []
        for header in headers where header.name.lowercased() == "connection" {
            named.formUnion(Self.options(of: header.value))
        }
        for header in headers {
            let key = header.name.lowercased()
            if key == "set-cookie" || key == "set-cookie2" {
                result.droppedCookies += 1
                continue
            }
            guard !Self.droppedOfAnswers.contains(key), !named.contains(key),
                !Self.prefixesDroppedOfAnswers.contains(where: { key.hasPrefix($0) }),
                ResponseHead.isToken(header.name), ResponseHead.isFieldValue(header.value)
            else { continue }
            if key == "date" {
                // One moment an answer.
                if result.hasDate { continue }
                result.hasDate = true
            }
            result.fields.append(header)
        }
        return result
    }

    private static func isDroppedOfRequests(_ key: String) -> Bool {
        self.droppedOfRequests.contains(key) || self.prefixesDroppedOfRequests.contains { key.hasPrefix($0) }
    }

    /// A name in small letters, with `_` as `-`: services on CGI and its heirs cannot tell the two apart.
    private static func comparable(_ name: String) -> String {
        String(decoding: name.utf8.map { $0 == 0x5f ? 0x2d : $0.lowercased }, as: UTF8.self)
    }

    /// The names in a value of `Connection`.
    private static func options(of value: String) -> [String] {
        value.split(separator: ",").map { Self.comparable($0.filter { $0 != " " && $0 != "\t" }) }
    }
}
