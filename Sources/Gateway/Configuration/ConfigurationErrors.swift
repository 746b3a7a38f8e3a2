/// One mistake in the configuration file.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file as it was named to the loader.
    package let file: String
    /// Where in the file; `nil` when the file as a whole is meant (it cannot be read, for example).
    package let position: ConfigurationPosition?
    /// What is wrong and how to mend it, in one line.
    package let message: String

    package init(file: String, position: ConfigurationPosition?, message: String) {
        self.file = file
        self.position = position
        self.message = message
    }

    /// The place and the message in one line: `gateway.yaml:14:7: unknown key 'tll' in listen; did you mean 'ttl'?`.
    package var description: String {
        guard let position else { return "\(file): \(message)" }
        return "\(file):\(position): \(message)"
    }
}

/// All the mistakes of a configuration file, in the order of their places.
package struct ConfigurationErrors: Error, Sendable, Equatable, CustomStringConvertible {
    /// At least one mistake, sorted by place.
    package let errors: [ConfigurationError]

    init(_ errors: [ConfigurationError]) {
        self.errors = errors.enumerated()
            .sorted { left, right in
                switch (left.element.position, right.element.position) {
                case (let first?, let second?) where first != second: first < second
                case (nil, _?): true
                case (_?, nil): false
                default: left.offset < right.offset
                }
            }
            .map(\.element)
    }

    /// One mistake a line.
    package var description: String { errors.map(\.description).joined(separator: "\n") }
}
