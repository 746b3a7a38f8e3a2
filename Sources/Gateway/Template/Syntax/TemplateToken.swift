/// A word or sign within a tag.
struct TemplateToken: Sendable {
    /// What it is.
    let kind: Kind
    /// Where it begins.
    let place: SourcePlace
    /// The byte after it.
    let end: Int

    /// The kinds of tokens.
    enum Kind: Sendable, Equatable {
        /// A name or a keyword.
        case name(String)
        /// A text in quotes, unescaped.
        case string(String)
        /// A whole number.
        case integer(Int)
        /// A number with a fraction.
        case number(Double)
        /// A length of time, `300ms`.
        case duration(Duration)
        /// A sign.
        case symbol(Symbol)
        /// The tag's end.
        case end
    }

    /// The signs.
    enum Symbol: String, Sendable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
        case assign = "="
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divide = "/"
        case percent = "%"
        case tilde = "~"
        case pipe = "|"
        case dot = "."
        case comma = ","
        case openParenthesis = "("
        case closeParenthesis = ")"
        case openBracket = "["
        case closeBracket = "]"
    }

    /// The number that is written, if it is one.
    var number: Value? {
        switch kind {
        case .integer(let integer): .integer(integer)
        case .number(let number): .number(number)
        default: nil
        }
    }

    /// The token as an error message names it.
    var description: String {
        switch kind {
        case .name(let name): "\"\(name)\""
        case .string: "this text"
        case .integer, .number: "this number"
        case .duration: "this duration"
        case .symbol(let symbol): "\"\(symbol.rawValue)\""
        case .end: "the end of the tag"
        }
    }
}

/// A file, cut at its tags.
struct LexedTag: Sendable {
    /// What stands there.
    enum Kind: Sendable {
        /// Text between tags, as a range of the file's bytes.
        case text(Range<Int>)
        /// `{{ … }}` with its tokens, the last of which is ``TemplateToken/Kind/end``.
        case print([TemplateToken])
        /// `{% … %}` with its tokens, the last of which is ``TemplateToken/Kind/end``.
        case statement([TemplateToken])
    }

    /// What stands there.
    let kind: Kind
    /// Where it begins.
    let place: SourcePlace
    /// False when something in it has been reported already.
    var isSound = true
}
