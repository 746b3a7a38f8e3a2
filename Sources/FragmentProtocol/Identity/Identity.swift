/// Who asks, as a service may know it.
public struct Identity: Codable, Hashable, Sendable {
    /// What the subject of somebody who is not signed in begins with.
    public static let anonymousPrefix = "anon:"

    /// The stable name of the person or of the anonymous session; never empty (claim `sub`).
    public var subject: String
    /// The name to show (claim `name`).
    public var name: String?
    /// The address of electronic mail (claim `email`).
    public var email: String?
    /// What the person may do, such as `editor` (claim `roles`).
    public var roles: [String]
    /// The session, hashed, so that a service can tell two sessions of a person apart (claim `sid`).
    public var sessionHash: String?
    /// When the person proved who they are, in seconds since 1970; nil for somebody who is not signed in (claim `auth_time`).
    public var authenticatedAt: Int64?
    /// How they proved it, by RFC 8176, such as `pwd` (claim `amr`).
    public var methods: [String]?
    /// The subject that the same browser had on this host before it was signed in, for what belongs to it, such as a cart
    /// (claim `anon`).
    public var formerSubject: String?

    /// An identity of its parts.
    public init(
        subject: String,
        name: String? = nil,
        email: String? = nil,
        roles: [String] = [],
        sessionHash: String? = nil,
        authenticatedAt: Int64? = nil,
        methods: [String]? = nil,
        formerSubject: String? = nil
    ) {
        self.subject = subject
        self.name = name
        self.email = email
        self.roles = roles
        self.sessionHash = sessionHash
        self.authenticatedAt = authenticatedAt
        self.methods = methods
        self.formerSubject = formerSubject
    }

    /// Whether the subject is a session of somebody who is not signed in.
    public var isAnonymous: Bool { subject.hasPrefix(Self.anonymousPrefix) }

    /// Whether the person has a role.
    public func has(role: String) -> Bool { roles.contains(role) }

    /// The claims of the assertion that the properties are (RFC 7519, section 4).
    enum CodingKeys: String, CodingKey {
        /// The subject.
        case subject = "sub"
        /// The name to show.
        case name
        /// The address of electronic mail.
        case email
        /// The roles.
        case roles
        /// The hashed session.
        case sessionHash = "sid"
        /// When the person proved who they are.
        case authenticatedAt = "auth_time"
        /// How they proved it.
        case methods = "amr"
        /// The subject before the sign-in.
        case formerSubject = "anon"
    }

    /// Reads the claims; `roles` may be missing.
    public init(from decoder: any Decoder) throws {
        let claims = try decoder.container(keyedBy: CodingKeys.self)
        subject = try claims.decode(String.self, forKey: .subject)
        name = try claims.decodeIfPresent(String.self, forKey: .name)
        email = try claims.decodeIfPresent(String.self, forKey: .email)
        roles = try claims.decodeIfPresent([String].self, forKey: .roles) ?? []
        sessionHash = try claims.decodeIfPresent(String.self, forKey: .sessionHash)
        authenticatedAt = try claims.decodeIfPresent(Int64.self, forKey: .authenticatedAt)
        methods = try claims.decodeIfPresent([String].self, forKey: .methods)
        formerSubject = try claims.decodeIfPresent(String.self, forKey: .formerSubject)
    }
}
