/// An expression of a program; trivial, with its parts as indices into the tables of a ``PageProgram``.
enum ProgramExpression: Sendable, BitwiseCopyable, Equatable {
    /// A value known since compilation.
    case constant(UInt32)
    /// What a name is bound to.
    case slot(UInt32)
    /// All of a name that every template can reach.
    case root(RootName)
    /// A member of such a name.
    case rootMember(RootName, name: UInt32)
    /// `loop.index` and its like.
    case loopMember(UInt16, LoopMember)
    /// A member by a name known since compilation.
    case member(UInt32, name: UInt32)
    /// An element or member.
    case element(UInt32, key: UInt32)
    /// A list of operands.
    case array(operands: UInt32, count: UInt32)
    /// `not`
    case not(UInt32)
    /// `-`
    case negative(UInt32)
    /// An operator between two.
    case binary(BinaryOperator, UInt32, UInt32)
    /// `if else`
    case conditional(condition: UInt32, then: UInt32, otherwise: UInt32)
    /// A filter, with its arguments among the operands.
    case filter(TemplateFilter, UInt32, operands: UInt32, count: UInt8)
}

/// What a loop knows of itself.
enum LoopMember: String, Sendable, CaseIterable {
    /// The number of the round, from 1.
    case index
    /// The number of the round, from 0.
    case index0
    /// Whether it is the first round.
    case first
    /// Whether it is the last round.
    case last
    /// How many rounds there are.
    case length
}
