/// A place in a template file, for people.
package struct TemplatePosition: Hashable, Sendable, CustomStringConvertible {
    /// The path of the file within the templates' folder.
    package let path: String
    /// The line, from 1.
    package let line: Int
    /// The character in the line, from 1.
    package let column: Int

    /// A place.
    package init(path: String, line: Int, column: Int) {
        self.path = path
        self.line = line
        self.column = column
    }

    /// `path:line:column`.
    package var description: String { "\(path):\(line):\(column)" }
}
