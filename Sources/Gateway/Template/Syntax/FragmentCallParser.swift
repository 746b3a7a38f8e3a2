import FragmentProtocol

/// Reads what stands after `fragment`, or after `data name =`.
struct FragmentCallParser {
    private static let options = ["or", "primary", "required", "timeout", "ttl", "with"]

    private let keyword: String
    /// Whether the tag ended with `or`, so that a body follows.
    private(set) var hasBody = false

    /// A parser for the statement `fragment` or `data`.
    init(keyword: String) {
        self.keyword = keyword
    }

    /// Reads to the tag's end.
    mutating func parse(_ tokens: inout TokenReader) throws(TemplateFailure) -> FragmentCall {
        let (text, place) = try tokens.expectString("a fragment's name, like \"cart/mini\",")
        guard let name = FragmentName(text) else {
            throw TemplateFailure(
                "\"\(text)\" is not a fragment's name",
                at: place,
                suggestion: "it is a service and a type in small letters, like \"cart/mini\""
            )
        }
        var call = FragmentCall(name: name, place: place)
        if tokens.take(word: "with") { try parseArguments(of: &call, &tokens) }
        var seen: Set<String> = []
        while tokens.next.kind != .end {
            let token = tokens.next
            guard case .name(let option) = token.kind else {
                throw TemplateFailure(
                    "expected an option of the \(keyword), but here is \(token.description)",
                    at: token.place
                )
            }
            guard seen.insert(option).inserted else {
                throw TemplateFailure("\"\(option)\" is given twice", at: token.place)
            }
            try parse(option, of: &call, &tokens)
        }
        return call
    }

    private mutating func parse(
        _ option: String,
        of call: inout FragmentCall,
        _ tokens: inout TokenReader
    ) throws(TemplateFailure) {
        let place = tokens.take().place
        switch option {
        case "required": call.isRequired = true
        case "timeout": call.timeout = try parseDuration(after: option, &tokens)
        case "ttl": call.ttl = try parseDuration(after: option, &tokens)
        case "primary" where keyword == "fragment": call.isPrimary = true
        case "or" where keyword == "fragment":
            try tokens.expectEnd(after: "\"or\"")
            hasBody = true
        case "primary", "or":
            throw TemplateFailure("\"\(option)\" belongs to fragments; data has no such option", at: place)
        case "defer":
            throw TemplateFailure("\"defer\" is not supported by this version", at: place)
        case "with":
            throw TemplateFailure("\"with\" comes right after the name", at: place)
        default:
            throw TemplateFailure(
                "there is no option \"\(option)\"",
                at: place,
                suggestion: NearestName.suggestion(for: option, among: Self.options)
            )
        }
    }

    private func parseDuration(
        after option: String,
        _ tokens: inout TokenReader
    ) throws(TemplateFailure) -> Duration {
        guard case .duration(let duration) = tokens.next.kind else {
            throw TemplateFailure(
                "expected a duration after \"\(option)\", but here is \(tokens.next.description)",
                at: tokens.next.place,
                suggestion: "durations are written like 250ms, 30s, 5m, 1h or 1d"
            )
        }
        tokens.take()
        return duration
    }

    private func parseArguments(
        of call: inout FragmentCall,
        _ tokens: inout TokenReader
    ) throws(TemplateFailure) {
        repeat {
            let (name, place) = try parseArgumentName(&tokens)
            try tokens.expect(.assign, "after the parameter's name")
            var parser = ExpressionParser(leavesTrailingOr: true)
            let value = try parser.parse(&tokens)
            guard !call.arguments.contains(where: { $0.name == name }) else {
                throw TemplateFailure("the parameter \"\(name)\" is given twice", at: place)
            }
            call.arguments.append((name, value))
        } while tokens.take(.comma)
    }

    /// A parameter's name, which may hold dashes: `per-page`.
    private func parseArgumentName(
        _ tokens: inout TokenReader
    ) throws(TemplateFailure) -> (name: String, place: SourcePlace) {
        let first = tokens.take()
        guard case .name(var name) = first.kind else {
            throw TemplateFailure("expected a parameter's name, but here is \(first.description)", at: first.place)
        }
        var end = first.end
        while tokens.next.kind == .symbol(.minus), tokens.next.place.offset == end,
            case .name(let part) = tokens.afterNext.kind, tokens.afterNext.place.offset == end + 1
        {
            name += "-" + part
            tokens.take()
            end = tokens.take().end
        }
        return (name, first.place)
    }
}
