import FragmentProtocol

/// One request of a check of a service.
struct Probe: Sendable, Hashable {
    /// Who asks, as the request says.
    enum Asker: Sendable, Hashable {
        /// No `Gateway-Identity`.
        case nobody
        /// Somebody, by a good assertion.
        case person
        /// Somebody, by an assertion that no service may believe.
        case forged(Forgery)
    }

    /// What is wrong with a forged assertion.
    enum Forgery: Sendable, Hashable, CaseIterable {
        case foreignKey
        case otherAudience
        case expired

        /// After `an assertion`.
        var description: String {
            switch self {
            case .foreignKey: "that another key signed"
            case .otherAudience: "that is for another service"
            case .expired: "that ended an hour ago"
            }
        }
    }

    /// The language that is asked for unless it is what a probe is about, and the one that is asked for then.
    static let languages = (usual: "en", other: "de")
    /// A header field that the protocol does not know.
    static let unknownField = "Gateway-Check-Unknown"
    /// An entity tag that no copy has.
    static let foreignTag = EntityTag(opaque: "gateway-check-of-no-copy")

    var method = "GET"
    /// Path and query.
    var path: String
    /// The media type that is wanted.
    var accept: String?
    var asker = Asker.nobody
    var language = Self.languages.usual
    /// The tag of the copy that the request says is held.
    var heldTag: EntityTag?
    /// What the request says is left for the answer; the check itself waits longer.
    var deadline = FragmentSettings().timeout
    var sendsUnknownField = false

    init(_ path: String, accept: String? = nil, asker: Asker = .nobody) {
        self.path = path
        self.accept = accept
        self.asker = asker
    }

    /// The same request with something else about it.
    func with(_ change: (inout Self) -> Void) -> Self {
        var probe = self
        change(&probe)
        return probe
    }

    /// The fields as the gateway sends them.
    ///
    /// - Parameter identity: the assertion of who asks, where somebody does.
    /// - Returns: names and values.
    /// - Throws: a `HeaderError` when a value cannot stand in a field.
    func fields(identity: String?) throws(HeaderError) -> [(name: String, value: String)] {
        let headers = FragmentRequestHeaders(
            deadline: deadline,
            identity: identity,
            accept: accept,
            acceptLanguage: language,
            ifNoneMatch: heldTag.map { [$0] } ?? []
        )
        return try headers.encoded() + (sendsUnknownField ? [(Self.unknownField, "1")] : [])
    }
}
