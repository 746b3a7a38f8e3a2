internal import Yams

/// Text to the tree of YAML nodes, with bounds on what a small file can grow to.
enum ConfigurationDocument {
    /// The most bytes of a file.
    static let maximumBytes = 1 << 20
    /// The most nodes that are looked at, counting what an alias stands for each time that it is used.
    static let maximumNodes = 100_000
    /// The most nodes, roughly, that comparing keys may meet when aliases of aliases stand in keys.
    static let maximumAliasGrowth = 4_000_000.0

    /// The root of the one document of a text; `nil` when there is none.
    ///
    /// - Throws: what is wrong and where, when the text is no YAML or too large.
    static func root(of text: String, file: String) throws(ConfigurationErrors) -> Node? {
        func refused(_ position: ConfigurationPosition?, _ message: String) -> ConfigurationErrors {
            ConfigurationErrors([ConfigurationError(file: file, position: position, message: message)])
        }
        guard text.utf8.count <= maximumBytes else {
            throw refused(nil, "the file is larger than 1MB; a configuration is smaller")
        }
        if let position = tooManyAliases(in: text) {
            throw refused(position, "too many aliases for a file of this size; write the values out")
        }
        do {
            // The encoding is named because Yams otherwise asks the environment for it, and prints.
            // A byte order mark is only taken off where Yams finds out the encoding.
            let yaml = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
            return try Parser(yaml: yaml, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            let (position, message) = diagnosis(of: error)
            throw refused(position, message)
        } catch {
            throw refused(nil, "the file is not YAML: \(error)")
        }
    }

    /// The place of the first alias, when the aliases of a text could make its tree too large to compare.
    ///
    /// An alias costs nothing where it is a value, but Yams compares keys in full, and `n` aliases can multiply what
    /// they stand for by 3^(n/3). Each `*` that could begin an alias counts, so that some in comments or texts do too.
    private static func tooManyAliases(in text: String) -> ConfigurationPosition? {
        var aliases = 0
        var first: ConfigurationPosition?
        var growth = Double(text.utf8.count)
        var line = 1
        var column = 1
        var previous: Unicode.Scalar = "\n"
        var beforePrevious: Unicode.Scalar = "\n"
        for scalar in text.unicodeScalars {
            if previous == "*", isAnchorCharacter(scalar), canPrecedeAlias(beforePrevious) {
                aliases += 1
                first = first ?? ConfigurationPosition(line: line, column: column - 1)
                if aliases.isMultiple(of: 3) { growth *= 3 }
                if growth > maximumAliasGrowth { return first }
            }
            beforePrevious = previous
            previous = scalar
            if scalar == "\n" {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        return nil
    }

    private static func isAnchorCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }

    private static func canPrecedeAlias(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\r", " ", "\t", "[", "{", ",", ":", "?", "-", "\u{85}", "\u{2028}", "\u{2029}", "\u{FEFF}": true
        default: false
        }
    }

    private static func diagnosis(of error: YamlError) -> (ConfigurationPosition?, String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let position = ConfigurationPosition(line: mark.line, column: mark.column)
            if problem.hasPrefix("but found another document") {
                return (position, "a second document begins here; keep one in the file")
            }
            let place = context.map { " (\($0.text) from line \($0.mark.line), column \($0.mark.column))" } ?? ""
            return (position, "this is not YAML: \(problem)\(place); \(advice(on: problem))")
        case .reader(let problem, let offset, _, let yaml):
            let position = offset.map { place(ofCharacter: $0, in: yaml) }
            return (position, "this is not YAML: \(problem); take the character out")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { "'\(ConfigurationReader.shown($0))'" }.joined(separator: ", ")
            let position = ConfigurationPosition(line: context.mark.line, column: context.mark.column)
            let verb = duplicates.count == 1 ? "key \(names) is" : "keys \(names) are"
            return (position, "the \(verb) given more than once in this map; keep one of them")
        default:
            return (nil, "the file is not YAML: \(error)")
        }
    }

    private static func advice(on problem: String) -> String {
        let table: [(String, String)] = [
            ("mapping values are not allowed", "check the indentation, or put a text that holds ': ' in quotes"),
            ("could not find expected ':'", "write 'key: value', with a space after the colon"),
            ("did not find expected ','", "close the bracket, or put a text with brackets, commas or ${…} in quotes"),
            ("cannot start any token", "indent with spaces, and put a text that begins with @, % or ` in quotes"),
            ("did not find expected key", "check the indentation of this line"),
            ("end of stream", "close the quote"),
            (
                "undefined alias",
                "an alias (*name) needs an anchor (&name) above it; put a text that begins with * in quotes"
            ),
            ("alphabetic or numeric", "put a text that begins with * or & in quotes"),
            ("nesting level", "nest less deeply"),
        ]
        return table.first { problem.contains($0.0) }?.1 ?? "check the quotes, brackets and indentation here"
    }

    private static func place(ofCharacter offset: Int, in text: String) -> ConfigurationPosition {
        let before = text.prefix(offset)
        let line = before.count { $0.isNewline } + 1
        let column = before.reversed().prefix { !$0.isNewline }.reduce(1) { $0 + $1.unicodeScalars.count }
        return ConfigurationPosition(line: line, column: column)
    }
}
