import NIOCore
import Zlib

/// Compresses one answer with gzip while it is still being made: nothing of it is held back for longer than to the end
/// of a part.
final class StreamingCompressor {
    private var stream: DeflateStream

    init(_ settings: DeflateSettings) throws(ZlibError) {
        self.stream = try DeflateStream(settings)
    }

    /// Takes in a piece; its compressed form may wait for more.
    func append(_ piece: RawSpan, to output: inout ByteBuffer) throws(ZlibError) {
        // The library would take nothing at all for a new beginning, and flush again what it has flushed.
        guard !piece.isEmpty else { return }
        try output.writeDeflated(piece, flush: .none, through: &self.stream)
    }

    /// Writes all that was taken in, so that the client can show it.
    func flush(to output: inout ByteBuffer) throws(ZlibError) {
        try output.writeDeflated(RawSpan(), flush: .sync, through: &self.stream)
    }

    /// Writes all that was taken in, and lets nothing that comes later refer to it.
    ///
    /// To be called before and after what belongs to one user: the length of an answer then tells nobody whether that
    /// repeats something else in the page (the attack is known as BREACH).
    func isolate(to output: inout ByteBuffer) throws(ZlibError) {
        try output.writeDeflated(RawSpan(), flush: .full, through: &self.stream)
    }

    /// Ends the answer.
    func finish(to output: inout ByteBuffer) throws(ZlibError) {
        try output.writeDeflated(RawSpan(), flush: .finish, through: &self.stream)
    }

    /// Forgets the answer, finished or not.
    func reset() {
        self.stream.reset()
    }
}
