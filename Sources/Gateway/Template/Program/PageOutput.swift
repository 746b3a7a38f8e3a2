package import NIOCore

/// How far a piece of a page may be known to others, and who has a hand in it.
///
/// Compression goes by it: what an attacker can choose and what is secret never meet in one compressed block, where
/// the length would tell the one of the other (BREACH; Gluck, Harris and Prado, 2013).
package enum PieceNature: UInt8, Sendable, Comparable, BitwiseCopyable {
    /// The same for everybody.
    case common
    /// Follows from the request's address or headers, which somebody else may have chosen.
    case reflecting
    /// Belongs to one person or one session.
    case personal

    package static func < (left: PieceNature, right: PieceNature) -> Bool { left.rawValue < right.rawValue }
}

/// The body of a fragment, as a page's output takes it.
package protocol PageFragment {
    var body: ByteBuffer { get }
    /// Tells bodies apart: the same for equal ones, and different for different ones.
    func version(by hasher: CacheKeyHasher) -> CacheKey
}

/// Where the pieces of a page go, in document order.
package protocol PageOutput {
    /// Static text: `range` of the program's text, which `text` is.
    mutating func write(text: RawSpan, at range: Range<Int>)

    mutating func write(_ fragment: some PageFragment, _ nature: PieceNature)

    /// A value, escaped for its place.
    mutating func write(_ value: Value, _ escaper: Escaper, _ nature: PieceNature)
}

/// The page's bytes alone.
extension ByteBuffer: PageOutput {
    @inline(__always)
    package mutating func write(text: RawSpan, at range: Range<Int>) {
        self.writeBytes(text.extracting(range))
    }

    @inline(__always)
    package mutating func write(_ fragment: some PageFragment, _ nature: PieceNature) {
        self.writeImmutableBuffer(fragment.body)
    }

    @inline(__always)
    package mutating func write(_ value: Value, _ escaper: Escaper, _ nature: PieceNature) {
        escaper.write(value, into: &self)
    }
}
