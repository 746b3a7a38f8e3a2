/// The parameters of a request, typed and checked, defaults filled in.
public struct ParameterValues: Hashable, Sendable {
    /// The fragment's type, for messages.
    private let fragment: String
    /// The values by the parameters' names.
    private let values: [String: ScalarValue]

    /// The parameters in their one spelling: defaults filled in, numbers and truth values written in one way.
    ///
    /// Two requests that mean the same have the same canonical parameters, which makes them the key of a cached copy.
    public let canonical: FragmentParameters

    /// The values of a fragment's parameters.
    init(fragment: String, values: [String: ScalarValue]) {
        self.fragment = fragment
        self.values = values
        canonical = FragmentParameters(values.map { (name: $0.key, value: $0.value.text) })
    }

    /// The value of a parameter, or nil when it was not given and has no default.
    public subscript(name: String) -> ScalarValue? { values[name] }

    /// The value of a parameter of type `string` or `date`.
    ///
    /// - Parameter name: the parameter.
    /// - Returns: its value.
    /// - Throws: a ``ParameterErrors`` when the parameter has no value or is of another type.
    public func string(_ name: String) throws(ParameterErrors) -> String {
        guard case .string(let text) = try value(name) else { throw mismatch(name, "string") }
        return text
    }

    /// The value of a parameter of type `integer`.
    ///
    /// - Parameter name: the parameter.
    /// - Returns: its value.
    /// - Throws: a ``ParameterErrors`` when the parameter has no value or is of another type.
    public func integer(_ name: String) throws(ParameterErrors) -> Int {
        guard case .integer(let integer) = try value(name) else { throw mismatch(name, "integer") }
        return integer
    }

    /// The value of a parameter of type `number`.
    ///
    /// - Parameter name: the parameter.
    /// - Returns: its value.
    /// - Throws: a ``ParameterErrors`` when the parameter has no value or is of another type.
    public func number(_ name: String) throws(ParameterErrors) -> Double {
        guard case .number(let number) = try value(name) else { throw mismatch(name, "number") }
        return number
    }

    /// The value of a parameter of type `boolean`.
    ///
    /// - Parameter name: the parameter.
    /// - Returns: its value.
    /// - Throws: a ``ParameterErrors`` when the parameter has no value or is of another type.
    public func boolean(_ name: String) throws(ParameterErrors) -> Bool {
        guard case .boolean(let truth) = try value(name) else { throw mismatch(name, "boolean") }
        return truth
    }

    /// The value, which must be there.
    private func value(_ name: String) throws(ParameterErrors) -> ScalarValue {
        guard let value = values[name] else {
            throw ParameterErrors(
                fragment: fragment,
                [.init(.missing, parameter: name, "the parameter \(quoted(name)) has no value")]
            )
        }
        return value
    }

    /// That a parameter is asked for as another type than the declared one.
    private func mismatch(_ name: String, _ type: String) -> ParameterErrors {
        ParameterErrors(
            fragment: fragment,
            [.init(.wrongType, parameter: name, "the parameter \(quoted(name)) is not declared as \(type)")]
        )
    }
}
