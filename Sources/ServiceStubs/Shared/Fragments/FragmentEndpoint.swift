import Foundation
import FragmentProtocol
import Hummingbird
import Logging

/// Answers `/internal/fragments` and what is under it for one service.
struct FragmentEndpoint: Sendable {
    let manifest: ServiceManifest
    private let manifestBody: [UInt8]
    private let makers: [String: Fragment]
    private let environment: StubEnvironment

    /// Fails when the fragments make no valid manifest.
    init(service: ServiceName, fragments: [Fragment], environment: StubEnvironment) throws {
        manifest = ServiceManifest(
            service: service.rawValue,
            version: "1.0.0",
            fragments: fragments.map(\.declaration)
        )
        manifestBody = try manifest.encoded()
        makers = Dictionary(fragments.map { ($0.declaration.type, $0) }) { first, _ in first }
        self.environment = environment
    }

    func addRoutes(to routes: StubRoutes) {
        routes.answer(RouterPath(ServicePath.fragments), [.get: answerManifest])
        routes.answer(RouterPath(ServicePath.fragments + "/:type"), [.get: answerFragment])
    }

    @Sendable private func answerManifest(_ request: Request, _ context: StubContext) throws -> Response {
        let answer = FragmentAnswer(content: .json(manifestBody), cache: CacheDirectives(isPublic: true, maxAge: 60))
        do {
            return try respond(with: answer, to: try headers(of: request), declaration: nil)
        } catch let error as HeaderError {
            throw HTTPError(.badRequest, message: "\(error)")
        }
    }

    @Sendable private func answerFragment(_ request: Request, _ context: StubContext) async throws -> Response {
        let type = try context.parameters.require("type")
        guard let fragment = makers[type] else {
            throw HTTPError(.notFound, message: "\(manifest.service) has no fragment of the type \(type)")
        }
        let declaration = fragment.declaration
        let headers: FragmentRequestHeaders
        do {
            headers = try self.headers(of: request)
            let parameters = try FragmentParameters(query: request.uri.query ?? "")
            let values = try manifest.values(of: parameters, for: type)
            let identity =
                declaration.isPersonal
                ? environment.identity(asserted: headers.identity, service: manifest.service, logger: context.logger)
                : nil
            let answer = try await fragment.answer(
                FragmentRequest(parameters: values, identity: identity, environment: environment)
            )
            return try respond(with: answer, to: headers, declaration: declaration)
        } catch let error as NotFound {
            return try respond(with: .missing(error, content: declaration.content), to: nil, declaration: declaration)
        } catch let error as ParameterErrors {
            return try refuse(error.problems.map(\.message).joined(separator: "; "), declaration)
        } catch let error as BadParameter {
            return try refuse(error.message, declaration)
        } catch let error as FragmentSyntaxError {
            return try refuse(String(describing: error), declaration)
        } catch let error as HeaderError {
            return try refuse(String(describing: error), declaration)
        }
    }

    private func refuse(_ message: String, _ declaration: FragmentDeclaration) throws -> Response {
        try respond(
            with: .problem(.badRequest, message, content: declaration.content),
            to: nil,
            declaration: declaration
        )
    }

    /// The protocol's fields of a request; one without the protocol's version, as a person types it, is taken as of this.
    private func headers(of request: Request) throws -> FragmentRequestHeaders {
        var fields = request.headers.map { (name: $0.name.canonicalName, value: $0.value) }
        if !fields.contains(where: { HeaderName.isSame($0.name, HeaderName.fragmentProtocol) }) {
            fields.append((HeaderName.fragmentProtocol, String(ServiceManifest.supportedProtocol)))
        }
        return try FragmentRequestHeaders(decoding: fields)
    }

    /// The response with its header fields, or 304 when the copy that is held is the same.
    private func respond(
        with answer: FragmentAnswer,
        to request: FragmentRequestHeaders?,
        declaration: FragmentDeclaration?
    ) throws -> Response {
        let (mediaType, bytes) =
            switch answer.content {
            case .html(let markup): ("text/html; charset=utf-8", Array(markup.html.utf8))
            case .json(let json): ("application/json", json)
            }
        var hash = ContentHash(bytes)
        hash.add((answer.title ?? "").utf8)
        hash.add((answer.meta?.json ?? "").utf8)
        let tag = EntityTag(opaque: String(hash.value, radix: 36))
        let fields = try FragmentResponseHeaders(
            contentType: mediaType,
            cacheControl: answer.cache ?? declaration?.cache,
            cacheTags: (declaration?.tags ?? []) + answer.tags,
            vary: declaration?.isPersonal == true ? [HeaderName.gatewayIdentity.lowercased()] : [],
            etag: answer.status == .ok ? tag : nil,
            title: answer.title,
            meta: answer.meta
        ).encoded()
        let isHeld = answer.status == .ok && tag.map { request?.isHeld($0) ?? false } ?? false
        var response = Response(
            status: isHeld ? .notModified : answer.status,
            body: isHeld ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
        for field in fields where !isHeld || !HeaderName.isSame(field.name, HeaderName.contentType) {
            response.headers.set(field.name, field.value)
        }
        return response
    }
}

extension FragmentAnswer {
    /// A friendly answer to a request for something that does not exist.
    fileprivate static func missing(_ error: NotFound, content: FragmentContent) -> FragmentAnswer {
        guard content == .html else {
            return problem(.notFound, "there is no \(error.what) called \(error.name)", content: content)
        }
        let words: Markup = """
            <p class="notice">There is no \(error.what) called “\(error.name)”. It may have been renamed, or have gone \
            home with somebody.</p>

            """
        var answer = FragmentAnswer.html(
            error.isPage ? "<article class=\"prose\">\n<h1>We looked everywhere</h1>\n\(words)</article>\n" : words,
            title: "Not found"
        )
        answer.status = .notFound
        answer.cache = CacheDirectives(isPublic: true, maxAge: 10)
        return answer
    }

    /// An answer that says what is wrong with the request.
    fileprivate static func problem(
        _ status: HTTPResponse.Status,
        _ message: String,
        content: FragmentContent
    ) -> FragmentAnswer {
        var answer =
            switch content {
            case .html: FragmentAnswer.html("<p class=\"notice\">\(message)</p>")
            case .json: FragmentAnswer(content: .json(Array(FragmentMeta(["error": .string(message)]).json.utf8)))
            }
        answer.status = status
        answer.cache = CacheDirectives(noStore: true)
        return answer
    }
}
