/// Reads the tokens of one tag, one after the other.
struct TokenReader {
    private let tokens: [TemplateToken]
    private var index = 0

    /// A reader of a tag's tokens; the last of them is ``TemplateToken/Kind/end``.
    init(_ tokens: [TemplateToken]) {
        self.tokens = tokens
    }

    /// The token that comes next; the end again and again after the last.
    var next: TemplateToken { tokens[min(index, tokens.count - 1)] }

    /// The token after the next.
    var afterNext: TemplateToken { tokens[min(index + 1, tokens.count - 1)] }

    /// Whether `or` is the tag's last word.
    var endsWithOr: Bool { tokens.count > 1 && tokens[tokens.count - 2].kind == .name("or") }

    /// Takes the next token.
    @discardableResult
    mutating func take() -> TemplateToken {
        let token = next
        index = min(index + 1, tokens.count - 1)
        return token
    }

    /// Takes the next token if it is of this kind.
    mutating func take(_ kind: TemplateToken.Kind) -> Bool {
        guard next.kind == kind else { return false }
        take()
        return true
    }

    /// Takes the next token if it is this sign.
    mutating func take(_ symbol: TemplateToken.Symbol) -> Bool { take(.symbol(symbol)) }

    /// Takes the next token if it is this word.
    mutating func take(word: String) -> Bool { take(.name(word)) }

    /// Takes the next token, which has to be this sign.
    mutating func expect(_ symbol: TemplateToken.Symbol, _ purpose: String) throws(TemplateFailure) {
        guard take(symbol) else {
            throw TemplateFailure(
                "expected \"\(symbol.rawValue)\" \(purpose), but here is \(next.description)",
                at: next.place
            )
        }
    }

    /// Fails unless the tag ends here.
    func expectEnd(after what: String) throws(TemplateFailure) {
        guard next.kind == .end else {
            throw TemplateFailure(
                "expected the end of the tag after \(what), but here is \(next.description)",
                at: next.place
            )
        }
    }

    /// Takes a name that the template declares.
    mutating func expectName(_ purpose: String) throws(TemplateFailure) -> String {
        guard case .name(let name) = next.kind else {
            throw TemplateFailure("expected a name \(purpose), but here is \(next.description)", at: next.place)
        }
        guard !ExpressionParser.reservedWords.contains(name), name != "loop" else {
            throw TemplateFailure("\"\(name)\" has a meaning of its own and cannot be a name", at: next.place)
        }
        take()
        return name
    }

    /// Takes a text in quotes, with the place of its first character after the quote.
    mutating func expectString(_ purpose: String) throws(TemplateFailure) -> (text: String, place: SourcePlace) {
        guard case .string(let text) = next.kind else {
            let suggestion: String? =
                if case .name = next.kind { "put it in quotes" } else { nil }
            throw TemplateFailure(
                "expected \(purpose) in quotes, but here is \(next.description)",
                at: next.place,
                suggestion: suggestion
            )
        }
        return (text, take().place)
    }
}
