import FragmentProtocol

/// What a request for an answer of a service says to caches.
struct AnswerRequest: Sendable {
    private(set) var method: RequestMethod
    let hasBody: Bool
    /// Whether the client has shown credentials, which the service never sees.
    private(set) var hasAuthorization: Bool
    /// `Cache-Control`, or what `Pragma` says in its absence (RFC 9111, section 5.4).
    private(set) var control: CacheDirectives
    /// Whether a field asks for what only the service can judge: a part, or a condition that is to prevent a change.
    let needsService: Bool
    /// The tags of the copies that the client holds, several lines joined.
    private(set) var ifNoneMatch: String?
    /// When the client's copy was last changed.
    private(set) var ifModifiedSince: String?
    /// What is sent to the service, but for the conditions: what `Vary` speaks of.
    let fields: [(name: String, value: String)]
    /// The conditions as the client wrote them.
    private(set) var conditions: [(name: String, value: String)]

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - method: its method.
    ///   - hasBody: whether a body follows.
    ///   - hasAuthorization: whether the client sent `Authorization`.
    ///   - forwarded: the fields that go on to the service.
    init(
        method: RequestMethod,
        hasBody: Bool = false,
        hasAuthorization: Bool = false,
        forwarded: [(name: String, value: String)] = []
    ) {
        var control: String?
        var pragma: String?
        var ifNoneMatch: String?
        var ifModifiedSince: String?
        var needsService = false
        var fields: [(name: String, value: String)] = []
        var conditions: [(name: String, value: String)] = []
        for field in forwarded {
            switch field.name.lowercased() {
            case "cache-control": Self.join(field.value, to: &control)
            case "pragma": Self.join(field.value, to: &pragma)
            case "if-none-match":
                Self.join(field.value, to: &ifNoneMatch)
                conditions.append(field)
                continue
            case "if-modified-since":
                ifModifiedSince = ifModifiedSince ?? field.value
                conditions.append(field)
                continue
            case "range", "if-range", "if-match", "if-unmodified-since": needsService = true
            default: break
            }
            fields.append(field)
        }
        self.method = method
        self.hasBody = hasBody
        self.hasAuthorization = hasAuthorization
        self.control = CacheDirectives(parsing: control ?? pragma.map(Self.control(ofPragma:)) ?? "")
        self.needsService = needsService
        self.ifNoneMatch = ifNoneMatch
        self.ifModifiedSince = ifModifiedSince
        self.fields = fields
        self.conditions = conditions
    }

    /// Whether others may wait for this request's answer: it is asked for as anybody would ask.
    var asksForAll: Bool {
        self.method == .get && self.conditions.isEmpty && !self.hasAuthorization && !self.control.noStore
    }

    /// The same with `GET`: what the answer to `HEAD` says of a stored answer is said as if it had been asked for.
    var asGet: AnswerRequest {
        var request = self
        request.method = .get
        return request
    }

    /// The same as the cache itself asks it, for everybody.
    var forAll: AnswerRequest {
        var request = self.asGet
        request.hasAuthorization = false
        request.control = CacheDirectives()
        request.ifNoneMatch = nil
        request.ifModifiedSince = nil
        request.conditions = []
        return request
    }

    /// Of `Pragma` only `no-cache` has a meaning.
    private static func control(ofPragma value: String) -> String {
        CacheDirectives(parsing: value).noCache ? "no-cache" : ""
    }

    private static func join(_ value: String, to list: inout String?) {
        list = list.map { "\($0), \(value)" } ?? value
    }
}
