/// What the operators of the language do with values that are known; none of them fails.
extension BinaryOperator {
    /// The value of `left operator right`; `and` and `or` are decided before the right side is looked at.
    func apply(_ left: Value, _ right: Value) -> Value {
        switch self {
        case .or: left.truth == true ? left : right
        case .and: left.truth == true ? right : left
        case .equal: .bool(left == right)
        case .notEqual: .bool(left != right)
        case .less: .bool(left.order(to: right) == .less)
        case .lessOrEqual: .bool(left.order(to: right).map { $0 != .greater } ?? false)
        case .greater: .bool(left.order(to: right) == .greater)
        case .greaterOrEqual: .bool(left.order(to: right).map { $0 != .less } ?? false)
        case .contains: .bool(right.contains(left))
        case .notContains: .bool(!right.contains(left))
        case .concatenate: .string(left.text + right.text)
        case .add: .arithmetic(left, right, { $0.addingReportingOverflow($1) }, +)
        case .subtract: .arithmetic(left, right, { $0.subtractingReportingOverflow($1) }, -)
        case .multiply: .arithmetic(left, right, { $0.multipliedReportingOverflow(by: $1) }, *)
        case .divide: left.divided(by: right)
        case .remainder: left.remainder(dividingBy: right)
        }
    }
}

/// How two values stand to one another in order.
enum ValueOrder: Equatable {
    case less, same, greater

    /// The order of two things that can be compared.
    init<Compared: Comparable>(_ left: Compared, _ right: Compared) {
        self = left < right ? .less : left == right ? .same : .greater
    }
}

extension Value {
    /// The number that a value is or, as the parameters of a query are texts, writes; nil for others.
    var numeric: Value? {
        switch self {
        case .integer, .number: return self
        case .string(let text), .markup(let text):
            if let integer = Int(text) { return .integer(integer) }
            guard let number = Double(text), number.isFinite else { return nil }
            return .number(number)
        default: return nil
        }
    }

    /// The number of a value as a floating-point one.
    var double: Double? {
        switch numeric {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }

    /// The order of two numbers or two texts; a text that writes a number counts as one beside a number.
    func order(to other: Value) -> ValueOrder? {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): return ValueOrder(left, right)
        case (.string(let left), .string(let right)), (.string(let left), .markup(let right)),
            (.markup(let left), .string(let right)), (.markup(let left), .markup(let right)):
            return ValueOrder(left, right)
        case (.bool(let left), .bool(let right)): return ValueOrder(left ? 1 : 0, right ? 1 : 0)
        default:
            guard let left = double, let right = other.double else { return nil }
            return ValueOrder(left, right)
        }
    }

    /// Whether a list has the item, an object the name, or a text the part.
    func contains(_ item: Value) -> Bool {
        switch self {
        case .array(let items): items.contains(item)
        case .object(let object): object[item.text] != nil
        case .string(let text), .markup(let text): text.hasPart(item.text)
        default: false
        }
    }

    /// An element of a list by its number, from the end when it is negative, or a member of an object by its name.
    func element(_ key: Value) -> Value {
        switch (self, key.numeric ?? key) {
        case (.array(let items), .integer(let index)):
            let place = index < 0 ? items.count + index : index
            return items.indices.contains(place) ? items[place] : .none
        case (.object(let object), _): return object[key.text] ?? .none
        default: return .none
        }
    }

    /// The value with its sign turned.
    var negated: Value { BinaryOperator.subtract.apply(.integer(0), self) }

    fileprivate static func arithmetic(
        _ left: Value,
        _ right: Value,
        _ whole: (Int, Int) -> (partialValue: Int, overflow: Bool),
        _ fractional: (Double, Double) -> Double
    ) -> Value {
        if case .integer(let left) = left.numeric, case .integer(let right) = right.numeric {
            let result = whole(left, right)
            if !result.overflow { return .integer(result.partialValue) }
        }
        guard let left = left.double, let right = right.double else { return .none }
        return .finite(fractional(left, right))
    }

    private static func finite(_ number: Double) -> Value { number.isFinite ? .number(number) : .none }

    fileprivate func divided(by divisor: Value) -> Value {
        if case .integer(let left) = numeric, case .integer(let right) = divisor.numeric, right != 0, right != -1,
            left % right == 0
        {
            return .integer(left / right)
        }
        guard let left = double, let right = divisor.double, right != 0 else { return .none }
        return .finite(left / right)
    }

    fileprivate func remainder(dividingBy divisor: Value) -> Value {
        if case .integer(let left) = numeric, case .integer(let right) = divisor.numeric {
            return right == 0 ? .none : right == -1 ? .integer(0) : .integer(left % right)
        }
        guard let left = double, let right = divisor.double, right != 0 else { return .none }
        return .finite(left.truncatingRemainder(dividingBy: right))
    }
}

extension String {
    /// Whether the bytes of the other text stand somewhere in this one.
    func hasPart(_ part: String) -> Bool {
        let (bytes, wanted) = (Array(utf8), Array(part.utf8))
        guard let first = wanted.first else { return true }
        guard bytes.count >= wanted.count else { return false }
        return (0...(bytes.count - wanted.count)).contains { start in
            bytes[start] == first && bytes[start..<(start + wanted.count)].elementsEqual(wanted)
        }
    }
}
