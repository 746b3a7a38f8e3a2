import FragmentProtocol
import GRDB
import Logging

/// The end of sessions of the provider: of their grants, and of the sessions that clients have.
struct SessionEnd: Sendable {
    /// A client that is to be told.
    private struct Target: Sendable, Equatable {
        let client: Client
        let address: String
        let subject: String
        /// nil ends all sessions of the subject.
        let session: String?
    }

    let server: AuthorizationServer

    /// Ends sessions, and tells the clients; doing it again does no harm.
    ///
    /// - Parameters:
    ///   - sessions: The sessions.
    ///   - subject: Whose they are, when that is known; else it is known from the grants.
    ///   - isKnownToGateway: Whether the gateway ends the session itself, so that it need not be told for its own sake.
    ///   - logger: Where it is reported when a client cannot be told.
    /// - Throws: What SQLite or the keys say.
    func end(
        _ sessions: [String],
        of subject: String?,
        isKnownToGateway: Bool = false,
        logger: Logger
    ) async throws {
        let targets = try await server.database.write { database in
            try sessions.flatMap { try end($0, of: subject, isKnownToGateway: isKnownToGateway, in: database) }
        }
        try await tell(targets, logger: logger)
    }

    /// Ends everything of a person: all sessions, and what was granted for when nobody is there.
    ///
    /// - Parameters:
    ///   - subject: The person.
    ///   - logger: Where it is reported when a client cannot be told.
    /// - Returns: How many grants have ended.
    /// - Throws: What SQLite or the keys say.
    func endAll(of subject: String, logger: Logger) async throws -> Int {
        let now = server.now()
        let (count, targets) = try await server.database.write { database in
            let grants = try Grant.filter(sql: "subject = ? AND endedAt IS NULL", arguments: [subject])
                .fetchAll(database)
            for grant in grants {
                try Grant.end(grant.id, now: now, in: database)
                try EndedSession(session: grant.session, endedAt: now).upsert(database)
            }
            return (grants.count, self.targets(of: grants, subject: subject, session: nil, isKnownToGateway: false))
        }
        try await tell(targets, logger: logger)
        return count
    }

    private func end(
        _ session: String,
        of subject: String?,
        isKnownToGateway: Bool,
        in database: Database
    ) throws -> [Target] {
        let now = server.now()
        try EndedSession(session: session, endedAt: now).upsert(database)
        let grants = try Grant.filter(sql: "session = ? AND endedAt IS NULL", arguments: [session]).fetchAll(database)
        for grant in grants {
            // Access for when nobody is there was granted for longer than the session; the site's own hosts have no use
            // for it (OpenID Connect Back-Channel Logout 1.0, section 2.7).
            let isFirstParty = server.clients[grant.client]?.isFirstParty ?? true
            guard isFirstParty || !grant.scopes.contains("offline_access") else { continue }
            try Grant.end(grant.id, now: now, in: database)
        }
        guard let subject = subject ?? grants.first?.subject else { return [] }
        return targets(of: grants, subject: subject, session: session, isKnownToGateway: isKnownToGateway)
    }

    /// The clients that are to be told: those with a grant, and one of the site's, whichever it is.
    ///
    /// The session itself is the gateway's, which ends it on all of its hosts when one of them is told.
    private func targets(
        of grants: [Grant],
        subject: String,
        session: String?,
        isKnownToGateway: Bool
    ) -> [Target] {
        let ids = Set(grants.map(\.client))
        let listening = server.clients.clients.filter { $0.backChannelLogoutURI != nil }
        var told = listening.filter { ids.contains($0.id) }
        if !isKnownToGateway, !told.contains(where: \.isFirstParty), let own = listening.first(where: \.isFirstParty) {
            told.append(own)
        }
        return told.compactMap { client in
            client.backChannelLogoutURI.map { address in
                Target(client: client, address: address, subject: subject, session: session)
            }
        }
    }

    private func tell(_ targets: [Target], logger: Logger) async throws {
        let now = server.now()
        let ring = server.ring
        let messages = try targets.map { target in
            let claims = LogoutTokenClaims(
                issuer: server.issuer,
                subject: target.subject,
                audience: target.client.id,
                expiresAt: now + server.lifetimes.logoutToken,
                issuedAt: now,
                id: OpaqueToken.make(),
                session: target.session
            )
            let token = try ring.sign(claims, type: TokenIssuer.logoutTokenType, algorithm: target.client.algorithm)
            return (client: target.client.id, address: target.address, token: token)
        }
        await server.delivery.deliver(messages, logger: logger)
    }
}
