package import FragmentProtocol

/// Which fragments a rule is for.
package enum FragmentPattern: Sendable, Hashable, CustomStringConvertible {
    /// `*`
    case all
    /// `cart/*`
    case service(String)
    /// `blog/nav`
    case exactly(FragmentName)

    /// Whether the rule is for a fragment.
    package func matches(_ fragment: FragmentName) -> Bool {
        switch self {
        case .all: true
        case .service(let name): name == fragment.service
        case .exactly(let name): name == fragment
        }
    }

    /// Whether each fragment of the other pattern is one of this pattern too.
    func covers(_ other: FragmentPattern) -> Bool {
        switch (self, other) {
        case (.all, _): true
        case (.service(let name), .service(let otherName)): name == otherName
        case (.service(let name), .exactly(let fragment)): name == fragment.service
        case (.exactly, .exactly): self == other
        default: false
        }
    }

    package var description: String {
        switch self {
        case .all: "*"
        case .service(let name): "\(name)/*"
        case .exactly(let name): name.description
        }
    }
}

/// What copies of one fragment differ by, apart from its parameters (`vary:`).
package struct FragmentVariation: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// One copy for each person; the service is told who asks.
    package static let user = FragmentVariation(rawValue: 1)
    /// One copy for each language of the site.
    package static let language = FragmentVariation(rawValue: 2)
}

/// A rule for fragments (an entry of `fragments:`); `nil` where the rule does not say.
package struct FragmentRule: Sendable, Equatable {
    /// Which fragments it is for.
    package let pattern: FragmentPattern
    /// How long a copy is fresh (`ttl:`); zero means never stored.
    package let ttl: Duration?
    /// How long the service may take, to the last byte (`timeout:`).
    package let timeout: Duration?
    /// How long after its freshness a copy is served while a new one is fetched (`stale-while-revalidate:`).
    package let staleWhileRevalidate: Duration?
    /// How long after its freshness a copy is served when the service fails (`stale-if-error:`).
    package let staleIfError: Duration?
    /// How long a `4xx` is remembered (`negative-ttl:`).
    package let negativeTTL: Duration?
    /// What copies differ by (`vary:`).
    package let vary: FragmentVariation?
    /// Names for purging, besides those that the service gives (`tags:`).
    package let tags: [String]?
    /// How often a request is repeated whose connection broke before an answer (`retries:`).
    package let retries: Int?
    /// Whether a second request is made when the first takes longer than 95 % do (`hedge:`).
    package let hedge: Bool?
    /// The most bytes of a body (`max-size:`).
    package let maximumSize: Int?
    /// Whether the service's headers win over the rule's numbers (`honour-origin:`).
    package let honourOrigin: Bool?
    /// Where the rule stands in the file.
    package let position: ConfigurationPosition

    package init(
        pattern: FragmentPattern,
        ttl: Duration? = nil,
        timeout: Duration? = nil,
        staleWhileRevalidate: Duration? = nil,
        staleIfError: Duration? = nil,
        negativeTTL: Duration? = nil,
        vary: FragmentVariation? = nil,
        tags: [String]? = nil,
        retries: Int? = nil,
        hedge: Bool? = nil,
        maximumSize: Int? = nil,
        honourOrigin: Bool? = nil,
        position: ConfigurationPosition
    ) {
        self.pattern = pattern
        self.ttl = ttl
        self.timeout = timeout
        self.staleWhileRevalidate = staleWhileRevalidate
        self.staleIfError = staleIfError
        self.negativeTTL = negativeTTL
        self.vary = vary
        self.tags = tags
        self.retries = retries
        self.hedge = hedge
        self.maximumSize = maximumSize
        self.honourOrigin = honourOrigin
        self.position = position
    }
}
