import Hummingbird

/// The routes of one service; a path answers its methods and refuses all others with 405.
struct StubRoutes {
    /// Answers one method of one path.
    typealias Handler = @Sendable (Request, StubContext) async throws -> Response

    let router: Router<StubContext>

    /// The methods that servers know (RFC 9110, section 9, and RFC 5789).
    private static let methods: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .delete, .connect, .options, .trace, .patch,
    ]

    /// Answers a path; `HEAD` follows from `GET`, unless a `GET` changes something.
    func answer(_ path: RouterPath, _ handlers: [HTTPRequest.Method: Handler], answersHead: Bool = true) {
        var handlers = handlers
        if answersHead, let get = handlers[.get] {
            handlers[.head] = { request, context in
                try await get(request, context).withoutBody()
            }
        }
        let allowed = handlers.keys.map(\.rawValue).sorted().joined(separator: ", ")
        for method in Self.methods {
            let handler =
                handlers[method] ?? { _, _ in
                    throw HTTPError(
                        .methodNotAllowed,
                        headers: [.allow: allowed],
                        message: "only \(allowed) can be used here"
                    )
                }
            router.on(path, method: method, use: handler)
        }
    }
}

extension HTTPFields {
    /// Sets a field by its name; a name that no field can have is left out, as the protocol's names all can.
    mutating func set(_ name: String, _ value: String) {
        guard let name = Element.Name(name) else { return }
        self[name] = value
    }
}

extension Response {
    /// The head alone, with the length that the body would have.
    fileprivate func withoutBody() -> Response {
        var response = createHeadResponse()
        if let length = body.contentLength {
            response.headers[.contentLength] = String(length)
        }
        return response
    }

    /// JSON, with sorted keys.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        json(bytes: try stableJSON(value), status: status)
    }

    /// JSON that is written already.
    static func json(bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}
