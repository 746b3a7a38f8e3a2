/// Something that a check of the site or of a service found.
package struct CheckFinding: Sendable, Hashable, CustomStringConvertible {
    /// How bad it is.
    package enum Severity: String, Sendable {
        /// The gateway does not start with it, or a page lacks something.
        case error
        /// It is doubtful; an error under `--strict`.
        case warning
    }

    /// How bad it is.
    package var severity: Severity
    /// Where it is.
    package var place: CheckPlace
    /// What is wrong, in one line, and how to mend it where ``remedy`` does not say.
    package let message: String
    /// How to mend it, in one line; empty where the message says it.
    package var remedy = ""
    /// What of the protocol it is about; nil where it is about the site.
    package var section: ProtocolSection?
    /// The line meant, and a caret under the place; empty where it is not at hand.
    package var excerpt = ""

    /// `place: severity: message`, then the remedy and the section, and the excerpt.
    package var description: String {
        var lines = ["\(place): \(severity.rawValue): \(message)"]
        let reference = section.map { "Docs/Protocol.md \($0)" } ?? ""
        switch (remedy.isEmpty, reference.isEmpty) {
        case (true, true): break
        case (true, false): lines.append("    see \(reference)")
        case (false, true): lines.append("    \(remedy)")
        case (false, false): lines.append("    \(remedy) (\(reference))")
        }
        if !excerpt.isEmpty { lines.append(excerpt) }
        return lines.joined(separator: "\n")
    }

    static func error(
        _ place: CheckPlace,
        _ message: String,
        mend remedy: String = "",
        _ section: ProtocolSection? = nil
    ) -> CheckFinding {
        CheckFinding(severity: .error, place: place, message: message, remedy: remedy, section: section)
    }

    static func warning(
        _ place: CheckPlace,
        _ message: String,
        mend remedy: String = "",
        _ section: ProtocolSection? = nil
    ) -> CheckFinding {
        CheckFinding(severity: .warning, place: place, message: message, remedy: remedy, section: section)
    }
}

/// A place in a file, or in what a service answered.
package struct CheckPlace: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The path of the file, or the address of the answer.
    package let file: String
    /// The line, from 1; nil when the whole is meant.
    package var line: Int?
    /// The column, from 1; nil when the whole line is meant.
    package var column: Int?

    /// A place in the configuration file.
    init(_ position: ConfigurationPosition?, in file: String) {
        self.init(file: file, line: position?.line, column: position?.column)
    }

    /// A place in a template.
    init(_ position: TemplatePosition, folder: String) {
        self.init(file: "\(folder)/\(position.path)", line: position.line, column: position.column)
    }

    init(file: String, line: Int? = nil, column: Int? = nil) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line:column`, as far as it is known.
    package var description: String {
        ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":")
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.file, left.line ?? 0, left.column ?? 0) < (right.file, right.line ?? 0, right.column ?? 0)
    }
}
