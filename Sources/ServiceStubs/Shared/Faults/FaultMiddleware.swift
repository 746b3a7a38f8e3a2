import FragmentProtocol
import Hummingbird

/// Does to requests what the board of faults says.
struct FaultMiddleware: RouterMiddleware {
    let board: FaultBoard

    func handle(
        _ request: Request,
        context: StubContext,
        next: (Request, StubContext) async throws -> Response
    ) async throws -> Response {
        let decision = board.decide(type: fragmentType(of: request.uri.path))
        if decision.fault.isDown {
            return Response(status: .serviceUnavailable)
        }
        if decision.fault.latency > .zero {
            try await Task.sleep(for: decision.fault.latency)
        }
        if decision.fails {
            return Response(status: .internalServerError)
        }
        var response = try await next(request, context)
        if decision.fault.drip > .zero {
            response.body = drip(response.body, every: decision.fault.drip)
        }
        return response
    }

    /// `mini` of `/internal/fragments/mini`.
    private func fragmentType(of path: String) -> String? {
        let prefix = ServicePath.fragments + "/"
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : nil
    }

    /// The same body, one byte at a time.
    private func drip(_ body: ResponseBody, every pause: Duration) -> ResponseBody {
        ResponseBody(contentLength: body.contentLength) { writer in
            try await body.write(DrippingWriter(writer: writer, pause: pause))
        }
    }
}

/// Passes each byte on by itself, with a pause before it.
private struct DrippingWriter: ResponseBodyWriter {
    var writer: any ResponseBodyWriter
    let pause: Duration

    mutating func write(_ buffer: ByteBuffer) async throws {
        var buffer = buffer
        while let byte = buffer.readSlice(length: 1) {
            try await Task.sleep(for: pause)
            try await writer.write(byte)
        }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        try await writer.finish(trailingHeaders)
    }
}
