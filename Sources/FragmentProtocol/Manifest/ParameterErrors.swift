/// Everything that is wrong with the parameters of a request.
public struct ParameterErrors: Error, Hashable, Sendable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// What kind of mistake it is.
        public enum Code: String, Hashable, Sendable {
            /// The service has no such fragment.
            case unknownFragment
            /// The fragment takes no such parameter.
            case unknown
            /// A parameter that must be given is not.
            case missing
            /// A value is not of the parameter's type.
            case wrongType
            /// A value is less or more than allowed, or too long or short.
            case outOfRange
            /// A value is none of those that are allowed.
            case notAllowed
        }

        /// The kind of mistake.
        public let code: Code
        /// The parameter's name; empty when the mistake is not a parameter's.
        public let parameter: String
        /// What is wrong, in words.
        public let message: String

        /// A problem of a parameter.
        init(_ code: Code, parameter: String, _ message: String) {
            self.code = code
            self.parameter = parameter
            self.message = message
        }

        /// The message.
        public var description: String { message }
    }

    /// The type of the fragment that was asked for.
    public let fragment: String
    /// The problems: of declared parameters in their order, then of unknown ones; never empty.
    public let problems: [Problem]

    /// An error of problems.
    init(fragment: String, _ problems: [Problem]) {
        self.fragment = fragment
        self.problems = problems
    }

    /// The fragment and the problems, in one line.
    public var description: String {
        "\(quoted(fragment)): \(problems.map(\.message).joined(separator: "; "))"
    }
}
