/// A fragment with its parameters: what is asked of a service, and what a cached copy is known by.
public struct FragmentReference: Hashable, Sendable, CustomStringConvertible {
    /// Which fragment.
    public var name: FragmentName
    /// What it is asked with.
    public var parameters: FragmentParameters

    /// A fragment with parameters.
    public init(name: FragmentName, parameters: FragmentParameters = .none) {
        self.name = name
        self.parameters = parameters
    }

    /// The reference written `cart/mini?limit=3`; the parameters may be in any order.
    ///
    /// - Parameter text: the reference, as ``canonical`` prints it.
    /// - Throws: a ``FragmentSyntaxError`` when the name or the query is malformed.
    public init(parsing text: some StringProtocol) throws(FragmentSyntaxError) {
        let (name, query) = Self.splitQuery(Substring(text))
        guard let name = FragmentName(name) else {
            throw FragmentSyntaxError(.badName, "\(quoted(text)) is not of the form SERVICE/TYPE or SERVICE/TYPE?QUERY")
        }
        self.init(name: name, parameters: try FragmentParameters(query: query))
    }

    /// The reference that a request to a service means.
    ///
    /// - Parameters:
    ///   - path: the request's path with its query, such as `/internal/fragments/mini?limit=3`.
    ///   - service: the name of the service that is asked.
    /// - Throws: a ``FragmentSyntaxError`` when the path is no fragment's or the query is malformed.
    public init(path: some StringProtocol, service: String) throws(FragmentSyntaxError) {
        let (place, query) = Self.splitQuery(Substring(path))
        let prefix = ServicePath.fragments + "/"
        guard place.hasPrefix(prefix) else {
            throw FragmentSyntaxError(.badPath, "\(quoted(path)) does not begin with \(prefix)")
        }
        guard let name = FragmentName(service: service, type: String(place.dropFirst(prefix.count))) else {
            throw FragmentSyntaxError(.badName, "\(quoted(path)) does not name a fragment of \(quoted(service))")
        }
        self.init(name: name, parameters: try FragmentParameters(query: query))
    }

    /// Where the service answers it: `/internal/fragments/mini?limit=3`.
    public var path: String {
        let place = "\(ServicePath.fragments)/\(name.type)"
        return parameters.isEmpty ? place : "\(place)?\(parameters.query)"
    }

    /// The one spelling of the reference: `cart/mini?limit=3`, which ``init(parsing:)`` reads back.
    public var canonical: String {
        parameters.isEmpty ? name.description : "\(name)?\(parameters.query)"
    }

    /// The canonical spelling.
    public var description: String { canonical }

    /// The text before the first `?` and the text after it.
    private static func splitQuery(_ text: Substring) -> (place: Substring, query: Substring) {
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (text, "") }
        return (text[..<mark], text[text.utf8.index(after: mark)...])
    }
}
