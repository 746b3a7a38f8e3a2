import FragmentProtocol
import Hummingbird

/// Serves the generated pictures at `/images/NAME.svg`.
struct PictureRoutes {
    func addRoutes(to routes: StubRoutes) {
        routes.answer("/images/:name", [.get: answer])
    }

    @Sendable private func answer(_ request: Request, _ context: StubContext) throws -> Response {
        let file = try context.parameters.require("name")
        guard file.hasSuffix(".svg"), let picture = Picture(name: String(file.dropLast(4))) else {
            throw HTTPError(.notFound, message: "there is no such picture")
        }
        let bytes = Array(picture.svg.html.utf8)
        let tag = "\"\(String(ContentHash(bytes).value, radix: 36))\""
        let held = request.headers[.ifNoneMatch]?.split(separator: ",").contains { part in
            let part = part.drop { $0 == " " }
            return part == "*" || (part.hasPrefix("W/") ? part.dropFirst(2) : part) == tag
        }
        var response = Response(
            status: held == true ? .notModified : .ok,
            body: held == true ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
        response.headers[.eTag] = tag
        response.headers[.cacheControl] = "public, max-age=86400, stale-while-revalidate=604800"
        response.headers.set("X-Content-Type-Options", "nosniff")
        if held != true {
            response.headers[.contentType] = "image/svg+xml"
        }
        return response
    }
}
