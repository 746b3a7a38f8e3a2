import CZstd

/// Reads frames of Zstandard (RFC 8878), a whole text at once, in memory that serves one text after the other.
package struct ZstdDecompressor: ~Copyable {
    private let pointer: OpaquePointer

    /// - Throws: ``ZstdError/Code/outOfMemory``.
    package init() throws(ZstdError) {
        guard let pointer = ZSTD_createDCtx() else { throw ZstdError(code: .outOfMemory) }
        self.pointer = pointer
    }

    deinit { ZSTD_freeDCtx(self.pointer) }

    /// Appends the content of one whole frame; it never needs more than the output's free space.
    ///
    /// - Throws: ``ZstdError/Code/malformed`` when the input is no frame, is cut short or changed, or its content is larger
    ///   than the free space; the output is as before then.
    package mutating func decompress(_ input: RawSpan, into output: inout OutputRawSpan) throws(ZstdError) {
        let pointer = self.pointer
        let result = input.withUnsafeBytes { input in
            output.withUnsafeMutableBytes { output, initializedCount in
                let target = output.baseAddress.map { $0 + initializedCount }
                let result = ZSTD_decompressDCtx(
                    pointer,
                    target,
                    output.count - initializedCount,
                    input.baseAddress,
                    input.count
                )
                if ZSTD_isError(result) == 0 { initializedCount += result }
                return result
            }
        }
        guard ZSTD_isError(result) != 0 else { return }
        throw ZstdError(code: .malformed, detail: String(cString: ZSTD_getErrorName(result)))
    }
}
