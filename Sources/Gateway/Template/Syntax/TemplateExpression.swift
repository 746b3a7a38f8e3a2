/// An expression of a template, as it was written.
struct TemplateExpression: Sendable {
    /// Expressions nested deeper than this are refused, so that no stage runs out of stack.
    static let deepest = 60

    /// Where its first token, or its operator, stands.
    let place: SourcePlace
    /// What it is.
    let kind: Kind
    /// How many expressions lie within one another here.
    let depth: Int

    /// The kinds of expressions.
    indirect enum Kind: Sendable {
        /// A value written out.
        case literal(Value)
        /// A name.
        case name(String)
        /// `a.b`
        case member(TemplateExpression, String)
        /// `a[b]`
        case element(TemplateExpression, TemplateExpression)
        /// `[a, b]`
        case array([TemplateExpression])
        /// `not a`
        case not(TemplateExpression)
        /// `-a`
        case negative(TemplateExpression)
        /// `a + b` and its like
        case binary(BinaryOperator, TemplateExpression, TemplateExpression)
        /// `a if c else b`
        case conditional(condition: TemplateExpression, then: TemplateExpression, otherwise: TemplateExpression)
        /// `a|f(b, c)`; an argument that was left out is nil
        case filter(TemplateFilter, TemplateExpression, [TemplateExpression?])
        /// `asset("name")`
        case asset(String)
    }

    /// An expression around others.
    ///
    /// - Throws: when it is nested too deep.
    init(_ kind: Kind, at place: SourcePlace, around parts: [TemplateExpression] = []) throws(TemplateFailure) {
        self.place = place
        self.kind = kind
        self.depth = 1 + (parts.map(\.depth).max() ?? 0)
        if depth > Self.deepest {
            throw TemplateFailure(
                "this expression is nested more than \(Self.deepest) deep",
                at: place,
                suggestion: "take it apart with \"set\""
            )
        }
    }

    /// The value none, in the place of an expression that could not be read.
    init(unreadableAt place: SourcePlace) {
        self.place = place
        self.kind = .literal(.none)
        self.depth = 1
    }
}

/// The operators between two expressions.
enum BinaryOperator: UInt8, Sendable {
    case or
    case and
    case equal
    case notEqual
    case less
    case lessOrEqual
    case greater
    case greaterOrEqual
    case contains
    case notContains
    case concatenate
    case add
    case subtract
    case multiply
    case divide
    case remainder
}
