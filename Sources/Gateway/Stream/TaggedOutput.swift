import NIOCore

/// An output that writes a page down for the wire, and notes which version of it that is.
struct TaggedOutput: PageOutput {
    var writer: ByteWriter
    private(set) var version: PageVersion
    private let hasher: CacheKeyHasher

    @inline(__always)
    init(_ writer: ByteWriter, text: CacheKey, hasher: CacheKeyHasher) {
        self.writer = writer
        self.version = PageVersion(text: text, hasher: hasher)
        self.hasher = hasher
    }

    @inline(__always)
    mutating func write(text: RawSpan, at range: Range<Int>) {
        self.writer.write(text: text, at: range)
        self.version.add(text: range)
    }

    @inline(__always)
    mutating func write(_ fragment: some PageFragment, _ nature: PieceNature) {
        let body = fragment.body
        guard body.readableBytes > 0 else { return }
        self.writer.append(body)
        self.version.add(fragment.version(by: self.hasher))
    }

    mutating func write(_ value: Value, _ escaper: Escaper, _ nature: PieceNature) {
        let escaped = self.writer.escape(value, escaper)
        if escaped.readableBytes > 0 { self.version.add(self.hasher.hash(escaped)) }
    }
}
