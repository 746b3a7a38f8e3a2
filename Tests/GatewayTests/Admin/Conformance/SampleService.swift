import Foundation
import FragmentProtocol
import NIOCore
import TestSupport

@testable import Gateway

/// A service that keeps to the protocol, but for what a test changes in its answers.
struct SampleService: Sendable {
    /// An answer before it is sent.
    struct Answer: Sendable {
        var status: Int
        var headers: [(String, String)]
        var body: String

        /// Replaces a field, or adds it.
        mutating func set(_ name: String, _ value: String?) {
            headers.removeAll { $0.0 == name }
            if let value { headers.append((name, value)) }
        }
    }

    /// Changes the answer to a request.
    typealias Change = @Sendable (OriginRequest, inout Answer) -> Void

    static let secret = "0123456789abcdef0123456789abcdef"

    static let fragments = [
        FragmentDeclaration(type: "mini", varies: [.user], tags: ["cart"], assets: ["/static/cart.css"]),
        FragmentDeclaration(
            type: "list",
            params: [.integer("limit", default: 3, range: 1...9), .string("tag", length: 1...40)],
            cache: CacheDirectives(isPublic: true, maxAge: 60),
            tags: ["lists"],
            examples: [["tag": .string("a b")], ["limit": .integer(2), "tag": .string("c")]]
        ),
        FragmentDeclaration(type: "summary", content: .json),
    ]

    var fragments = Self.fragments
    /// Requests that are answered with these steps in place of an answer.
    var steps: @Sendable (OriginRequest) -> [OriginStep]? = { _ in nil }
    var change: Change = { _, _ in }

    /// Checks the service while it answers.
    func check(
        identity: Bool = true,
        _ adjust: (inout ServiceCheck.Settings) -> Void = { _ in }
    ) async throws -> CheckReport {
        try await ScriptedOrigin.with(handler: OriginHandler { steps($0) ?? self.play($0) }) { origin in
            guard let upstream = Upstream(origin.url) else { throw CancellationError() }
            var settings = ServiceCheck.Settings(
                upstream: upstream,
                identity: identity ? IdentitySettings(key: .hs256(secret: Secret(Self.secret))) : nil
            )
            // A machine at work on other tests takes its time.
            settings.timeout = .seconds(5)
            adjust(&settings)
            return await ServiceCheck(settings).run()
        }
    }

    private func play(_ request: OriginRequest) -> [OriginStep] {
        var answer = answer(to: request)
        change(request, &answer)
        if answer.status == 200, let tag = answer.headers.first(where: { $0.0 == "ETag" })?.1,
            request.values("If-None-Match").contains(tag)
        {
            answer = Answer(status: 304, headers: [("ETag", tag)], body: "")
        }
        guard answer.status != 204, answer.status != 304 else { return [.head(answer.status, answer.headers)] }
        return OriginStep.answer(answer.status, answer.headers, answer.body)
    }

    private func answer(to request: OriginRequest) -> Answer {
        guard request.method == "GET" else { return Answer(status: 405, headers: [("Allow", "GET")], body: "") }
        let path = request.path.prefix { $0 != "?" }
        switch path {
        case "/internal/health", "/static/cart.css": return Answer(status: 200, headers: [], body: "")
        case "/internal/fragments":
            do {
                let manifest = ServiceManifest(service: "cart", version: "1", fragments: fragments)
                let body = String(decoding: try manifest.encoded(), as: UTF8.self)
                return Answer(status: 200, headers: [("Content-Type", "application/json")], body: body)
            } catch {
                return Answer(status: 500, headers: [], body: "\(error)")
            }
        default: break
        }
        let type = path.dropFirst("/internal/fragments/".count)
        guard let declaration = fragments.first(where: { $0.type == type }) else {
            return Answer(status: 404, headers: [], body: "")
        }
        do {
            let query = request.path.dropFirst(path.count + 1)
            return content(declaration, try declaration.values(of: FragmentParameters(query: query)), request)
        } catch {
            return Answer(status: 400, headers: [("Content-Type", "text/plain")], body: "\(error)")
        }
    }

    private func content(
        _ declaration: FragmentDeclaration,
        _ values: ParameterValues,
        _ request: OriginRequest
    ) -> Answer {
        var answer = Answer(status: 200, headers: [("Content-Type", declaration.content.mediaType)], body: "")
        switch declaration.type {
        case "mini":
            let name = Self.identity(of: request)?.name ?? "nobody"
            answer.body = "<a href=\"/\">Cart of \(name)</a>"
            answer.set("Cache-Control", "private, no-cache")
            answer.set("Cache-Tag", "cart, cart:42")
            answer.set("Vary", "Gateway-Identity")
        case "summary": answer.body = "{\"items\": []}"
        default:
            answer.body = "<ul><li>\(values.canonical.query)</li></ul>"
            answer.set("Cache-Control", "public, max-age=60")
            answer.set("Cache-Tag", "lists")
        }
        let hash = answer.body.utf8.reduce(5381 as UInt64) { ($0 &* 33) ^ UInt64($1) }
        answer.set("ETag", "\"\(String(hash, radix: 36))\"")
        return answer
    }

    /// Who asks, by the gateway's word.
    static func identity(of request: OriginRequest) -> Identity? {
        guard let assertion = request.values("Gateway-Identity").first else { return nil }
        // What is not good is nobody's.
        return try? IdentityAssertion.verify(
            assertion,
            audience: "cart",
            issuer: "gateway",
            now: Int64(Date().timeIntervalSince1970),
            keys: [.shared(secret: Self.secret)]
        )
    }
}
