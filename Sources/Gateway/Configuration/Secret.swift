/// A text that must not show in logs, messages or dumps.
///
/// Printing, interpolating, dumping and reflecting it give `***`; only ``reveal()`` gives the text.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The text itself, for the one place that needs it.
    package func reveal() -> String { text }

    package var description: String { "***" }

    package var debugDescription: String { "***" }

    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
