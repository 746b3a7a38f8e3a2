/// The path of a page route: literal segments, captures, and perhaps any rest.
package struct PathPattern: Sendable, Hashable, CustomStringConvertible {
    /// A part of the path between slashes.
    package enum Segment: Sendable, Hashable {
        /// Matches itself.
        case literal(String)
        /// `{name}`: matches any one segment that is not empty.
        case capture(String)
        /// `*`, at the end only: matches any rest, also none.
        case rest
    }

    /// The segments; none for `/`.
    package let segments: [Segment]

    package init(segments: [Segment]) {
        self.segments = segments
    }

    /// The names of the captures, in order.
    package var captureNames: [String] {
        segments.compactMap { if case .capture(let name) = $0 { name } else { nil } }
    }

    /// As it is written in the file: `/posts/{slug}`.
    package var description: String {
        "/"
            + segments.map { segment in
                switch segment {
                case .literal(let text): text
                case .capture(let name): "{\(name)}"
                case .rest: "*"
                }
            }
            .joined(separator: "/")
    }
}

/// A page of the site (an entry of `pages:`).
package struct PageRoute: Sendable, Equatable {
    /// The full host name, in lower case: `blog.localhost`.
    package let host: String
    /// The service of that host.
    package let service: String
    /// Which paths it is for.
    package let path: PathPattern
    /// The template's path in the folder of templates: `blog/home.html`.
    package let template: String
    /// How long the page may take (`budget:`); the limit `page-budget` unless the route says otherwise.
    package let budget: Duration
    /// Who may see the page (`require:`); nil for everybody.
    package let requirement: PageRequirement?
    /// Where the route stands in the file.
    package let position: ConfigurationPosition
    /// Where the route's template is named, for a message that it is missing.
    package let templatePosition: ConfigurationPosition

    package init(
        host: String,
        service: String,
        path: PathPattern,
        template: String,
        budget: Duration,
        requirement: PageRequirement? = nil,
        position: ConfigurationPosition,
        templatePosition: ConfigurationPosition
    ) {
        self.host = host
        self.service = service
        self.path = path
        self.template = template
        self.budget = budget
        self.requirement = requirement
        self.position = position
        self.templatePosition = templatePosition
    }
}
