import FoundationEssentials
import FragmentProtocol
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The address of the operator's own, on loopback unless configured otherwise: whether the gateway lives and serves, what
/// it makes of addresses and services, and what is to be purged.
struct AdminServer: Sendable {
    /// What `/ready` tells.
    struct Status: Sendable {
        var isReady: Bool
        /// Each loop's state of Redis.
        var redis: [String]
        /// How things stand with the other gateways; nil without Redis.
        var link: GatewayLink.Status?
        /// Fragments that turned out to depend on who asks.
        var demoted: [String] = []
    }

    let endpoint: Endpoint
    let logger: Logger
    let purger: Purger
    let explainer: AddressExplainer
    let status: @Sendable () -> Status
    /// How the services do now.
    let services: @Sendable () -> ServicesReport
    /// The configuration as it holds now.
    let configuration: @Sendable () -> GatewayConfiguration

    /// Serves until the process is told to stop.
    func serve() async -> Result<Void, any Error> {
        let router = Router()
        router.get("health") { _, _ in "alive\n" }
        router.get("ready") { _, _ in self.ready() }
        router.get("explain") { request, _ in await self.explain(request) }
        router.get("services") { request, _ in self.services(request) }
        router.post("purge") { request, _ in await self.purge(request) }
        var quiet = self.logger
        quiet.logLevel = .warning
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname(self.endpoint.host, port: self.endpoint.port),
                serverName: nil
            ),
            logger: quiet
        )
        do {
            try await application.run()
            return .success(())
        } catch {
            return .failure(
                SiteLoader.Failure(description: "cannot serve the admin address \(self.endpoint): \(error)")
            )
        }
    }

    private func ready() -> Response {
        let status = self.status()
        var lines = [status.isReady ? "ready" : "not ready"]
        lines.append("redis: \(status.redis.isEmpty ? "off" : status.redis.joined(separator: " "))")
        if let link = status.link {
            let state =
                link.isFollowing
                ? "followed, at \(link.position), by \(link.gateways) gateways"
                : "cut off (\(link.failure?.description ?? "connecting")); copies are fresh for "
                    + "\(self.configuration().purges.cutOffAge) at most"
            lines.append("purges: \(state)")
        }
        if !status.demoted.isEmpty {
            lines.append("alarm: depend on who asks, and are not shared: \(status.demoted.joined(separator: " "))")
        }
        return Self.text(status.isReady ? .ok : .serviceUnavailable, lines.joined(separator: "\n"))
    }

    private func purge(_ request: Request) async -> Response {
        let refusal = AdminRequestPolicy.refusal(
            origin: request.headers[.origin],
            site: HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] },
            host: request.head.authority,
            address: self.endpoint.host
        )
        if let refusal { return Self.text(.forbidden, refusal) }
        let asked: PurgeRequest
        do {
            let pairs = request.uri.queryParameters.map { (name: String($0.key), value: String($0.value)) }
            asked = try PurgeRequest(
                try await self.withFragmentsOfPages(pairs),
                services: self.configuration().services.map(\.name)
            )
        } catch {
            return Self.text(.badRequest, "\(error)")
        }
        do throws(PurgeFailure) {
            let receipt = try await self.purger.purge(asked.records, patience: self.configuration().purges.confirm)
            self.logger.notice(
                "purged",
                metadata: [
                    "targets": "\(asked.records.map(\.target.description))",
                    "mode": "\(asked.records[0].mode.rawValue)", "gateways": "\(receipt.gateways)",
                    "late": "\(receipt.late)",
                ]
            )
            return Self.json(receipt.isComplete ? .ok : .accepted, PurgeAnswer(receipt))
        } catch {
            self.logger.error("not purged", metadata: ["reason": "\(error)"])
            return Self.text(.serviceUnavailable, error.description)
        }
    }

    /// What is to be purged, with the fragments of each page in place of its address.
    private func withFragmentsOfPages(
        _ pairs: [(name: String, value: String)]
    ) async throws -> [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        for pair in pairs {
            guard pair.name == "page" else {
                result.append(pair)
                continue
            }
            guard let page = try await self.explainer.explain(pair.value).page else {
                throw PurgeRequest.Failure(
                    description: "'\(pair.value)' is no page; ask with `gateway explain` what it is"
                )
            }
            guard !page.fragments.isEmpty else {
                throw PurgeRequest.Failure(
                    description: "the page '\(pair.value)' uses no fragments: nothing of it is kept"
                )
            }
            result += page.fragments.map { ("fragment", $0.fragment) }
        }
        return result
    }

    private func explain(_ request: Request) async -> Response {
        guard let url = request.uri.queryParameters["url"] else {
            return Self.text(.badRequest, "name an address: /explain?url=http://blog.localhost:8080/, percent-encoded")
        }
        do {
            let explanation = try await self.explainer.explain(String(url))
            return request.uri.queryParameters["format"] == "json"
                ? Self.json(.ok, explanation) : Self.text(.ok, String(explanation.text.dropLast()))
        } catch {
            return Self.text(.badRequest, "\(error)")
        }
    }

    private func services(_ request: Request) -> Response {
        let report = self.services()
        return request.uri.queryParameters["format"] == "json"
            ? Self.json(.ok, report) : Self.text(.ok, String(report.text.dropLast()))
    }

    private static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n"))
        )
    }

    private static func json(_ status: HTTPResponse.Status, _ value: some Encodable) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return Response(
                status: status,
                headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: Array(try encoder.encode(value)) + [0x0a]))
            )
        } catch {
            return Self.text(.internalServerError, "the answer cannot be written: \(error)")
        }
    }
}
