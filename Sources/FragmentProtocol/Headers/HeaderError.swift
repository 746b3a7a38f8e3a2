/// Why a header field cannot be read or written.
public struct HeaderError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The field's name.
    public let field: String
    /// What is wrong, in words.
    public let message: String

    /// An error of a field.
    public init(field: String, message: String) {
        self.field = field
        self.message = message
    }

    /// The field and what is wrong with it.
    public var description: String { "\(field): \(message)" }
}
