import CBrotli

/// Compression with Brotli (RFC 7932), a whole text at once.
package enum Brotli {
    /// How hard it tries.
    package struct Settings: Hashable, Sendable {
        /// From 0, the fastest, to 11, the smallest.
        package let quality: Int32
        /// The logarithm of the bytes that a reference reaches back: 10 to 24.
        package let windowBits: Int32

        package init(quality: Int32, windowBits: Int32 = 22) {
            self.quality = quality
            self.windowBits = windowBits
        }
    }

    /// The most bytes that so many become.
    package static func bound(of count: Int) -> Int {
        BrotliEncoderMaxCompressedSize(count)
    }

    /// Appends the compressed form of the input, taken for text in UTF-8, which other bytes may be as well.
    ///
    /// - Throws: ``BrotliError``.
    package static func compress(
        _ input: RawSpan,
        settings: Settings,
        into output: inout OutputRawSpan
    ) throws(BrotliError) {
        // The library takes the nearest values instead.
        guard
            (BROTLI_MIN_QUALITY...BROTLI_MAX_QUALITY).contains(settings.quality),
            (BROTLI_MIN_WINDOW_BITS...BROTLI_MAX_WINDOW_BITS).contains(settings.windowBits)
        else { throw BrotliError(code: .invalidSettings, detail: "\(settings)") }
        let space = output.freeCapacity
        let isDone = input.withUnsafeBytes { input in
            output.withUnsafeMutableBytes { output, initializedCount in
                // In: the space. Out: the bytes written.
                var count = output.count - initializedCount
                let isDone = BrotliEncoderCompress(
                    settings.quality,
                    settings.windowBits,
                    BROTLI_MODE_TEXT,
                    input.count,
                    input.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    &count,
                    output.baseAddress.map { ($0 + initializedCount).assumingMemoryBound(to: UInt8.self) }
                )
                if isDone == BROTLI_TRUE { initializedCount += count }
                return isDone == BROTLI_TRUE
            }
        }
        guard isDone else {
            let isSmall = space < Self.bound(of: input.byteCount)
            throw BrotliError(
                code: isSmall ? .noSpace : .outOfMemory,
                detail: "\(input.byteCount) bytes into \(space)"
            )
        }
    }
}
