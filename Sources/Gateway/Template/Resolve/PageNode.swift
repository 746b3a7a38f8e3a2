/// A piece of a whole page: layouts, blocks and includes are put into place.
struct PageNode: Sendable {
    /// Where it is written.
    let place: SourcePlace
    /// What it is.
    let kind: Kind

    /// The kinds of pieces.
    indirect enum Kind: Sendable {
        /// Static text.
        case text(ArraySlice<UInt8>)
        /// Prints a value; the escaper is chosen by the HTML around it.
        case print(TemplateExpression, Escaper)
        /// An `if`.
        case condition([ConditionBranch<PageNode>], otherwise: [PageNode])
        /// A `for`.
        case loop(LoopHead, body: [PageNode], otherwise: [PageNode])
        /// Gives a name a value.
        case set(name: String, TemplateExpression)
        /// Binds data to a name.
        case data(name: String, FragmentCall)
        /// Inserts a fragment, or shows what stands for it.
        case fragment(FragmentCall, otherwise: [PageNode])
        /// The hidden field of a form.
        case csrf
        /// A block or an included template: names set in it end with it.
        case scope([PageNode])
    }
}
