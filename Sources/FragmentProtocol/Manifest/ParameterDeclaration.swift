/// What the values of a parameter are.
public enum ParameterType: String, Codable, Hashable, Sendable, CaseIterable {
    /// Any text.
    case string
    /// A whole number of 64 bits.
    case integer
    /// A decimal number.
    case number
    /// `true` or `false`.
    case boolean
    /// A day as `2026-11-03` (RFC 3339, `full-date`).
    case date
}

/// A parameter that a fragment takes.
public struct ParameterDeclaration: Codable, Hashable, Sendable {
    /// The name in the query, `[A-Za-z][A-Za-z0-9_-]*`.
    public var name: String
    /// What its values are.
    public var type: ParameterType
    /// The value when none is given.
    public var `default`: ScalarValue?
    /// The least value; for strings the least length in Unicode scalars; not for booleans.
    public var min: ScalarValue?
    /// The greatest value; for strings the greatest length in Unicode scalars; not for booleans.
    public var max: ScalarValue?
    /// Whether it must be given, where that does not follow from the lack of a default.
    public var required: Bool?
    /// The only values that it may have (JSON key `enum`); nil for any.
    public var choices: [ScalarValue]?

    /// A declaration of its parts.
    public init(
        name: String,
        type: ParameterType,
        default: ScalarValue? = nil,
        min: ScalarValue? = nil,
        max: ScalarValue? = nil,
        required: Bool? = nil,
        choices: [ScalarValue]? = nil
    ) {
        self.name = name
        self.type = type
        self.default = `default`
        self.min = min
        self.max = max
        self.required = required
        self.choices = choices
    }

    /// Whether a request without it is wrong: it has no default and is not said to be optional.
    public var isRequired: Bool { `default` == nil && required ?? true }

    /// The names of the properties in JSON.
    enum CodingKeys: String, CodingKey {
        /// The name.
        case name
        /// The type.
        case type
        /// The default.
        case `default`
        /// The least value.
        case min
        /// The greatest value.
        case max
        /// Whether it must be given.
        case required
        /// The allowed values.
        case choices = "enum"
    }

    /// Reads the declaration; a whole number where a parameter of type `number` is declared is taken as a number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let type = try container.decode(ParameterType.self, forKey: .type)
        func value(_ key: CodingKeys) throws -> ScalarValue? {
            try container.decodeIfPresent(ScalarValue.self, forKey: key).map { $0.widened(to: type) }
        }
        name = try container.decode(String.self, forKey: .name)
        self.type = type
        `default` = try value(.default)
        min = try value(.min)
        max = try value(.max)
        required = try container.decodeIfPresent(Bool.self, forKey: .required)
        choices = try container.decodeIfPresent([ScalarValue].self, forKey: .choices)?.map { $0.widened(to: type) }
    }
}

extension ParameterDeclaration {
    /// A text, of a length in Unicode scalars if one is given; optional parameters without a default are `required: false`.
    public static func string(
        _ name: String,
        default: String? = nil,
        length: ClosedRange<Int>? = nil,
        choices: [String]? = nil,
        required: Bool? = nil
    ) -> Self {
        Self(
            name: name,
            type: .string,
            default: `default`.map { .string($0) },
            min: length.map { .integer($0.lowerBound) },
            max: length.map { .integer($0.upperBound) },
            required: required,
            choices: choices?.map { .string($0) }
        )
    }

    /// A whole number, within a range if one is given.
    public static func integer(
        _ name: String,
        default: Int? = nil,
        range: ClosedRange<Int>? = nil,
        required: Bool? = nil
    ) -> Self {
        Self(
            name: name,
            type: .integer,
            default: `default`.map { .integer($0) },
            min: range.map { .integer($0.lowerBound) },
            max: range.map { .integer($0.upperBound) },
            required: required
        )
    }

    /// A decimal number, within a range if one is given.
    public static func number(
        _ name: String,
        default: Double? = nil,
        range: ClosedRange<Double>? = nil,
        required: Bool? = nil
    ) -> Self {
        Self(
            name: name,
            type: .number,
            default: `default`.map { .number($0) },
            min: range.map { .number($0.lowerBound) },
            max: range.map { .number($0.upperBound) },
            required: required
        )
    }

    /// A truth value.
    public static func boolean(_ name: String, default: Bool? = nil, required: Bool? = nil) -> Self {
        Self(name: name, type: .boolean, default: `default`.map { .boolean($0) }, required: required)
    }

    /// A day as `2026-11-03`, within a range of such texts if one is given.
    public static func date(
        _ name: String,
        default: String? = nil,
        range: ClosedRange<String>? = nil,
        required: Bool? = nil
    ) -> Self {
        Self(
            name: name,
            type: .date,
            default: `default`.map { .string($0) },
            min: range.map { .string($0.lowerBound) },
            max: range.map { .string($0.upperBound) },
            required: required
        )
    }
}
