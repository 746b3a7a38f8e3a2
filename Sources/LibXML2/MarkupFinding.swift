/// Something that is wrong with a piece of markup.
package struct MarkupFinding: Sendable, Hashable, CustomStringConvertible {
    /// The line, from 1.
    package let line: Int
    /// The column, from 1, counted in Unicode scalars.
    package let column: Int
    /// What is wrong and how to mend it, in one line.
    package let message: String

    /// `line:column: message`.
    package var description: String { "\(line):\(column): \(message)" }
}
