import FragmentProtocol

/// The parameters of a request to the authorization server, each at most once.
struct OAuthParameters: Sendable, Equatable {
    /// Why a query or a form holds no parameters.
    struct Failure: Error, Equatable {
        /// What is wrong, in words.
        let message: String
    }

    /// The values by name; one without a value counts as left out (RFC 6749, section 3.1).
    private(set) var values: [String: String] = [:]
    /// The names that were sent more than once, which no request may (RFC 6749, section 3.1).
    private(set) var duplicates: Set<String> = []

    /// More parameters than any request needs.
    static let greatestCount = 64
    /// Longer values than any request needs.
    static let greatestValue = 4_096

    /// The parameters of a query or of a form.
    ///
    /// - Parameter encoded: `name=value` pairs, as HTML forms write them.
    /// - Throws: A ``Failure`` when it cannot be read or is too long.
    init(form encoded: String) throws(Failure) {
        let pieces = encoded.utf8.split(separator: UInt8(ascii: "&"))
        guard pieces.count <= Self.greatestCount else {
            throw Failure(message: "there are more than \(Self.greatestCount) parameters")
        }
        var seen: Set<String> = []
        for piece in pieces {
            let parsed: FragmentParameters
            do {
                parsed = try FragmentParameters(query: Substring(piece))
            } catch {
                throw Failure(message: "the parameters cannot be read: \(error)")
            }
            for (name, value) in parsed.pairs {
                guard value.utf8.count <= Self.greatestValue else {
                    throw Failure(message: "a parameter is longer than \(Self.greatestValue) bytes")
                }
                if !seen.insert(name).inserted { duplicates.insert(name) }
                if !value.isEmpty { values[name] = value }
            }
        }
    }

    /// Parameters that are known to be right.
    init(_ values: [String: String]) {
        self.values = values
    }

    subscript(name: String) -> String? { values[name] }

    /// Says what a parameter is, whatever was sent.
    mutating func set(_ name: String, _ value: String) {
        values[name] = value
    }

    /// Names and values that are separated by spaces, such as scopes, in the order in which they were sent.
    func list(_ name: String) -> [String] {
        var list: [String] = []
        for word in (values[name] ?? "").split(separator: " ").map(String.init) where !list.contains(word) {
            list.append(word)
        }
        return list
    }
}
