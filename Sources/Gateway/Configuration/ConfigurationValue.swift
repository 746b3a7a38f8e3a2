/// A free value of the configuration file, as templates see it (`site:`).
package indirect enum ConfigurationValue: Sendable, Equatable {
    /// `null`, `~` or nothing.
    case none
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number that fits in 64 bits.
    case integer(Int)
    /// Any other number.
    case number(Double)
    /// Everything else, and everything in quotes.
    case string(String)
    /// A list.
    case array([ConfigurationValue])
    /// A map, in the order of the file.
    case object([Member])

    /// A member of an object.
    package struct Member: Sendable, Equatable {
        /// Its name; unique in its object.
        package let name: String
        /// Its value.
        package let value: ConfigurationValue

        package init(name: String, value: ConfigurationValue) {
            self.name = name
            self.value = value
        }
    }

    /// The member of an object with a name; `nil` when there is none or this is no object.
    package subscript(name: String) -> ConfigurationValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}
