import FragmentProtocol

/// Parameters to try a fragment with, and what the manifest says of them.
struct ParameterTrial: Sendable, Equatable {
    /// What an answer may be.
    enum Expectation: Sendable, Equatable {
        /// The manifest allows the values, so that only what they name may be missing.
        case allowed
        /// The manifest allows the values, which are texts that may mean nothing to the service.
        case arbitrary
        /// The manifest does not allow them.
        case refused
    }

    let parameters: FragmentParameters
    let expectation: Expectation
    /// What is special, as in `asked with …`.
    let what: String
}

/// Makes the trials of a fragment's parameters: at the limits, beyond them, of a wrong type, missing and undeclared.
enum ParameterTrialPlan {
    /// A name that no manifest declares.
    static let undeclaredName = "gateway-check-undeclared"
    /// A text that ends an attribute and begins an element, if it is printed as it is.
    static let markup = #""'><gateway-check>"#
    /// What a body then holds.
    static let element = "<gateway-check>"
    /// Texts longer than this are not tried: they would not fit in a request line.
    private static let longestText = 2000
    private static let wrongText = "gateway-check"

    /// All trials of a fragment.
    ///
    /// - Parameters:
    ///   - declaration: the fragment in the manifest.
    ///   - base: parameters that it answers, of which each trial changes one.
    /// - Returns: the trials, in the order of the manifest.
    static func trials(of declaration: FragmentDeclaration, base: FragmentParameters) -> [ParameterTrial] {
        var trials: [ParameterTrial] = []
        for parameter in declaration.params {
            for (value, expectation, what) in values(of: parameter) {
                let pairs = base.pairs + [(name: parameter.name, value: value)]
                trials.append(
                    ParameterTrial(
                        parameters: FragmentParameters(pairs),
                        expectation: expectation,
                        what: "the parameter '\(parameter.name)' \(what)"
                    )
                )
            }
            if parameter.isRequired {
                trials.append(
                    ParameterTrial(
                        parameters: FragmentParameters(base.pairs.filter { $0.name != parameter.name }),
                        expectation: .refused,
                        what: "the parameter '\(parameter.name)' left out (the manifest requires it)"
                    )
                )
            }
        }
        trials.append(
            ParameterTrial(
                parameters: FragmentParameters(base.pairs + [(name: undeclaredName, value: "1")]),
                expectation: .refused,
                what: "the parameter '\(undeclaredName)' (the manifest does not declare it)"
            )
        )
        return trials
    }

    private typealias Value = (text: String, expectation: ParameterTrial.Expectation, what: String)

    private static func values(of parameter: ParameterDeclaration) -> [Value] {
        if let choices = parameter.choices {
            let listed: [Value] = choices.map { ($0.text, .allowed, "as '\($0.text)' (the manifest lists it)") }
            return listed + [(wrongText, .refused, "as '\(wrongText)' (the manifest does not list it)")]
        }
        switch parameter.type {
        case .string: return texts(parameter)
        case .boolean:
            return [
                ("true", .allowed, "as 'true'"), ("false", .allowed, "as 'false'"),
                (wrongText, .refused, "as '\(wrongText)' (no boolean)"),
            ]
        case .integer, .number, .date: return numbers(parameter)
        }
    }

    /// Values of what has an order: the bounds, those beyond them, and what is none.
    private static func numbers(_ parameter: ParameterDeclaration) -> [Value] {
        var values: [Value] = []
        for (bound, name, step) in [(parameter.min, "min", -1), (parameter.max, "max", 1)] {
            guard let bound else { continue }
            values.append((bound.text, .allowed, "at its \(name) (\(bound.text))"))
            guard let beyond = Self.beyond(bound, by: step) else { continue }
            values.append((beyond, .refused, "as \(beyond) (beyond its \(name))"))
        }
        values.append((wrongText, .refused, "as '\(wrongText)' (no \(parameter.type.rawValue))"))
        switch parameter.type {
        case .integer:
            values.append(("1.5", .refused, "as 1.5 (no integer)"))
            values.append(("99999999999999999999", .refused, "as 99999999999999999999 (more than 64 bits)"))
        case .date: values.append(("2026-02-30", .refused, "as 2026-02-30 (no day)"))
        default: break
        }
        return values
    }

    /// The next value beyond a bound, nil where there is none; of dates one of the next year, or one that no calendar has.
    private static func beyond(_ bound: ScalarValue, by step: Int) -> String? {
        switch bound {
        case .integer(let integer):
            let (value, isOverflow) = integer.addingReportingOverflow(step)
            return isOverflow ? nil : String(value)
        case .number(let number): return ScalarValue.number(number + Double(step)).text
        case .string(let date):
            guard let year = Int(date.prefix(4)), (1...9999).contains(year + step) else { return nil }
            let digits = String(year + step)
            return String(repeating: "0", count: 4 - digits.count) + digits + date.dropFirst(4)
        case .boolean: return nil
        }
    }

    /// Texts at the bounds of length and beyond, and one that holds markup.
    private static func texts(_ parameter: ParameterDeclaration) -> [Value] {
        func text(_ length: Int) -> String { String(repeating: "x", count: length) }
        var (least, most) = (0, Int.max)
        if case .integer(let length) = parameter.min { least = length }
        if case .integer(let length) = parameter.max { most = length }
        var values: [Value] = []
        if least > 0, least <= longestText {
            values.append((text(least), .arbitrary, "of its least length (\(least))"))
            values.append((text(least - 1), .refused, "of length \(least - 1) (less than its min)"))
        }
        if most < longestText {
            if most > 0 { values.append((text(most), .arbitrary, "of its greatest length (\(most))")) }
            values.append((text(most + 1), .refused, "of length \(most + 1) (more than its max)"))
        }
        if (least...max(least, most)).contains(markup.count) {
            values.append((markup, .arbitrary, "as '\(markup)'"))
        }
        return values
    }
}
