import NIOCore

/// An output that writes a page down, and with it what it is made of.
struct RecordedPage: PageOutput {
    private(set) var bytes = ByteBuffer()
    private(set) var recipe: PageRecipe
    private(set) var version: PageVersion
    private let isRecording: Bool

    /// An empty page; the recipe stays as it is unless the output is recording.
    init(_ recipe: consuming PageRecipe, isRecording: Bool = true) {
        self.isRecording = isRecording
        self.version = PageVersion(text: recipe.seed, hasher: recipe.hasher)
        self.recipe = recipe
    }

    /// Makes room for a page, and in front of it for its head.
    mutating func reserveCapacity(_ count: Int, headRoom: Int) {
        self.bytes.reserveCapacity(headRoom + count)
        self.bytes.moveWriterIndex(to: headRoom)
        self.bytes.moveReaderIndex(to: headRoom)
    }

    mutating func write(text: RawSpan, at range: Range<Int>) {
        self.bytes.write(text: text, at: range)
        if self.isRecording { self.recipe.add(text: range) }
        self.version.add(text: range)
    }

    mutating func write(_ fragment: some PageFragment, _ nature: PieceNature) {
        self.bytes.write(fragment, nature)
        let version = fragment.version(by: self.recipe.hasher)
        if self.isRecording { self.recipe.add(version, length: fragment.body.readableBytes, nature) }
        if fragment.body.readableBytes > 0 { self.version.add(version) }
    }

    mutating func write(_ value: Value, _ escaper: Escaper, _ nature: PieceNature) {
        let start = self.bytes.writerIndex
        escaper.write(value, into: &self.bytes)
        let length = self.bytes.writerIndex - start
        guard length > 0, let written = self.bytes.getSlice(at: start, length: length) else { return }
        let version = self.recipe.hasher.hash(written)
        if self.isRecording { self.recipe.add(version, length: length, nature) }
        self.version.add(version)
    }

    /// Takes what has been written so far out, to be sent before the rest; both are parts of pages then.
    mutating func takePart() -> RecordedPage {
        let part = self
        self = RecordedPage(
            PageRecipe(text: self.recipe.seed, hasher: self.recipe.hasher),
            isRecording: self.isRecording
        )
        return part
    }
}
