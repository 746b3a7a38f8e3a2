import GRDB

/// The authorization server's part of the database.
enum AuthorizationTables {
    static func create(in database: Database) throws {
        try database.create(table: StoredKey.databaseTableName) { table in
            table.primaryKey("id", .text)
            table.column("algorithm", .text).notNull()
            table.column("bytes", .blob).notNull()
            table.column("madeAt", .integer).notNull()
            table.column("retiredAt", .integer)
        }
        try database.create(table: StoredRequest.databaseTableName) { table in
            table.primaryKey("id", .text)
            table.column("client", .text).notNull()
            table.column("request", .text).notNull()
            table.column("isPushed", .boolean).notNull()
            table.column("isOpened", .boolean).notNull()
            table.column("expiresAt", .integer).notNull().indexed()
            table.column("subject", .text)
            table.column("authenticatedAt", .integer)
            table.column("consentedSubject", .text)
            table.column("isDenied", .boolean).notNull()
        }
        try database.create(table: Grant.databaseTableName) { table in
            table.primaryKey("id", .text)
            table.column("client", .text).notNull()
            table.column("subject", .text).notNull().indexed()
            table.column("session", .text).notNull().indexed()
            table.column("scopes", .text).notNull()
            table.column("authenticatedAt", .integer).notNull()
            table.column("methods", .text).notNull()
            table.column("nonce", .text)
            table.column("expiresAt", .integer).notNull().indexed()
            table.column("endedAt", .integer)
        }
        try database.create(table: StoredCode.databaseTableName) { table in
            table.primaryKey("hash", .text)
            table.column("grant", .text).notNull().indexed()
                .references(Grant.databaseTableName, onDelete: .cascade)
            table.column("redirectURI", .text).notNull()
            table.column("challenge", .text).notNull()
            table.column("expiresAt", .integer).notNull()
            table.column("isUsed", .boolean).notNull()
        }
        try database.create(table: StoredRefreshToken.databaseTableName) { table in
            table.primaryKey("hash", .text)
            table.column("grant", .text).notNull().indexed()
                .references(Grant.databaseTableName, onDelete: .cascade)
            table.column("expiresAt", .integer).notNull()
            table.column("usedAt", .integer)
            table.column("successor", .text)
            table.column("answer", .blob)
        }
        try database.create(table: StoredAccessToken.databaseTableName) { table in
            table.primaryKey("id", .text)
            table.column("grant", .text).notNull().indexed()
                .references(Grant.databaseTableName, onDelete: .cascade)
            table.column("expiresAt", .integer).notNull().indexed()
            table.column("isRevoked", .boolean).notNull()
        }
        try database.create(table: EndedSession.databaseTableName) { table in
            table.primaryKey("session", .text)
            table.column("endedAt", .integer).notNull().indexed()
        }
        try database.create(table: Consent.databaseTableName) { table in
            table.column("subject", .text).notNull()
            table.column("client", .text).notNull()
            table.column("scopes", .text).notNull()
            table.primaryKey(["subject", "client"])
        }
        try createSignIn(in: database)
    }

    private static func createSignIn(in database: Database) throws {
        try database.create(table: Credential.databaseTableName) { table in
            table.primaryKey("subject", .text).references(Member.databaseTableName)
            table.column("password", .text)
            table.column("roles", .text).notNull()
        }
        try database.create(table: SignInLink.databaseTableName) { table in
            table.primaryKey("hash", .text)
            table.column("subject", .text).notNull()
            table.column("request", .text)
            table.column("expiresAt", .integer).notNull().indexed()
        }
        try database.create(table: SignInAttempts.databaseTableName) { table in
            table.primaryKey("key", .text)
            table.column("count", .integer).notNull()
            table.column("startedAt", .integer).notNull().indexed()
        }
        try database.create(table: SignOutRequest.databaseTableName) { table in
            table.primaryKey("id", .text)
            table.column("redirectURI", .text)
            table.column("expiresAt", .integer).notNull().indexed()
            table.column("isConfirmed", .boolean).notNull()
        }
    }

    /// Takes away what has been over for a while; nobody can ask for it any more.
    static func sweep(in database: Database, now: Int64, lifetimes: AuthorizationLifetimes) throws {
        try database.execute(literal: "DELETE FROM authorizationRequest WHERE expiresAt < \(now)")
        // Codes and tokens go with their grant.
        try database.execute(literal: "DELETE FROM authorizationGrant WHERE expiresAt < \(now)")
        try database.execute(literal: "DELETE FROM accessToken WHERE expiresAt < \(now - 3_600)")
        try database.execute(literal: "DELETE FROM signInLink WHERE expiresAt < \(now)")
        try database.execute(literal: "DELETE FROM signOutRequest WHERE expiresAt < \(now)")
        try database.execute(literal: "DELETE FROM signInAttempts WHERE startedAt < \(now - 86_400)")
        try database.execute(literal: "DELETE FROM endedSession WHERE endedAt < \(now - lifetimes.grant)")
        // The answers that are kept for clients that lost them.
        try database.execute(
            literal: "UPDATE refreshToken SET answer = NULL WHERE usedAt < \(now - lifetimes.refreshGrace)"
        )
    }
}
