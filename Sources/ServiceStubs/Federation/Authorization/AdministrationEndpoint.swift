import GRDB
import Hummingbird
import Logging

/// What whoever runs the site can do, from this machine alone; nothing below `/internal/` passes the gateway.
struct AdministrationEndpoint: Sendable {
    /// What has been ended.
    private struct Ended: Encodable {
        let grants: Int
    }

    let server: AuthorizationServer

    func addRoutes(to routes: StubRoutes) {
        routes.answer("/internal/authorization/rotate-keys", [.post: rotateKeys])
        routes.answer("/internal/authorization/end-sessions", [.post: endSessions])
    }

    @Sendable private func rotateKeys(_ request: Request, _ context: StubContext) async throws -> Response {
        try check(context)
        let names = try await server.keys.rotate(now: server.now())
        context.logger.notice("The signing keys were changed", metadata: ["keys": "\(names)"])
        return try .json(["keys": names])
    }

    /// Signs a member out everywhere: the form's `email` says whom.
    @Sendable private func endSessions(_ request: Request, _ context: StubContext) async throws -> Response {
        try check(context)
        let email: String?
        do {
            email = try await OAuthAnswer.form(of: request)["email"]
        } catch let error as OAuthError {
            throw HTTPError(.badRequest, message: error.message)
        }
        guard let email, let member = try await server.database.read({ try SiteMember.find(email: email, in: $0) })
        else { throw HTTPError(.notFound, message: "the form's email is no member's address") }
        let count = try await SessionEnd(server: server).endAll(of: member.subject, logger: context.logger)
        context.logger.notice("A member was signed out everywhere", metadata: ["subject": "\(member.subject)"])
        return try .json(Ended(grants: count))
    }

    private func check(_ context: StubContext) throws {
        guard context.isLocal else { throw HTTPError(.forbidden, message: "this is done from this machine alone") }
    }
}
