import NIOCore

/// An output that writes a page down for the wire, and with it what it is made of, for its tag.
struct TaggedOutput: PageOutput {
    var writer: ByteWriter
    private(set) var recipe: PageRecipe

    @inline(__always)
    init(_ writer: ByteWriter, _ recipe: consuming PageRecipe) {
        self.writer = writer
        self.recipe = recipe
    }

    @inline(__always)
    mutating func write(text: RawSpan, at range: Range<Int>) {
        self.writer.write(text: text, at: range)
        self.recipe.add(text: range)
    }

    @inline(__always)
    mutating func write(_ fragment: some PageFragment, _ nature: PieceNature) {
        self.writer.append(fragment.body)
        self.recipe.add(fragment.version(by: self.recipe.hasher), length: fragment.body.readableBytes, nature)
    }

    mutating func write(_ value: Value, _ escaper: Escaper, _ nature: PieceNature) {
        let escaped = self.writer.escape(value, escaper)
        self.recipe.add(self.recipe.hasher.hash(escaped), length: escaped.readableBytes, nature)
    }
}
