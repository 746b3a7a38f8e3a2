import FragmentProtocol

/// A fragment that a service answers: what the manifest says of it, and how its answer is made.
struct Fragment: Sendable {
    /// Makes the answer to one request.
    typealias Maker = @Sendable (FragmentRequest) async throws -> FragmentAnswer

    let declaration: FragmentDeclaration
    let answer: Maker

    /// A fragment of HTML.
    ///
    /// - Parameters:
    ///   - type: The last part of its path.
    ///   - title: What it is, for people.
    ///   - parameters: What it takes.
    ///   - isPersonal: Whether it depends on who asks.
    ///   - cache: How long it may be kept where the answer says nothing else.
    ///   - tags: Names under which all of its copies can be purged.
    ///   - examples: Parameters to try it with, where the defaults do not suffice.
    ///   - answer: Makes the answer.
    /// - Returns: The fragment.
    static func html(
        _ type: String,
        _ title: String,
        _ parameters: [ParameterDeclaration] = [],
        isPersonal: Bool = false,
        cache: CacheDirectives,
        tags: [String],
        examples: [[String: ScalarValue]] = [],
        answer: @escaping Maker
    ) -> Fragment {
        Fragment(
            declaration: FragmentDeclaration(
                type: type,
                title: title,
                content: .html,
                params: parameters,
                varies: isPersonal ? [.user] : [],
                cache: cache,
                tags: tags,
                examples: examples
            ),
            answer: answer
        )
    }

    /// A fragment of JSON, for templates to read.
    static func data(
        _ type: String,
        _ title: String,
        _ parameters: [ParameterDeclaration] = [],
        isPersonal: Bool = false,
        cache: CacheDirectives,
        tags: [String],
        examples: [[String: ScalarValue]] = [],
        answer: @escaping Maker
    ) -> Fragment {
        Fragment(
            declaration: FragmentDeclaration(
                type: type,
                title: title,
                content: .json,
                params: parameters,
                varies: isPersonal ? [.user] : [],
                cache: cache,
                tags: tags,
                examples: examples
            ),
            answer: answer
        )
    }
}

extension CacheDirectives {
    /// The same for everybody: fresh for so many seconds, then a while longer when it must be.
    static func shared(_ seconds: Int) -> CacheDirectives {
        CacheDirectives(
            isPublic: true,
            maxAge: seconds,
            staleWhileRevalidate: seconds * 10,
            staleIfError: 3_600
        )
    }

    /// One person's own, to be asked for each time; the entity tag makes the answer short.
    static let personal = CacheDirectives(isPrivate: true, noCache: true)
}

extension ParameterDeclaration {
    /// A slug; empty where none is wanted, when it has a default.
    static func slug(_ name: String, default: String? = nil) -> ParameterDeclaration {
        .string(name, default: `default`, length: (`default` == nil ? 1 : 0)...80)
    }

    /// How many at most.
    static func limit(_ default: Int) -> ParameterDeclaration {
        .integer("limit", default: `default`, range: 1...50)
    }

    /// Which page of a list, from 1.
    static let page = ParameterDeclaration.integer("page", default: 1, range: 1...1_000)
}
