import NIOCore

/// What the gateway would do with an address now, and why.
package struct AddressExplanation: Codable, Sendable, Equatable {
    /// What answers.
    package enum Kind: String, Codable, Sendable {
        case page
        /// A file of the gateway's own.
        case asset
        /// The service of the host, as it is.
        case passThrough = "pass-through"
        case signOn = "sign-on"
        /// Nobody: the path is the gateway's own way to its services.
        case reserved
        /// Nobody: the path holds an encoding that no text has.
        case malformed
        /// Nobody: no service has the host.
        case unknownHost = "unknown-host"
    }

    package var url: String
    package var kind: Kind
    /// The service of the host.
    package var service: String?
    package var page: PagePlan?
    /// What is to be known beside it.
    package var notes: [String] = []
}

/// A page and its parts, for a visitor without a session.
package struct PagePlan: Codable, Sendable, Equatable {
    /// The route, `/posts/{slug}`, and its line in gateway.yaml.
    package var route: String
    package var routeLine: Int
    package var template: String
    /// Milliseconds.
    package var budget: Int64
    package var fragments: [FragmentExplanation]
}

/// A part of a page: what it is, what rules it, and where it would come from now.
package struct FragmentExplanation: Codable, Sendable, Equatable {
    /// Who shares a copy.
    package enum Scope: String, Codable, Sendable {
        case everybody
        case language
        /// Each person with a session has a copy of their own.
        case user
    }

    /// Where it would come from.
    package enum Source: String, Codable, Sendable {
        case memory
        case redis
        /// A stale copy, while a newer one is fetched.
        case stale
        /// The service; nobody has a copy that may be served without asking.
        case service
    }

    /// The reference: `blog/post?slug=bread`.
    package var fragment: String
    /// What a copy is known by: the reference, and what it varies by.
    package var key: String
    /// `html` or `json`.
    package var content: String
    /// Where templates use it, `blog/post.html:3:1`.
    package var places: [String]
    package var isPrimary: Bool
    package var isRequired: Bool
    /// Whether the template has something to show in its place.
    package var hasFallback: Bool
    package var scope: Scope
    /// What the service's manifest adds to what the rule says that copies differ by: `user`, `language`.
    package var declared: [String]
    package var rule: RuleExplanation
    package var source: Source
    /// For each event loop the copy that it holds, if it does.
    package var memory: [CopyExplanation?]
    package var redis: CopyExplanation?
    /// The names under which it can be purged: the rule's, and those of the copies.
    package var tags: [String]
}

/// What gateway.yaml says of a fragment.
package struct RuleExplanation: Codable, Sendable, Equatable {
    /// The rule's name, `blog/*`, and its line; nil when none matches.
    package var pattern: String?
    package var line: Int?
    /// Milliseconds; nil where the service's headers decide.
    package var ttl: Int64?
    package var staleWhileRevalidate: Int64?
    package var staleIfError: Int64?
    package var timeout: Int64
    package var honoursOrigin: Bool
}

/// A copy, as it stands now; all times in milliseconds.
package struct CopyExplanation: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        case fresh
        case staleWhileRevalidate = "stale-while-revalidate"
        case staleIfError = "stale-if-error"
        /// Of use for asking whether it has changed only.
        case expired
    }

    package var state: State
    package var status: Int
    package var bytes: Int
    package var age: Int64
    /// Until it is stale; less than 0 since it is.
    package var freshFor: Int64
    /// What its last fetch took.
    package var fetchedIn: Int64
    package var etag: String?
    package var tags: [String]

    init(_ fragment: StoredFragment, now: Instant) {
        self.state =
            switch fragment.usability(at: now) {
            case .fresh: .fresh
            case .staleWhileRevalidate: .staleWhileRevalidate
            case .staleIfError: .staleIfError
            case .expired: .expired
            }
        self.status = fragment.status
        self.bytes = fragment.body.readableBytes
        self.age = (now - fragment.storedAt).milliseconds
        self.freshFor = (fragment.freshUntil - now).milliseconds
        self.fetchedIn = (fragment.storedAt - fragment.requestedAt).milliseconds
        self.etag = fragment.etag
        self.tags = fragment.tags
    }
}
