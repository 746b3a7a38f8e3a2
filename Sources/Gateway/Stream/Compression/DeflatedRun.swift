import NIOCore
import Zlib

/// A run of a page, deflated once to be joined with others many times.
///
/// Its bytes are raw deflate and end with a flush, so that any other run can follow.
struct DeflatedRun {
    let bytes: ByteBuffer
    /// The checksum of the text.
    let checksum: CRC32
    /// What the text's length does to the checksum before it.
    let combine: CRC32.CombineOperator
    /// The bytes of the text.
    let length: Int
    /// The end of the text, for what comes after the run to refer to; empty where nothing may.
    let tail: ByteBuffer

    /// The longest tail: with half of it a page with two personal parts of 2 KB is 1 % larger, and takes 2 µs less.
    static let tailLength = 4096

    /// Deflates a text.
    ///
    /// - Parameters:
    ///   - text: what stands in the page.
    ///   - dictionary: what will stand right before it in every page that the run is joined to.
    ///   - hasTail: whether what comes after the run may refer to its text.
    ///   - stream: a raw stream; what it was used for is forgotten.
    /// - Throws: what zlib throws.
    init(
        deflating text: RawSpan,
        after dictionary: RawSpan = RawSpan(),
        hasTail: Bool = false,
        through stream: inout DeflateStream
    ) throws(ZlibError) {
        var bytes = ByteBuffer()
        if !text.isEmpty {
            stream.reset()
            try stream.setDictionary(dictionary)
            try bytes.writeDeflated(text, flush: .sync, through: &stream)
        }
        self.bytes = bytes.copiedExactly()
        self.checksum = CRC32(of: text)
        self.combine = CRC32.CombineOperator(length: text.byteCount)
        self.length = text.byteCount
        var tail = ByteBuffer()
        if hasTail { tail.writeBytes(text.extracting(last: Self.tailLength)) }
        self.tail = tail
    }

    /// The bytes of memory that it takes.
    var memoryCost: Int { self.bytes.storageCapacity + self.tail.storageCapacity }
}

extension ByteBuffer {
    /// The readable bytes in storage of their size: a result that is kept does not keep the space that it needed.
    func copiedExactly() -> ByteBuffer {
        var copy = ByteBuffer()
        copy.reserveCapacity(self.readableBytes)
        copy.writeImmutableBuffer(self)
        return copy
    }
}
