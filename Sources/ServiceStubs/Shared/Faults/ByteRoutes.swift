import Hummingbird

/// `/api/bytes`: takes or gives any number of bytes at constant memory, to try a proxy's streaming with.
struct ByteRoutes: Sendable {
    /// The most bytes that are given at once: 1 GiB.
    private static let maximum = 1_073_741_824

    func addRoutes(to routes: StubRoutes) {
        routes.answer("/api/bytes", [.get: give, .post: take, .put: take])
    }

    /// Counts the bytes of the body and says how many there were.
    @Sendable private func take(_ request: Request, _ context: StubContext) async throws -> Response {
        var count = 0
        for try await buffer in request.body {
            count += buffer.readableBytes
        }
        return try .json(["bytes": count])
    }

    /// Gives `count` bytes: the letters from `a` to `z` again and again.
    @Sendable private func give(_ request: Request, _ context: StubContext) throws -> Response {
        guard let count = request.uri.queryParameters.get("count", as: Int.self), (0...Self.maximum).contains(count)
        else {
            throw HTTPError(.badRequest, message: "count must be a number from 0 to \(Self.maximum)")
        }
        let block = ByteBuffer(bytes: (0..<26 * 2_520).map { UInt8(ascii: "a") + UInt8($0 % 26) })
        return Response(
            status: .ok,
            headers: [.contentType: "application/octet-stream", .cacheControl: "no-store"],
            body: ResponseBody(contentLength: count) { writer in
                var left = count
                while left > 0, let part = block.getSlice(at: 0, length: min(left, block.readableBytes)) {
                    try await writer.write(part)
                    left -= part.readableBytes
                }
                try await writer.finish(nil)
            }
        )
    }
}
