/// A value that an expression of a template works on.
///
/// A ``pending(_:)`` value stands for one that is on its way; every operation on it is pending too.
package enum Value: Sendable {
    /// What a missing name gives; prints nothing and is false.
    case none
    /// A truth value.
    case bool(Bool)
    /// A whole number.
    case integer(Int)
    /// A number with a fraction.
    case number(Double)
    /// A text, escaped wherever it is printed.
    case string(String)
    /// Markup that a template vouched for with `safe` or made with `escape`; printed as it stands between tags.
    case markup(String)
    /// A list.
    case array([Value])
    /// Names and values, in order.
    case object(ValueObject)
    /// Not known yet; the ticket says what it waits for.
    case pending(PendingTicket)
}

extension Value: Equatable {
    /// Whether both are the same value; `1` equals `1.0`, and markup equals a string with the same characters.
    ///
    /// This is the `==` of the template language.
    package static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.none, .none): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.integer(let left), .number(let right)): Double(left) == right
        case (.number(let left), .integer(let right)): left == Double(right)
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)), (.string(let left), .markup(let right)),
            (.markup(let left), .string(let right)), (.markup(let left), .markup(let right)):
            left == right
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        case (.pending(let left), .pending(let right)): left == right
        default: false
        }
    }
}

extension Value {
    /// Whether a condition takes the value for true; nil when it is not known yet.
    ///
    /// False are none, false, zero, and empty texts, lists and objects.
    package var truth: Bool? {
        switch self {
        case .none: false
        case .bool(let truth): truth
        case .integer(let integer): integer != 0
        case .number(let number): number != 0
        case .string(let text), .markup(let text): !text.isEmpty
        case .array(let items): !items.isEmpty
        case .object(let object): !object.isEmpty
        case .pending: nil
        }
    }

    /// The member of an object by its name; none for other values and missing names, pending for a pending value.
    package func member(_ name: String) -> Value {
        switch self {
        case .object(let object): object[name] ?? .none
        case .pending: self
        default: .none
        }
    }

    /// The value as it prints before escaping: numbers canonically, lists and objects as JSON, none as nothing.
    package var text: String {
        switch self {
        case .none, .pending: ""
        case .bool(let truth): truth ? "true" : "false"
        case .integer(let integer): String(integer)
        case .number(let number): number.templateText
        case .string(let text), .markup(let text): text
        case .array, .object: jsonText
        }
    }
}

extension Double {
    /// The number as templates and parameters print it: whole numbers without `.0`.
    var templateText: String {
        // Below 2^53 every whole number has a Double of its own, so nothing is lost in the shorter spelling.
        if rounded() == self, magnitude < 9_007_199_254_740_992 { return String(Int(self)) }
        return description
    }
}
