import NIOCore

/// An output that writes no page down, but what it would be made of.
struct RecipeOutput: PageOutput {
    private(set) var recipe: PageRecipe
    /// The bytes of the personal runs, in order: they are compressed for each answer.
    private(set) var personal: ContiguousArray<ByteBuffer> = []
    private var scratch = ByteBuffer()

    init(_ recipe: consuming PageRecipe) {
        self.recipe = recipe
    }

    /// Begins anew, with another page.
    mutating func begin(text: CacheKey) {
        self.recipe.begin(text: text)
        self.personal.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    mutating func write(text: RawSpan, at range: Range<Int>) {
        self.recipe.add(text: range)
    }

    @inline(__always)
    mutating func write(_ fragment: some PageFragment, _ nature: PieceNature) {
        let body = fragment.body
        self.recipe.add(fragment.version(by: self.recipe.hasher), length: body.readableBytes, nature)
        if nature == .personal, body.readableBytes > 0 { self.personal.append(body) }
    }

    mutating func write(_ value: Value, _ escaper: Escaper, _ nature: PieceNature) {
        self.scratch.clear()
        escaper.write(value, into: &self.scratch)
        self.recipe.add(self.recipe.hasher.hash(self.scratch), length: self.scratch.readableBytes, nature)
        if nature == .personal, self.scratch.readableBytes > 0 {
            self.personal.append(self.scratch)
            self.scratch = ByteBuffer()
        }
    }
}
