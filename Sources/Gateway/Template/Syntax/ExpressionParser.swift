/// Reads expressions, by descent from the operator that binds least.
///
/// `if else` < `or` < `and` < `not` < comparisons and `in` < `~` < `+ -` < `* / %` < `-x` < members and filters.
struct ExpressionParser {
    /// Words that cannot be names.
    static let reservedWords: Set<String> = ["and", "else", "false", "if", "in", "none", "not", "or", "true"]

    /// Whether `or` before the tag's end belongs to the statement, as in `{% fragment … with a=b or %}`.
    private let leavesTrailingOr: Bool
    private var nesting = 0

    init(leavesTrailingOr: Bool = false) {
        self.leavesTrailingOr = leavesTrailingOr
    }

    /// Reads one expression.
    mutating func parse(_ tokens: inout TokenReader) throws(TemplateFailure) -> TemplateExpression {
        // Counted on the way down, since an expression's depth is known only when it has been read.
        nesting += 1
        defer { nesting -= 1 }
        if nesting > TemplateExpression.deepest {
            throw TemplateFailure(
                "this expression is nested more than \(TemplateExpression.deepest) deep",
                at: tokens.next.place,
                suggestion: "take it apart with \"set\""
            )
        }
        let value = try parseOr(&tokens)
        let place = tokens.next.place
        guard tokens.take(word: "if") else { return value }
        let condition = try parseOr(&tokens)
        var otherwise = TemplateExpression(unreadableAt: place)
        if tokens.take(word: "else") { otherwise = try parse(&tokens) }
        return try TemplateExpression(
            .conditional(condition: condition, then: value, otherwise: otherwise),
            at: place,
            around: [value, condition, otherwise]
        )
    }

    private mutating func parseOr(_ tokens: inout TokenReader) throws(TemplateFailure) -> TemplateExpression {
        var left = try parseAnd(&tokens)
        while tokens.next.kind == .name("or"), !(leavesTrailingOr && tokens.afterNext.kind == .end) {
            let place = tokens.take().place
            left = try binary(.or, left, try parseAnd(&tokens), at: place)
        }
        return left
    }

    private mutating func parseAnd(_ tokens: inout TokenReader) throws(TemplateFailure) -> TemplateExpression {
        var left = try parseNot(&tokens)
        while tokens.next.kind == .name("and") {
            let place = tokens.take().place
            left = try binary(.and, left, try parseNot(&tokens), at: place)
        }
        return left
    }

    private mutating func parseNot(_ tokens: inout TokenReader) throws(TemplateFailure) -> TemplateExpression {
        var places: [SourcePlace] = []
        while tokens.next.kind == .name("not") { places.append(tokens.take().place) }
        var value = try parseComparison(&tokens)
        for place in places.reversed() { value = try TemplateExpression(.not(value), at: place, around: [value]) }
        return value
    }

    private mutating func parseComparison(_ tokens: inout TokenReader) throws(TemplateFailure) -> TemplateExpression {
        var left = try parseConcatenation(&tokens)
        while let found = Self.comparison(tokens) {
            let place = tokens.next.place
            for _ in 0..<found.length { tokens.take() }
            left = try binary(found.operator, left, try parseConcatenation(&tokens), at: place)
        }
        return left
    }

    private static func comparison(_ tokens: TokenReader) -> (operator: BinaryOperator, length: Int)? {
        switch tokens.next.kind {
        case .symbol(.equal): (.equal, 1)
        case .symbol(.notEqual): (.notEqual, 1)
        case .symbol(.less): (.less, 1)
        case .symbol(.lessOrEqual): (.lessOrEqual, 1)
        case .symbol(.greater): (.greater, 1)
        case .symbol(.greaterOrEqual): (.greaterOrEqual, 1)
        case .name("in"): (.contains, 1)
        case .name("not") where tokens.afterNext.kind == .name("in"): (.notContains, 2)
        default: nil
        }
    }

    private mutating func parseConcatenation(_ tokens: inout TokenReader) throws(TemplateFailure) -> TemplateExpression
    {
        var left = try parseSum(&tokens)
        while tokens.next.kind == .symbol(.tilde) {
            let place = tokens.take().place
            left = try binary(.concatenate, left, try parseSum(&tokens), at: place)
        }
        return left
    }

    private mutating func parseSum(_ tokens: inout TokenReader) throws(TemplateFailure) -> TemplateExpression {
        var left = try parseProduct(&tokens)
        while true {
            let place = tokens.next.place
            if tokens.take(.plus) {
                left = try binary(.add, left, try parseProduct(&tokens), at: place)
            } else if tokens.take(.minus) {
                left = try binary(.subtract, left, try parseProduct(&tokens), at: place)
            } else {
                return left
            }
        }
    }

    private mutating func parseProduct(_ tokens: inout TokenReader) throws(TemplateFailure) -> TemplateExpression {
        var left = try parseSign(&tokens)
        while true {
            let place = tokens.next.place
            if tokens.take(.times) {
                left = try binary(.multiply, left, try parseSign(&tokens), at: place)
            } else if tokens.take(.divide) {
                left = try binary(.divide, left, try parseSign(&tokens), at: place)
            } else if tokens.take(.percent) {
                left = try binary(.remainder, left, try parseSign(&tokens), at: place)
            } else {
                return left
            }
        }
    }

    private func binary(
        _ operation: BinaryOperator,
        _ left: TemplateExpression,
        _ right: TemplateExpression,
        at place: SourcePlace
    ) throws(TemplateFailure) -> TemplateExpression {
        try TemplateExpression(.binary(operation, left, right), at: place, around: [left, right])
    }

    private mutating func parseSign(_ tokens: inout TokenReader) throws(TemplateFailure) -> TemplateExpression {
        var places: [SourcePlace] = []
        while tokens.next.kind == .symbol(.minus), tokens.afterNext.number == nil { places.append(tokens.take().place) }
        var value = try parsePostfix(&tokens)
        for place in places.reversed() { value = try TemplateExpression(.negative(value), at: place, around: [value]) }
        return value
    }

    // MARK: Members, elements, filters

    private mutating func parsePostfix(_ tokens: inout TokenReader) throws(TemplateFailure) -> TemplateExpression {
        var value = try parsePrimary(&tokens)
        while true {
            if tokens.take(.dot) {
                let token = tokens.take()
                guard case .name(let name) = token.kind else {
                    throw TemplateFailure(
                        "expected a member's name after \".\", but here is \(token.description)",
                        at: token.place,
                        suggestion: "elements are written items[0], other names post[\"a-name\"]"
                    )
                }
                value = try TemplateExpression(.member(value, name), at: token.place, around: [value])
            } else if tokens.take(.openBracket) {
                let place = tokens.next.place
                let key = try parse(&tokens)
                try tokens.expect(.closeBracket, "after the element's number or name")
                if case .literal(.string(let name)) = key.kind, Int(name) == nil {
                    value = try TemplateExpression(.member(value, name), at: place, around: [value])
                } else {
                    value = try TemplateExpression(.element(value, key), at: place, around: [value, key])
                }
            } else if tokens.take(.pipe) {
                value = try parseFilter(of: value, &tokens)
            } else {
                return value
            }
        }
    }

    private mutating func parseFilter(
        of value: TemplateExpression,
        _ tokens: inout TokenReader
    ) throws(TemplateFailure) -> TemplateExpression {
        let token = tokens.take()
        guard case .name(let name) = token.kind else {
            throw TemplateFailure(
                "expected a filter's name after \"|\", but here is \(token.description)",
                at: token.place
            )
        }
        guard let filter = TemplateFilter(rawValue: name) else {
            throw TemplateFailure(
                "there is no filter \"\(name)\"",
                at: token.place,
                suggestion: NearestName.suggestion(for: name, among: TemplateFilter.allCases.map(\.rawValue))
            )
        }
        let arguments = try parseArguments(of: filter, at: token.place, &tokens)
        try Self.check(filter, arguments)
        return try TemplateExpression(
            .filter(filter, value, arguments),
            at: token.place,
            around: [value] + arguments.compactMap(\.self)
        )
    }

    private mutating func parseArguments(
        of filter: TemplateFilter,
        at place: SourcePlace,
        _ tokens: inout TokenReader
    ) throws(TemplateFailure) -> [TemplateExpression?] {
        let parameters = filter.parameters
        var arguments = [TemplateExpression?](repeating: nil, count: parameters.count)
        var count = 0
        if tokens.take(.openParenthesis), !tokens.take(.closeParenthesis) {
            repeat {
                var slot = count
                if case .name(let name) = tokens.next.kind, tokens.afterNext.kind == .symbol(.assign) {
                    guard let found = parameters.firstIndex(where: { $0.name == name }) else {
                        throw TemplateFailure(
                            "the filter \"\(filter.rawValue)\" has no parameter \"\(name)\"",
                            at: tokens.next.place,
                            suggestion: NearestName.suggestion(for: name, among: parameters.map(\.name))
                        )
                    }
                    slot = found
                    tokens.take()
                    tokens.take()
                }
                let argumentPlace = tokens.next.place
                let argument = try parse(&tokens)
                guard arguments.indices.contains(slot) else {
                    let most = parameters.isEmpty ? "no arguments" : "at most \(parameters.count)"
                    throw TemplateFailure("the filter \"\(filter.rawValue)\" takes \(most)", at: argumentPlace)
                }
                guard arguments[slot] == nil else {
                    throw TemplateFailure("\"\(parameters[slot].name)\" is given twice", at: argumentPlace)
                }
                arguments[slot] = argument
                count += 1
            } while tokens.take(.comma)
            try tokens.expect(.closeParenthesis, "after the filter's arguments")
        }
        for (parameter, argument) in zip(parameters, arguments) where parameter.isRequired && argument == nil {
            throw TemplateFailure(
                "the filter \"\(filter.rawValue)\" needs its argument \"\(parameter.name)\"",
                at: place
            )
        }
        return arguments
    }

    /// Refuses constant arguments that can never work.
    private static func check(_ filter: TemplateFilter, _ arguments: [TemplateExpression?]) throws(TemplateFailure) {
        guard let argument = arguments.first ?? nil, case .literal(let literal) = argument.kind else { return }
        switch filter {
        case .date:
            guard case .string(let format) = literal else {
                throw TemplateFailure("a date's format is a text, like \"%d %B %Y\"", at: argument.place)
            }
            if let unknown = DateFormat.unknownDirective(in: format) {
                throw TemplateFailure(
                    "there is no \"\(unknown)\" in a date's format",
                    at: argument.place,
                    suggestion: "there are \(DateFormat.directives)"
                )
            }
        case .truncate, .number:
            guard case .integer(let count) = literal, count >= 0 else {
                throw TemplateFailure("the filter \"\(filter.rawValue)\" takes a whole number", at: argument.place)
            }
        default: break
        }
    }

    // MARK: Primaries

    private mutating func parsePrimary(_ tokens: inout TokenReader) throws(TemplateFailure) -> TemplateExpression {
        let token = tokens.next
        switch token.kind {
        case .string(let text):
            tokens.take()
            return try TemplateExpression(.literal(.string(text)), at: token.place)
        case .integer, .number:
            tokens.take()
            return try TemplateExpression(.literal(token.number ?? .none), at: token.place)
        // A sign right before a number is part of it, so that -3|currency is a negative amount.
        case .symbol(.minus):
            tokens.take()
            return try TemplateExpression(.literal(tokens.take().number?.negated ?? .none), at: token.place)
        case .name(let name):
            return try parseName(name, &tokens)
        case .symbol(.openParenthesis):
            tokens.take()
            let value = try parse(&tokens)
            try tokens.expect(.closeParenthesis, "to close this \"(\"")
            return value
        case .symbol(.openBracket):
            tokens.take()
            return try parseArray(at: token.place, &tokens)
        case .duration:
            throw TemplateFailure("durations stand only after \"timeout\" and \"ttl\"", at: token.place)
        case .symbol, .end:
            throw TemplateFailure("expected an expression, but here is \(token.description)", at: token.place)
        }
    }

    private mutating func parseName(
        _ name: String,
        _ tokens: inout TokenReader
    ) throws(TemplateFailure) -> TemplateExpression {
        let place = tokens.next.place
        let literals: [String: Value] = ["true": .bool(true), "false": .bool(false), "none": .none]
        if let literal = literals[name] {
            tokens.take()
            return try TemplateExpression(.literal(literal), at: place)
        }
        guard !Self.reservedWords.contains(name) else {
            throw TemplateFailure("expected an expression, but here is \(tokens.next.description)", at: place)
        }
        tokens.take()
        guard tokens.take(.openParenthesis) else { return try TemplateExpression(.name(name), at: place) }
        switch name {
        case "asset":
            let (file, filePlace) = try tokens.expectString("the name of an asset")
            try tokens.expect(.closeParenthesis, "after the asset's name")
            return try TemplateExpression(.asset(file), at: filePlace)
        case "super":
            throw TemplateFailure("\"super()\" stands alone, as {{ super() }}", at: place)
        default:
            let suggestion =
                TemplateFilter(rawValue: name).map { "filters are written value|\($0.rawValue)" }
                ?? NearestName.suggestion(for: name, among: ["asset", "super"])
            throw TemplateFailure("there is no function \"\(name)\"", at: place, suggestion: suggestion)
        }
    }

    private mutating func parseArray(
        at place: SourcePlace,
        _ tokens: inout TokenReader
    ) throws(TemplateFailure) -> TemplateExpression {
        var items: [TemplateExpression] = []
        while !tokens.take(.closeBracket) {
            items.append(try parse(&tokens))
            if !tokens.take(.comma), tokens.next.kind != .symbol(.closeBracket) {
                throw TemplateFailure(
                    "expected \",\" or \"]\" in this list, but here is \(tokens.next.description)",
                    at: tokens.next.place
                )
            }
        }
        return try TemplateExpression(.array(items), at: place, around: items)
    }
}
