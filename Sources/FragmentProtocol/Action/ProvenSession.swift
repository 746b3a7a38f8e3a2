/// A person who has just proved who they are to the sign-on provider.
public struct ProvenSession: Codable, Hashable, Sendable {
    /// The name by which the provider knows the person for ever; never empty (`sub`).
    public var subject: String
    /// The name to show.
    public var name: String?
    /// The address of electronic mail.
    public var email: String?
    /// What the person may do, such as `editor`.
    public var roles: [String]
    /// When they proved it, in seconds since 1970 (`auth_time`).
    public var authenticatedAt: Int64
    /// How they proved it, by RFC 8176, such as `pwd` (`amr`).
    public var methods: [String]

    /// A person of their parts.
    public init(
        subject: String,
        name: String? = nil,
        email: String? = nil,
        roles: [String] = [],
        authenticatedAt: Int64,
        methods: [String]
    ) {
        self.subject = subject
        self.name = name
        self.email = email
        self.roles = roles
        self.authenticatedAt = authenticatedAt
        self.methods = methods
    }

    /// The members' names, those of the claims that the provider makes of them (OpenID Connect Core 1.0, sections 2 and 5.1).
    private enum CodingKeys: String, CodingKey {
        /// The subject.
        case subject = "sub"
        /// The name to show.
        case name
        /// The address of electronic mail.
        case email
        /// The roles.
        case roles
        /// When they proved it.
        case authenticatedAt = "auth_time"
        /// How they proved it.
        case methods = "amr"
    }

    /// Reads the members; `name`, `email`, `roles` and `amr` may be missing.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        subject = try members.decode(String.self, forKey: .subject)
        name = try members.decodeIfPresent(String.self, forKey: .name)
        email = try members.decodeIfPresent(String.self, forKey: .email)
        roles = try members.decodeIfPresent([String].self, forKey: .roles) ?? []
        authenticatedAt = try members.decode(Int64.self, forKey: .authenticatedAt)
        methods = try members.decodeIfPresent([String].self, forKey: .methods) ?? []
        guard !subject.isEmpty else {
            throw DecodingError.dataCorruptedError(
                forKey: .subject,
                in: members,
                debugDescription: "a session is of somebody: sub is not empty"
            )
        }
    }
}
