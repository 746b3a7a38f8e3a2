import CZstd

/// Content that frames may refer to, digested for one level.
///
/// All threads may use one: the library only reads it (ZSTD_compress_usingCDict in zstd.h).
package final class ZstdDictionary: @unchecked Sendable {
    package let level: Int32
    let pointer: OpaquePointer

    /// Digests the content, which is copied.
    ///
    /// - Throws: ``ZstdError/Code/dictionaryContent``, ``ZstdError/Code/level`` or ``ZstdError/Code/outOfMemory``.
    package init(content: RawSpan, level: Int32) throws(ZstdError) {
        try ZstdCompressor.check(level: level)
        // With the first four bytes of a trained dictionary, or below eight bytes, the library would not take the
        // content as it is.
        guard content.byteCount >= 8 else { throw ZstdError(code: .dictionaryContent, detail: "below 8 bytes") }
        guard UInt32(littleEndian: content.unsafeLoadUnaligned(as: UInt32.self)) != ZSTD_MAGIC_DICTIONARY else {
            throw ZstdError(code: .dictionaryContent, detail: "a trained dictionary")
        }
        let pointer = content.withUnsafeBytes { ZSTD_createCDict($0.baseAddress, $0.count, level) }
        guard let pointer else { throw ZstdError(code: .outOfMemory, detail: "\(content.byteCount) bytes") }
        self.level = level
        self.pointer = pointer
    }

    deinit { ZSTD_freeCDict(self.pointer) }

    /// The bytes of memory that it takes.
    package var memoryCost: Int { ZSTD_sizeof_CDict(self.pointer) }
}
