/// One step of a page.
///
/// Trivial on purpose: copying one counts no references. Numbers are indices into the tables of a ``PageProgram``.
enum Instruction: Sendable, BitwiseCopyable, Equatable {
    /// Copies static text from the program's block.
    case text(offset: UInt32, count: UInt32)
    /// Inserts a fragment and goes to `then`; on failure goes on with the next instruction, the `or` body.
    ///
    /// `arguments` is an argument list, or ``constantArguments``.
    case fragment(use: UInt32, arguments: Int32, then: UInt32)
    /// Binds data to a slot.
    case data(use: UInt32, arguments: Int32, slot: UInt32)
    /// Prints an expression's value.
    case print(expression: UInt32, escaper: Escaper, nature: PieceNature)
    /// Puts an expression's value into a slot.
    case set(slot: UInt32, expression: UInt32)
    /// Goes on with the next instruction when the expression is true, at `otherwise` when not.
    ///
    /// `skip` is the whole statement, for the planner when the value is not known.
    case branch(expression: UInt32, otherwise: UInt32, skip: UInt32)
    /// Goes on elsewhere.
    case jump(UInt32)
    /// Takes the first item of a loop, or goes to `otherwise` when there is none.
    case loop(expression: UInt32, otherwise: UInt32, skip: UInt32, loop: UInt16)
    /// Takes a loop's next item and goes back to `body`, or goes on when there is none.
    case next(loop: UInt16, body: UInt32)
    /// Prints the token of a form's hidden field.
    case csrf
    /// The end of the page.
    case finish

    /// The place of an argument list where a use's parameters are constant.
    static let constantArguments: Int32 = -1
}

/// A statement that the planner leaves out because its condition or source is not known.
struct SkippedStatement: Sendable, Equatable {
    /// The instruction after it.
    var end: UInt32
    /// The slots that it may have set, which are unknown after it.
    var slots: [UInt32]
}

/// Where a loop keeps what it goes through.
struct LoopSlots: Sendable, Equatable {
    /// The slot of the key or number, if the loop has a name for it.
    let key: UInt32?
    /// The slot of the item.
    let item: UInt32
    /// All slots that belong to one round; they are empty at its beginning.
    let round: Range<UInt32>
}

/// The arguments of a fragment or of data that depend on the request.
struct ArgumentList: Sendable {
    /// Names and expressions, sorted by name.
    let arguments: [(name: String, expression: UInt32)]
}
