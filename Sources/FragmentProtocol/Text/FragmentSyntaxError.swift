/// Why a text is not a fragment's name, parameters or reference.
///
/// Two errors are equal when their codes are; the message is for people.
public struct FragmentSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of mistake the text holds.
    public enum Code: String, Hashable, Sendable {
        /// The text is no `service/type` pair of lower-case names.
        case badName
        /// A `%` is not followed by two hexadecimal digits (RFC 3986, section 2.1).
        case badPercentEncoding
        /// The decoded bytes are not UTF-8.
        case badText
        /// A parameter has no name.
        case emptyParameterName
        /// The same parameter is named twice.
        case duplicateParameter
        /// The path is not of the form `/internal/fragments/TYPE`.
        case badPath
    }

    /// The kind of mistake.
    public let code: Code
    /// What is wrong, in words.
    public let message: String

    /// Makes an error of a kind, described in words.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }

    /// Equal when the codes are.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    /// Hashes the code.
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
