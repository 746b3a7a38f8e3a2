import Foundation
import FragmentProtocol
import Hummingbird

/// `/internal/faults`: sets faults, reads the counts and makes all well again, for callers on this machine.
struct FaultRoutes: Sendable {
    let board: FaultBoard

    /// The most bytes that the JSON of a fault may have.
    private static let maximumLength = 4_096

    func addRoutes(to routes: StubRoutes) {
        routes.answer("/internal/faults", [.get: report, .post: set, .delete: reset])
    }

    @Sendable private func report(_ request: Request, _ context: StubContext) throws -> Response {
        try requireLocal(request, context)
        let report = board.report
        return try .json(
            Report(
                requests: report.requests,
                fault: report.general.members,
                faults: report.byType.mapValues(\.members)
            )
        )
    }

    @Sendable private func set(_ request: Request, _ context: StubContext) async throws -> Response {
        try requireLocal(request, context)
        let body = try await request.body.collect(upTo: Self.maximumLength)
        do {
            var members = try JSONDecoder().decode([String: ScalarValue].self, from: Data(body.readableBytesView))
            let type = members.removeValue(forKey: "type")
            board.set(try Fault(members: members), type: type?.text)
        } catch let error as Fault.Refusal {
            throw HTTPError(.badRequest, message: error.message)
        } catch is DecodingError {
            throw HTTPError(.badRequest, message: "the body is not a JSON object of scalar values")
        }
        return try report(request, context)
    }

    @Sendable private func reset(_ request: Request, _ context: StubContext) throws -> Response {
        try requireLocal(request, context)
        board.reset()
        return try report(request, context)
    }

    /// Refuses callers from elsewhere, and those for whom a proxy on this machine speaks.
    private func requireLocal(_ request: Request, _ context: StubContext) throws {
        let isForwarded = request.headers.contains {
            HeaderName.isSame($0.name.rawName, HeaderName.forwarded)
                || HeaderName.isSame($0.name.rawName, HeaderName.xForwardedFor)
        }
        guard context.isLocal, !isForwarded else { throw HTTPError(.notFound) }
    }

    private struct Report: Encodable {
        let requests: [String: Int]
        let fault: [String: ScalarValue]
        let faults: [String: [String: ScalarValue]]
    }
}
