/// One JSON value that is neither an array nor an object: a parameter's default, a bound, a piece of metadata.
public enum ScalarValue: Hashable, Sendable {
    /// A text; dates are texts too.
    case string(String)
    /// A whole number.
    case integer(Int)
    /// A number with a fraction; never infinite and never NaN in a valid manifest.
    case number(Double)
    /// A truth value.
    case boolean(Bool)

    /// The value as a parameter of a query: whole numbers without a fraction, truth values as `true` and `false`.
    public var text: String {
        switch self {
        case .string(let text): text
        case .integer(let integer): String(integer)
        // Below 2^53 every whole number has a Double of its own, so nothing is lost in the shorter spelling.
        case .number(let number) where number.rounded() == number && number.magnitude < 9_007_199_254_740_992:
            String(Int(number))
        case .number(let number): String(number)
        case .boolean(let truth): truth ? "true" : "false"
        }
    }
}

extension ScalarValue: Codable {
    /// Reads a JSON string, number or truth value; a number without a fraction is an integer when it fits.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            // `try?` asks what kind of value stands here, which JSON decoders answer by failing.
            self = .string(text)
        } else if let truth = try? container.decode(Bool.self) {
            self = .boolean(truth)
        } else if let integer = try? container.decode(Int.self) {
            self = .integer(integer)
        } else if let number = try? container.decode(Double.self), number.isFinite {
            self = .number(number)
        } else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a string, a number, true or false is wanted here"
            )
        }
    }

    /// Writes the value as JSON; fails for numbers that JSON cannot write.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .string(let text): try container.encode(text)
        case .integer(let integer): try container.encode(integer)
        case .number(let number): try container.encode(number)
        case .boolean(let truth): try container.encode(truth)
        }
    }
}

extension ScalarValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }

    /// A whole number.
    public init(integerLiteral value: Int) { self = .integer(value) }

    /// A number with a fraction.
    public init(floatLiteral value: Double) { self = .number(value) }

    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
}
