extension ParameterDeclaration {
    /// The typed value that a text of a query means.
    ///
    /// - Parameter text: the decoded text.
    /// - Returns: the value.
    /// - Throws: what is wrong with it.
    func value(of text: String) throws(ParameterErrors.Problem) -> ScalarValue {
        let value: ScalarValue
        switch type {
        case .string: value = .string(text)
        case .integer:
            guard Self.isInteger(text) else { throw wrongType(text, "a whole number") }
            guard let integer = Int(text) else { throw problem(.outOfRange, "\(quoted(text)) is too large a number") }
            value = .integer(integer)
        case .number:
            guard Self.isNumber(text), let number = Double(text) else { throw wrongType(text, "a number") }
            guard number.isFinite else { throw problem(.outOfRange, "\(quoted(text)) is too large a number") }
            // Adding zero makes a negative zero positive: both mean the same and must have one spelling.
            value = .number(number + 0)
        case .boolean:
            switch text {
            case "true": value = .boolean(true)
            case "false": value = .boolean(false)
            default: throw wrongType(text, "true or false")
            }
        case .date:
            guard Self.isDate(text) else { throw wrongType(text, "a date such as 2026-11-03") }
            value = .string(text)
        }
        if let failure = failure(of: value) { throw failure }
        return value
    }

    /// Why a value of the right type is not allowed, or nil when it is.
    func failure(of value: ScalarValue) -> ParameterErrors.Problem? {
        if let choices, !choices.contains(where: { $0.widened(to: type) == value }) {
            let allowed = choices.map(\.text).joined(separator: ", ")
            return problem(.notAllowed, "must be one of \(allowed), not \(quoted(value.text))")
        }
        if case .string(let text) = value, type == .string {
            let length = text.unicodeScalars.count
            if case .integer(let least) = min, length < least {
                return problem(.outOfRange, "must have at least \(least) characters, not \(length)")
            }
            if case .integer(let most) = max, length > most {
                return problem(.outOfRange, "must have at most \(most) characters, not \(length)")
            }
            return nil
        }
        if let min, Self.isLess(value, min) {
            return problem(.outOfRange, "must be at least \(min.text), not \(value.text)")
        }
        if let max, Self.isLess(max, value) {
            return problem(.outOfRange, "must be at most \(max.text), not \(value.text)")
        }
        return nil
    }

    /// Whether a value stated in a manifest is of the parameter's type.
    func isOfType(_ value: ScalarValue) -> Bool {
        switch (type, value) {
        case (.string, .string), (.integer, .integer), (.boolean, .boolean): true
        case (.number, .number(let number)): number.isFinite
        case (.date, .string(let text)): Self.isDate(text)
        default: false
        }
    }

    /// Whether a value stated in a manifest can be a bound of the parameter's values.
    func isBound(_ value: ScalarValue) -> Bool {
        switch (type, value) {
        case (.string, .integer(let length)): length >= 0
        case (.boolean, _), (.string, _): false
        default: isOfType(value)
        }
    }

    /// Whether one bound is below another, where both are valid ones.
    static func isLess(_ left: ScalarValue, _ right: ScalarValue) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right
        case (.number(let left), .number(let right)): left < right
        case (.integer(let left), .number(let right)): Double(left) < right
        case (.number(let left), .integer(let right)): left < Double(right)
        // Dates of four-digit years sort like their texts.
        case (.string(let left), .string(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        default: false
        }
    }

    /// A problem of this parameter, whose message goes on after its name.
    private func problem(_ code: ParameterErrors.Problem.Code, _ message: String) -> ParameterErrors.Problem {
        ParameterErrors.Problem(code, parameter: name, "the parameter \(quoted(name)) \(message)")
    }

    /// That a text is not of the type.
    private func wrongType(_ text: String, _ wanted: String) -> ParameterErrors.Problem {
        problem(.wrongType, "must be \(wanted), not \(quoted(text))")
    }

    /// Whether a text is an optional minus and digits.
    private static func isInteger(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        return !digits.isEmpty && digits.allSatisfy { $0.isDigit }
    }

    /// Whether a text is a decimal number as JSON writes it, leading zeros aside (RFC 8259, section 6).
    private static func isNumber(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func skipDigits() -> Bool {
            let count = rest.prefix { $0.isDigit }.count
            rest = rest.dropFirst(count)
            return count > 0
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        guard skipDigits() else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard skipDigits() else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard skipDigits() else { return false }
        }
        return rest.isEmpty
    }

    /// Whether a text is a day of the Gregorian calendar as RFC 3339 (section 5.6) writes it.
    private static func isDate(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy { $0.isDigit } }) else { return false }
        let numbers = parts.map { $0.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } }
        let (year, month, day) = (numbers[0], numbers[1], numbers[2])
        let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days: Int
        switch month {
        case 2: days = isLeapYear ? 29 : 28
        case 4, 6, 9, 11: days = 30
        case 1...12: days = 31
        default: return false
        }
        return day >= 1 && day <= days
    }
}

extension ParameterErrors.Problem: Error {}

extension ScalarValue {
    /// The value as a parameter's type has it: a whole number is a `number` too.
    func widened(to type: ParameterType) -> ScalarValue {
        if case .integer(let integer) = self, type == .number { return .number(Double(integer)) }
        return self
    }
}

extension FragmentDeclaration {
    /// The typed parameters of a request for the fragment.
    ///
    /// - Parameter parameters: what the request gives.
    /// - Returns: every declared parameter that has a value, defaults filled in.
    /// - Throws: a ``ParameterErrors`` that names all that is wrong.
    public func values(of parameters: FragmentParameters) throws(ParameterErrors) -> ParameterValues {
        var values: [String: ScalarValue] = [:]
        var problems: [ParameterErrors.Problem] = []
        for declaration in params {
            if let text = parameters[declaration.name] {
                do throws(ParameterErrors.Problem) {
                    values[declaration.name] = try declaration.value(of: text)
                } catch {
                    problems.append(error)
                }
            } else if let value = declaration.default {
                values[declaration.name] = value.widened(to: declaration.type)
            } else if declaration.isRequired {
                let name = declaration.name
                problems.append(.init(.missing, parameter: name, "the parameter \(quoted(name)) is missing"))
            }
        }
        for pair in parameters.pairs where !params.contains(where: { $0.name.hasSameBytes(as: pair.name) }) {
            let known = params.map(\.name).joined(separator: ", ")
            let hint = known.isEmpty ? "none is known" : "known are \(known)"
            problems.append(
                .init(.unknown, parameter: pair.name, "the parameter \(quoted(pair.name)) is unknown; \(hint)")
            )
        }
        if !problems.isEmpty { throw ParameterErrors(fragment: type, problems) }
        return ParameterValues(fragment: type, values: values)
    }
}
