/// One thing that is wrong, or doubtful, in a template.
package struct TemplateDiagnostic: Hashable, Sendable, CustomStringConvertible {
    /// How bad it is.
    package enum Severity: String, Sendable {
        /// The template does not compile.
        case error
        /// The template compiles; an error under `--strict`.
        case warning
    }

    /// How bad it is.
    package let severity: Severity
    /// Where it is.
    package let position: TemplatePosition
    /// What is wrong, without a full stop.
    package let message: String
    /// What to do about it, such as `did you mean "upper"?`.
    package let suggestion: String?
    /// The line of the file; empty when there is no such file.
    package let sourceLine: String

    /// `path:line:column: error: message; suggestion`, the line, and a caret under the place.
    package var description: String {
        var text = "\(position): \(severity.rawValue): \(message)"
        if let suggestion { text += "; \(suggestion)" }
        guard !sourceLine.isEmpty else { return text }
        // Tabs are kept, so that the caret stands right whatever a tab's width is.
        let indentation = sourceLine.prefix(position.column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
        return text + "\n    \(sourceLine)\n    \(indentation)^"
    }
}

/// All that is wrong with a set of templates, sorted by path, line and column.
package struct TemplateDiagnostics: Error, Hashable, Sendable, CustomStringConvertible {
    /// The diagnostics in order; at least one of them is an error when this is thrown.
    package let items: [TemplateDiagnostic]

    /// All diagnostics, with an empty line between two.
    package var description: String { items.map(\.description).joined(separator: "\n\n") }
}
