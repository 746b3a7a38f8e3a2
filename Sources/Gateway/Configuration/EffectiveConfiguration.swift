/// The configuration as it holds, key by key, with where each value came from; secrets show as `***`.
package struct EffectiveConfiguration: Sendable, Equatable, CustomStringConvertible {
    /// Where a value came from.
    enum Origin: Sendable, Equatable {
        /// The file does not say.
        case `default`
        /// A line of the file, with the environment variables that the value took in.
        case file(line: Int, variables: [String])

        var variables: [String] {
            switch self {
            case .default: []
            case .file(_, let variables): variables
            }
        }
    }

    /// What shows in place of a value that is not there.
    enum Absent {
        /// Nothing.
        case hidden
        /// A comment that tells what holds then.
        case comment(String)
        /// A default value in YAML.
        case value(String)
    }

    private struct Line: Sendable, Equatable {
        let text: String
        let origin: Origin?
        /// Whether it is the key of a map whose lines follow.
        let isOpening: Bool
    }

    private let file: String
    private let lines: [Line]

    /// YAML with a comment behind each value: `port: 8080  # gateway.yaml:3, PORT` or `# default`.
    package var description: String {
        lines.map { line in
            switch line.origin {
            case nil: line.text
            case .default: "\(line.text)  # default"
            case .file(let number, let variables):
                "\(line.text)  # " + (["\(file):\(number)"] + variables).joined(separator: ", ")
            }
        }
        .map { $0 + "\n" }
        .joined()
    }

    /// Collects the lines while the file is read.
    struct Recorder {
        private var lines: [Line] = []
        private var depth = 0
        private var isItemStart = false

        /// Begins the map of a key.
        mutating func open(_ key: String) {
            append("\(EffectiveConfiguration.key(key)):", nil, isOpening: true)
            depth += 1
        }

        /// Begins a map that is an entry of a list.
        mutating func openItem() {
            isItemStart = true
            depth += 1
        }

        /// Ends the map that was begun last; one without lines goes.
        mutating func close() {
            depth -= 1
            isItemStart = false
            if let last = lines.last, last.isOpening { lines.removeLast() }
        }

        /// Adds a key with its value in YAML.
        mutating func value(_ key: String, _ text: String, _ origin: Origin) {
            append("\(EffectiveConfiguration.key(key)): \(text)", origin)
        }

        /// Adds what shows for a key that the file does not have.
        mutating func absent(_ key: String, _ absent: Absent) {
            switch absent {
            case .hidden: break
            case .comment(let text): append("# \(key): \(text) (default)", nil)
            case .value(let text): value(key, text, .default)
            }
        }

        /// The record.
        func finished(file: String) -> EffectiveConfiguration {
            EffectiveConfiguration(file: file, lines: lines)
        }

        private mutating func append(_ text: String, _ origin: Origin?, isOpening: Bool = false) {
            var indentation = String(repeating: "  ", count: depth)
            if isItemStart {
                indentation = indentation.dropLast(2) + "- "
                isItemStart = false
            }
            lines.append(Line(text: indentation + text, origin: origin, isOpening: isOpening))
        }
    }
}

extension EffectiveConfiguration {
    /// A value as a YAML scalar that reads back as the same text, in quotes where it needs them.
    static func scalar(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    /// A key as a YAML scalar; in keys `${` stands for itself.
    static func key(_ text: String) -> String { isPlain(text) ? text : inQuotes(text) }

    /// A value in double quotes, so that it is never a number, a truth value or nothing.
    static func quoted(_ text: String) -> String { inQuotes(text).replacing("${", with: "$${") }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, PlainASCII.isLetter(first) || PlainASCII.isDigit(first) else { return false }
        return text.lowercased() != "null"
            && text.utf8.allSatisfy {
                PlainASCII.isLetter($0) || PlainASCII.isDigit($0) || "-_./+".utf8.contains($0)
            }
    }

    private static func inQuotes(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\u{85}", "\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}":
                result += "\\u" + hexadecimal(scalar.value, digits: 4)
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F {
                    result += "\\x" + hexadecimal(scalar.value, digits: 2)
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    /// A free value as YAML in one line.
    static func flow(_ value: ConfigurationValue) -> String {
        switch value {
        case .none: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value):
            value.isNaN ? ".nan" : value.isInfinite ? (value < 0 ? "-.inf" : ".inf") : String(value)
        case .string(let value): quoted(value)
        case .array(let values): "[" + values.map(flow).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { "\(inQuotes($0.name)): \(flow($0.value))" }.joined(separator: ", ") + "}"
        }
    }

    private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
