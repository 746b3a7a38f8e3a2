internal import FoundationEssentials
import NIOCore
import Zstd

/// Static text that clients keep from an earlier answer, for pages to refer to (RFC 9842).
///
/// It holds what is the same for everybody: a dictionary is kept by a client for all its users, and what a page has in
/// common with it shows in the page's length.
final class SharedDictionary: Sendable {
    let content: ByteBuffer
    /// What stands before a frame: its magic number, in the form of a skippable frame, and the content's SHA-256
    /// (RFC 9842, section 5).
    private let header: [UInt8]
    /// The value of `Available-Dictionary` by which a client names it (section 2.2).
    private let name: [UInt8]
    private let digested: ZstdDictionary
    /// The line of a page's head that tells where browsers get it (section 3).
    let linkLine: ByteBuffer

    /// The name of the asset that browsers get it as.
    static let assetName = "pages.dictionary"
    /// Less text in common is not worth a request.
    static let shortestContent = 256
    /// The effort for pages, which are compressed once and remembered.
    static let level: Int32 = 12

    /// The first bytes of a frame with a dictionary.
    private static let magic: [UInt8] = [0x5e, 0x2a, 0x4d, 0x18, 0x20, 0x00, 0x00, 0x00]
    /// The bytes of a SHA-256.
    private static let hashLength = 32

    /// - Parameters:
    ///   - content: what the client has, from its first byte to its last.
    ///   - hash: the SHA-256 of the content.
    ///   - level: the effort for the pages.
    ///   - url: where browsers get the content.
    /// - Throws: that the content is too short or has the format of a trained dictionary, or what only a lack of
    ///   memory brings about.
    init(content: ByteBuffer, hash: [UInt8], level: Int32, url: String) throws(ZstdError) {
        precondition(hash.count == Self.hashLength, "a SHA-256 has 32 bytes")
        self.content = content
        self.linkLine = ByteBuffer(string: "Link: <\(url)>; rel=\"compression-dictionary\"\r\n")
        self.header = Self.magic + hash
        self.name = Array(":\(Data(hash).base64EncodedString()):".utf8)
        self.digested = try ZstdDictionary(content: content.readableBytesSpan, level: level)
    }

    /// Whether the value of a client's `Available-Dictionary` names this one.
    func isNamed(by field: ByteRange, in bytes: Span<UInt8>) -> Bool {
        guard Int(field.length) == self.name.count else { return false }
        for (index, byte) in zip(field.range, self.name) where bytes[index] != byte { return false }
        return true
    }

    /// Appends the form of a text that has the coding `dcz`.
    func write(
        _ text: RawSpan,
        through compressor: inout ZstdCompressor,
        into output: inout ByteBuffer
    ) throws(ZstdError) {
        output.writeBytes(self.header)
        try output.writeWithOutputRawSpan(
            minimumWritableBytes: ZstdCompressor.bound(of: text.byteCount)
        ) { output throws(ZstdError) in
            try compressor.compress(text, dictionary: self.digested, into: &output)
        }
    }
}
