import Foundation
import GRDB

/// A signing key as it is kept.
struct StoredKey: Codable, Sendable, FetchableRecord, PersistableRecord {
    let id: String
    let algorithm: SigningAlgorithm
    let bytes: Data
    let madeAt: Int64
    /// Since when it signs no more.
    var retiredAt: Int64?

    static let databaseTableName = "signingKey"
}

/// An authorization request that was pushed, or that waits for the person.
struct StoredRequest: Codable, Sendable, FetchableRecord, PersistableRecord {
    /// The last part of its `request_uri`.
    let id: String
    let client: String
    let request: AuthorizationRequest
    let isPushed: Bool
    /// Whether a browser has come with it.
    var isOpened: Bool
    var expiresAt: Int64
    /// Who has signed in for it.
    var subject: String?
    var authenticatedAt: Int64?
    /// Who has consented to it.
    var consentedSubject: String?
    var isDenied = false

    static let databaseTableName = "authorizationRequest"

    /// What the person has done for it.
    var progress: AuthorizePolicy.Progress {
        AuthorizePolicy.Progress(
            signIn: subject.flatMap { subject in
                authenticatedAt.map { AuthorizePolicy.SignedIn(subject: subject, authenticatedAt: $0) }
            },
            consentedSubject: consentedSubject,
            isDenied: isDenied
        )
    }
}

/// The leave that a person gave a client: the family of everything that follows from one code.
struct Grant: Codable, Sendable, FetchableRecord, PersistableRecord {
    let id: String
    let client: String
    let subject: String
    /// The provider's session in which it was given.
    let session: String
    let scopes: [String]
    let authenticatedAt: Int64
    let methods: [String]
    let nonce: String?
    let expiresAt: Int64
    var endedAt: Int64?

    static let databaseTableName = "authorizationGrant"
}

/// An authorization code, by its hash.
struct StoredCode: Codable, Sendable, FetchableRecord, PersistableRecord {
    let hash: String
    let grant: String
    let redirectURI: String
    let challenge: String
    let expiresAt: Int64
    var isUsed = false

    static let databaseTableName = "authorizationCode"
}

/// A refresh token, by its hash.
struct StoredRefreshToken: Codable, Sendable, FetchableRecord, PersistableRecord {
    let hash: String
    let grant: String
    let expiresAt: Int64
    var usedAt: Int64?
    /// The hash of the token that was given for it.
    var successor: String?
    /// The answer that was given for it, sealed with the token itself; for a short time.
    var answer: Data?

    static let databaseTableName = "refreshToken"
}

/// An access token, by its name (`jti`).
struct StoredAccessToken: Codable, Sendable, FetchableRecord, PersistableRecord {
    let id: String
    let grant: String
    let expiresAt: Int64
    var isRevoked = false

    static let databaseTableName = "accessToken"
}

/// A session of the provider that has ended, so that no late request can get anything for it.
struct EndedSession: Codable, Sendable, FetchableRecord, PersistableRecord {
    let session: String
    let endedAt: Int64

    static let databaseTableName = "endedSession"
}

/// What somebody lets a client know for good.
struct Consent: Codable, Sendable, FetchableRecord, PersistableRecord {
    let subject: String
    let client: String
    let scopes: [String]

    static let databaseTableName = "consent"
}

/// How a member signs in, and what they may do.
struct Credential: Codable, Sendable, FetchableRecord, PersistableRecord {
    let subject: String
    /// The password's hash, as ``PasswordHash`` writes it.
    let password: String?
    /// Separated by spaces.
    let roles: String

    static let databaseTableName = "credential"
}

/// A link that was sent to somebody to sign in with, by the hash of what only the message holds.
struct SignInLink: Codable, Sendable, FetchableRecord, PersistableRecord {
    let hash: String
    let subject: String
    /// The authorization request for which it was asked.
    let request: String?
    let expiresAt: Int64

    static let databaseTableName = "signInLink"
}

/// How often somebody has failed to sign in lately.
struct SignInAttempts: Codable, Sendable, FetchableRecord, PersistableRecord {
    /// An account or an address.
    let key: String
    var count: Int
    var startedAt: Int64

    static let databaseTableName = "signInAttempts"
}

/// A sign-out that waits for the person's word, or for the browser to come back after it.
struct SignOutRequest: Codable, Sendable, FetchableRecord, PersistableRecord {
    let id: String
    /// Where the browser goes afterwards, with the client's state.
    let redirectURI: String?
    let expiresAt: Int64
    var isConfirmed = false

    static let databaseTableName = "signOutRequest"
}
