/// What a fragment is asked with: names and values, sorted by name, each name once.
///
/// Two sets of parameters are equal when their canonical ``query`` is, byte for byte.
public struct FragmentParameters: Hashable, Sendable, CustomStringConvertible, ExpressibleByDictionaryLiteral {
    /// No parameters.
    public static let none = FragmentParameters(sorted: [])

    /// Names and values, decoded, sorted by the bytes of the name.
    public let pairs: [(name: String, value: String)]

    /// The canonical query: `a=1&b=x%20y`, all but RFC 3986's unreserved characters percent-encoded; empty for none.
    public let query: String

    /// Parameters of names and values in any order.
    ///
    /// Of pairs with the same name the last one counts, and a pair without a name is left out.
    public init(_ pairs: [(name: String, value: String)]) {
        var sorted: [(name: String, value: String)] = []
        for pair in pairs where !pair.name.isEmpty {
            let place = sorted.firstIndex { !$0.name.utf8.lexicographicallyPrecedes(pair.name.utf8) } ?? sorted.endIndex
            if place < sorted.endIndex, sorted[place].name.hasSameBytes(as: pair.name) {
                sorted[place] = pair
            } else {
                sorted.insert(pair, at: place)
            }
        }
        self.init(sorted: sorted)
    }

    /// Parameters written as a literal, such as `["limit": "3"]`; of equal names the last one counts.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { (name: $0.0, value: $0.1) })
    }

    /// The parameters of a URL's query, without its `?`.
    ///
    /// `+` means a space, as HTML forms write it; a name without `=` has an empty value; empty parts between `&` are
    /// left out.
    ///
    /// - Parameter query: the text after `?`.
    /// - Throws: a ``FragmentSyntaxError`` when the percent-encoding is broken, the bytes are not UTF-8, a name is
    ///   empty or is given twice.
    public init(query: some StringProtocol) throws(FragmentSyntaxError) {
        var pairs: [(name: String, value: String)] = []
        for part in Substring(query).utf8.split(separator: UInt8(ascii: "&")) {
            let equals = part.firstIndex(of: UInt8(ascii: "="))
            let name = try PercentEncoding.decode(Substring(part[..<(equals ?? part.endIndex)]), plusIsSpace: true)
            let encodedValue = equals.map { Substring(part[part.index(after: $0)...]) } ?? ""
            let value = try PercentEncoding.decode(encodedValue, plusIsSpace: true)
            guard !name.isEmpty else {
                throw FragmentSyntaxError(.emptyParameterName, "\(quoted(query)) has a parameter without a name")
            }
            pairs.append((name, value))
        }
        pairs.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        for (pair, next) in zip(pairs, pairs.dropFirst()) where pair.name.hasSameBytes(as: next.name) {
            throw FragmentSyntaxError(.duplicateParameter, "the parameter \(quoted(pair.name)) is given twice")
        }
        self.init(sorted: pairs)
    }

    /// Parameters that are in order already.
    private init(sorted: [(name: String, value: String)]) {
        var query = ""
        for pair in sorted {
            if !query.isEmpty { query += "&" }
            PercentEncoding.append(pair.name, to: &query)
            query += "="
            PercentEncoding.append(pair.value, to: &query)
        }
        self.pairs = sorted
        self.query = query
    }

    /// The value of the parameter of that name, or nil when it is not given.
    public subscript(name: String) -> String? {
        pairs.first { $0.name.hasSameBytes(as: name) }?.value
    }

    /// Whether there are no parameters.
    public var isEmpty: Bool { pairs.isEmpty }

    /// The canonical query.
    public var description: String { query }

    /// Equal when the canonical queries are.
    public static func == (left: Self, right: Self) -> Bool { left.query == right.query }

    /// Hashes the canonical query.
    public func hash(into hasher: inout Hasher) { hasher.combine(query) }
}
