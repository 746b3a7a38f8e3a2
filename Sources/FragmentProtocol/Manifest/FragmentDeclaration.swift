/// What a fragment's body is.
public enum FragmentContent: String, Codable, Hashable, Sendable {
    /// A well-formed HTML fragment, inserted into pages.
    case html
    /// JSON, for templates to read.
    case json

    /// The media type that an answer must declare.
    public var mediaType: String {
        switch self {
        case .html: "text/html"
        case .json: "application/json"
        }
    }
}

/// Something about who asks that a fragment depends on, beside its parameters.
public enum FragmentDimension: Hashable, Sendable {
    /// The person or anonymous session; such a fragment is private, and gets an identity.
    case user
    /// The session, where two devices of one person see different things.
    case session
    /// The language that the gateway negotiated.
    case language
    /// The roles of the person.
    case role
    /// A header field of the request, by its name in lower case; written `header:NAME`.
    case header(String)

    /// Whether copies of such a fragment belong to one person.
    public var isPersonal: Bool { self == .user || self == .session }
}

extension FragmentDimension: Codable, CustomStringConvertible {
    /// The dimension that a manifest's or configuration's word means, or nil when there is none.
    public init?(_ text: some StringProtocol) {
        switch text {
        case "user": self = .user
        case "session": self = .session
        case "language": self = .language
        case "role": self = .role
        default:
            let prefix = "header:"
            let name = text.dropFirst(prefix.count)
            guard text.hasPrefix(prefix), name.isToken else { return nil }
            self = .header(name.lowercasedASCII)
        }
    }

    /// The word, which ``init(_:)`` reads back.
    public var description: String {
        switch self {
        case .user: "user"
        case .session: "session"
        case .language: "language"
        case .role: "role"
        case .header(let name): "header:\(name)"
        }
    }

    /// Reads the word.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let dimension = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "\(quoted(text)) is none of user, session, language, role and header:NAME"
            )
        }
        self = dimension
    }

    /// Writes the word.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// One fragment that a service answers, as its manifest declares it.
public struct FragmentDeclaration: Codable, Hashable, Sendable {
    /// The last part of its path, `[a-z][a-z0-9-]*`.
    public var type: String
    /// What it is, in a few words for people.
    public var title: String
    /// What its body is.
    public var content: FragmentContent
    /// The parameters that it takes.
    public var params: [ParameterDeclaration]
    /// What it depends on beside its parameters.
    public var varies: [FragmentDimension]
    /// How it may be cached where an answer says nothing of it.
    public var cache: CacheDirectives?
    /// Names under which all of its copies can be purged.
    public var tags: [String]
    /// Stylesheets and modules that it needs, as paths of the service's host.
    public var assets: [String]
    /// Parameters with which it can be tried out.
    public var examples: [[String: ScalarValue]]
    /// The type of the service's fragment that is shown in this one's place when it fails.
    public var fallback: String?

    /// A declaration of its parts.
    public init(
        type: String,
        title: String = "",
        content: FragmentContent = .html,
        params: [ParameterDeclaration] = [],
        varies: [FragmentDimension] = [],
        cache: CacheDirectives? = nil,
        tags: [String] = [],
        assets: [String] = [],
        examples: [[String: ScalarValue]] = [],
        fallback: String? = nil
    ) {
        self.type = type
        self.title = title
        self.content = content
        self.params = params
        self.varies = varies
        self.cache = cache
        self.tags = tags
        self.assets = assets
        self.examples = examples
        self.fallback = fallback
    }

    /// Whether copies of the fragment belong to one person.
    public var isPersonal: Bool { varies.contains { $0.isPersonal } }

    /// Reads the declaration; only `type` must be there.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        type = try container.decode(String.self, forKey: .type)
        title = try container.decodeIfPresent(String.self, forKey: .title) ?? ""
        content = try container.decodeIfPresent(FragmentContent.self, forKey: .content) ?? .html
        params = try container.decodeIfPresent([ParameterDeclaration].self, forKey: .params) ?? []
        varies = try container.decodeIfPresent([FragmentDimension].self, forKey: .varies) ?? []
        cache = try container.decodeIfPresent(CacheDirectives.self, forKey: .cache)
        tags = try container.decodeIfPresent([String].self, forKey: .tags) ?? []
        assets = try container.decodeIfPresent([String].self, forKey: .assets) ?? []
        examples = try container.decodeIfPresent([[String: ScalarValue]].self, forKey: .examples) ?? []
        fallback = try container.decodeIfPresent(String.self, forKey: .fallback)
    }
}
