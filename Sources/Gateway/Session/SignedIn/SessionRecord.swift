import FoundationEssentials

/// What is written of a session when it begins, and never again.
struct SessionRecord: Codable, Equatable {
    /// The version of what records hold.
    var version = 1
    /// ``Session/sessionHash``.
    var hash: String
    /// ``Session/csrfToken``.
    var csrf: String
    var issuer: String
    var subject: String
    /// The provider's session; on the provider's own host the session's own hash.
    var providerSession: String
    /// The subject of the anonymous session before it.
    var formerSubject: String?
    /// When it began, in milliseconds since 1970.
    var began: Int64
    /// The generation of the person's sessions when it began; nil for the first.
    var generation: [UInt8]?
}

/// Who is signed in, and the tokens: what each exchange of tokens may change.
struct PersonRecord: Codable, Equatable {
    var subject: String
    var issuer: String
    var name: String?
    var email: String?
    var roles: [String]
    var authenticatedAt: Int64
    var methods: [String]
    var providerSession: String?
    var access: String?
    var accessEndsAt: Int64?
    var refresh: String?
    var identity: String?

    init(_ signIn: SignIn) {
        self.subject = signIn.person.subject
        self.issuer = signIn.person.issuer
        self.name = signIn.person.name
        self.email = signIn.person.email
        self.roles = signIn.person.roles
        self.authenticatedAt = signIn.person.authenticatedAt.milliseconds
        self.methods = signIn.person.methods
        self.providerSession = signIn.providerSession
        self.access = signIn.tokens?.access
        self.accessEndsAt = signIn.tokens?.accessEndsAt.milliseconds
        self.refresh = signIn.tokens?.refresh
        self.identity = signIn.tokens?.identity
    }

    var signIn: SignIn {
        SignIn(
            person: Person(
                issuer: self.issuer,
                subject: self.subject,
                name: self.name,
                email: self.email,
                roles: self.roles,
                authenticatedAt: Instant(milliseconds: self.authenticatedAt),
                methods: self.methods
            ),
            providerSession: self.providerSession,
            tokens: self.access.map {
                TokenSet(
                    access: $0,
                    accessEndsAt: Instant(milliseconds: self.accessEndsAt ?? 0),
                    refresh: self.refresh,
                    identity: self.identity
                )
            }
        )
    }
}

/// What the list of devices shows of a session.
struct DeviceRecord: Codable, Equatable {
    /// The browser in plain words, such as `Firefox on Linux`.
    var browser: String
    /// ``Session/sessionHash``.
    var hash: String
    var providerSession: String
    /// When it began, in milliseconds since 1970.
    var began: Int64
    /// When it was seen last, to a few minutes.
    var seen: Int64
}

/// Records as bytes.
enum SessionRecordCoder {
    static func encode(_ record: some Encodable) throws -> [UInt8] { [UInt8](try JSONEncoder().encode(record)) }

    /// The record in bytes that ``SessionCapsule`` has opened; nil when a later version of the gateway wrote it.
    static func decode<Record: Decodable>(_ type: Record.Type, from bytes: [UInt8]) -> Record? {
        // What was sealed is no forgery; a field that is missing is another version's.
        try? JSONDecoder().decode(type, from: Data(bytes))
    }
}
