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

    /// An identity of its parts.
    public init(
        subject: String,
        name: String? = nil,
        email: String? = nil,
        roles: [String] = [],
        sessionHash: String? = nil
    ) {
        self.subject = subject
        self.name = name
        self.email = email
        self.roles = roles
        self.sessionHash = sessionHash
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
    }

    /// Reads the claims; `roles` may be missing.
    public init(from decoder: any Decoder) throws {
        let claims = try decoder.container(keyedBy: CodingKeys.self)
        subject = try claims.decode(String.self, forKey: .subject)
        name = try claims.decodeIfPresent(String.self, forKey: .name)
        email = try claims.decodeIfPresent(String.self, forKey: .email)
        roles = try claims.decodeIfPresent([String].self, forKey: .roles) ?? []
        sessionHash = try claims.decodeIfPresent(String.self, forKey: .sessionHash)
    }
}
