import CZstd

/// Compression with Zstandard (RFC 8878), a whole text at once, in memory that serves one text after the other.
///
/// Each result is one frame that tells its content's size and has no checksum. Its window is never larger than the
/// 8 MB that browsers accept (RFC 9659).
package struct ZstdCompressor: ~Copyable {
    /// The levels whose windows are at most 8 MB; the negative ones are faster and larger.
    package static let levels: ClosedRange<Int32> = -7...19

    private let pointer: OpaquePointer

    /// - Throws: ``ZstdError/Code/outOfMemory``.
    package init() throws(ZstdError) {
        guard let pointer = ZSTD_createCCtx() else { throw ZstdError(code: .outOfMemory) }
        self.pointer = pointer
    }

    deinit { ZSTD_freeCCtx(self.pointer) }

    /// The bytes of memory that it takes now; they grow with levels and texts.
    package var memoryCost: Int { ZSTD_sizeof_CCtx(self.pointer) }

    /// The most bytes that so many become.
    package static func bound(of count: Int) -> Int { ZSTD_compressBound(count) }

    /// Appends a frame with the input.
    ///
    /// - Throws: ``ZstdError/Code/level`` or ``ZstdError/Code/noSpace``.
    package mutating func compress(
        _ input: RawSpan,
        level: Int32,
        into output: inout OutputRawSpan
    ) throws(ZstdError) {
        try Self.check(level: level)
        let pointer = self.pointer
        try self.append(input, to: &output) { target, space, source, count in
            ZSTD_compressCCtx(pointer, target, space, source, count, level)
        }
    }

    /// Appends a frame that can be read with the dictionary's content alone.
    ///
    /// - Throws: ``ZstdError/Code/noSpace``.
    package mutating func compress(
        _ input: RawSpan,
        dictionary: ZstdDictionary,
        into output: inout OutputRawSpan
    ) throws(ZstdError) {
        let pointer = self.pointer
        try self.append(input, to: &output) { target, space, source, count in
            ZSTD_compress_usingCDict(pointer, target, space, source, count, dictionary.pointer)
        }
    }

    static func check(level: Int32) throws(ZstdError) {
        guard Self.levels.contains(level) else { throw ZstdError(code: .level, detail: "\(level)") }
    }

    private func append(
        _ input: RawSpan,
        to output: inout OutputRawSpan,
        with body: (UnsafeMutableRawPointer?, Int, UnsafeRawPointer?, Int) -> Int
    ) throws(ZstdError) {
        let space = output.freeCapacity
        let result = input.withUnsafeBytes { input in
            output.withUnsafeMutableBytes { output, initializedCount in
                let target = output.baseAddress.map { $0 + initializedCount }
                let result = body(target, output.count - initializedCount, input.baseAddress, input.count)
                if ZSTD_isError(result) == 0 { initializedCount += result }
                return result
            }
        }
        guard let error = ZstdError.inResult(result) else { return }
        let isSmall = space < Self.bound(of: input.byteCount)
        throw isSmall ? ZstdError(code: .noSpace, detail: "\(input.byteCount) bytes into \(space)") : error
    }
}
