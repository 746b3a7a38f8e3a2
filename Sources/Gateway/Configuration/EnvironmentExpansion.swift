/// `${NAME}` and `${NAME:-default}` in the scalars of the file; `$${` stands for `${`.
enum EnvironmentExpansion {
    /// What became of a text.
    enum Outcome: Equatable {
        /// The text with the variables that it took from the environment or a default, in order.
        case text(String, variables: [String])
        /// Variables that are not set and have no default.
        case missing([String])
        /// What is wrong with the way it is written.
        case malformed(String)
    }

    /// Expands a text once; what a variable holds is not looked at again.
    static func expand(_ text: String, environment: [String: String]) -> Outcome {
        guard text.contains("$") else { return .text(text, variables: []) }
        var result = ""
        var variables: [String] = []
        var missing: [String] = []
        var rest = text.unicodeScalars[...]
        while let dollar = rest.firstIndex(of: "$") {
            result.unicodeScalars.append(contentsOf: rest[..<dollar])
            rest = rest[dollar...]
            if rest.starts(with: "$${".unicodeScalars) {
                result += "${"
                rest = rest.dropFirst(3)
                continue
            }
            guard rest.starts(with: "${".unicodeScalars) else {
                result += "$"
                rest = rest.dropFirst()
                continue
            }
            rest = rest.dropFirst(2)
            guard let end = rest.firstIndex(of: "}") else { return .malformed("'${' has no '}'") }
            let reference = rest[..<end]
            rest = rest[rest.index(after: end)...]
            let name = reference.prefix { $0 != ":" }
            let fallback = reference[name.endIndex...]
            guard isName(name) else {
                return .malformed("'\(ConfigurationReader.shown(String(reference)))' is not the name of a variable")
            }
            guard fallback.isEmpty || fallback.starts(with: ":-".unicodeScalars) else {
                return .malformed("'${\(ConfigurationReader.shown(String(reference)))}' is not known")
            }
            let value = environment[String(name)]
            if fallback.isEmpty {
                if let value { result += value } else { missing.append(String(name)) }
            } else if let value, !value.isEmpty {
                result += value
            } else {
                guard !fallback.contains("$") else {
                    return .malformed("the default of '\(String(name))' holds another '$', which is not known")
                }
                result.unicodeScalars.append(contentsOf: fallback.dropFirst(2))
            }
            variables.append(String(name))
        }
        result.unicodeScalars.append(contentsOf: rest)
        return missing.isEmpty ? .text(result, variables: variables) : .missing(missing)
    }

    private static func isName(_ text: Substring.UnicodeScalarView) -> Bool {
        guard let first = text.first, first == "_" || isASCIILetter(first) else { return false }
        return text.allSatisfy { $0 == "_" || isASCIILetter($0) || ("0"..."9").contains($0) }
    }

    private static func isASCIILetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }
}
