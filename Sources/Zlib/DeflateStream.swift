import CZlib

/// A deflate compressor whose memory serves one stream after the other.
///
/// It writes into space that the caller has: no array is made, and nothing is allocated after the first moment.
package struct DeflateStream: ~Copyable {
    /// What is to be written after the input.
    package enum Flush: Hashable, Sendable {
        /// As much as there is; some of the input may wait inside for more.
        case none
        /// All of it, up to a byte's end: deflated bytes may be joined here.
        case sync
        /// As `sync`; and what comes later refers to nothing before this place.
        case full
        /// All of it, and the end of the stream.
        case finish
    }

    /// How far one call came.
    package struct Progress: Hashable, Sendable {
        /// The bytes of the input that were taken.
        package let consumed: Int
        /// Whether all of the input was taken and all that the flush asks for was written.
        package let isComplete: Bool
    }

    package let settings: DeflateSettings
    /// On the heap, because the library keeps the address of the structure it was begun with.
    private let pointer: UnsafeMutablePointer<z_stream>

    /// - Throws: ``ZlibError/Code/invalidSettings``, ``ZlibError/Code/outOfMemory`` or
    ///   ``ZlibError/Code/versionMismatch``.
    package init(_ settings: DeflateSettings) throws(ZlibError) {
        let pointer = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        pointer.initialize(to: z_stream())
        let status = gateway_deflate_init(pointer, settings.level, settings.libraryWindowBits, settings.memoryLevel)
        guard status == Z_OK else {
            pointer.deallocate()
            throw Self.beginningError(status, settings)
        }
        self.settings = settings
        self.pointer = pointer
    }

    deinit {
        deflateEnd(self.pointer)
        self.pointer.deallocate()
    }

    /// Begins a new stream in the memory of the one before, whether that was finished or not.
    package mutating func reset() {
        // Fails for a structure that was never begun only.
        let status = deflateReset(self.pointer)
        precondition(status == Z_OK, "a stream that was begun can be begun again")
    }

    /// Lets the next bytes of a raw stream refer to bytes that stand right before them, wherever those come from.
    ///
    /// To be called at the beginning, or after a flush that was completed. Of a dictionary that is larger than the
    /// window its end counts.
    ///
    /// - Throws: ``ZlibError/Code/dictionaryNotAllowed``.
    package mutating func setDictionary(_ dictionary: RawSpan) throws(ZlibError) {
        guard !dictionary.isEmpty else { return }
        // More than a window is of no use, and a length has 32 bits.
        let tail = dictionary.extracting(last: 1 << Int(self.settings.windowBits))
        let status = tail.withUnsafeBytes {
            deflateSetDictionary(self.pointer, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32($0.count))
        }
        guard status == Z_OK else {
            throw ZlibError(code: .dictionaryNotAllowed, detail: "framing \(self.settings.framing)")
        }
    }

    /// The most bytes that so many become when they are compressed in one call to the end of a stream or to a flush.
    package func bound(of count: Int) -> Int {
        // A flush writes an empty stored block, of 5 bytes or 6 with what is left of the byte before it; and only space
        // that is not used up tells that the flush is complete.
        Int(deflateBound(self.pointer, UInt(count))) + 7
    }

    /// Compresses as much of the input as there is space for.
    ///
    /// When it is not complete, it is to be called again with the rest of the input, the same flush, and at least 7
    /// bytes of new space, with which no flush is written twice.
    ///
    /// - Throws: ``ZlibError/Code/streamState``.
    package mutating func compress(
        _ input: RawSpan,
        flush: Flush,
        into output: inout OutputRawSpan
    ) throws(ZlibError) -> Progress {
        let pointer = self.pointer
        // A count has 32 bits: of a longer input a part is taken, without the flush that belongs to its end.
        let offered = min(input.byteCount, Int(UInt32.max))
        let flag = offered < input.byteCount ? Z_NO_FLUSH : flush.flag
        let status = input.withUnsafeBytes { input in
            output.withUnsafeMutableBytes { output, initializedCount in
                // The library reads the input only; its structure is older than `const`.
                pointer.pointee.next_in = UnsafeMutablePointer(
                    mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
                )
                pointer.pointee.avail_in = UInt32(offered)
                pointer.pointee.next_out = output.baseAddress.map {
                    ($0 + initializedCount).assumingMemoryBound(to: UInt8.self)
                }
                let space = min(output.count - initializedCount, Int(UInt32.max))
                pointer.pointee.avail_out = UInt32(space)
                let status = deflate(pointer, flag)
                initializedCount += space - Int(pointer.pointee.avail_out)
                return status
            }
        }
        let consumed = offered - Int(pointer.pointee.avail_in)
        let hasSpace = pointer.pointee.avail_out > 0
        pointer.pointee.next_in = nil
        pointer.pointee.next_out = nil
        switch status {
        case Z_STREAM_END: return Progress(consumed: consumed, isComplete: true)
        // Nothing was possible: no space, or nothing to do.
        case Z_OK, Z_BUF_ERROR:
            let isComplete = consumed == input.byteCount && hasSpace && flush != .finish
            return Progress(consumed: consumed, isComplete: isComplete)
        default:
            throw ZlibError(code: .streamState, detail: "deflate gave \(status)")
        }
    }

    private static func beginningError(_ status: Int32, _ settings: DeflateSettings) -> ZlibError {
        switch status {
        case Z_MEM_ERROR: ZlibError(code: .outOfMemory, detail: "\(settings.memoryCost) bytes")
        case Z_VERSION_ERROR: ZlibError(code: .versionMismatch, detail: String(cString: zlibVersion()))
        default: ZlibError(code: .invalidSettings, detail: "\(settings)")
        }
    }
}

extension DeflateStream.Flush {
    fileprivate var flag: Int32 {
        switch self {
        case .none: Z_NO_FLUSH
        case .sync: Z_SYNC_FLUSH
        case .full: Z_FULL_FLUSH
        case .finish: Z_FINISH
        }
    }
}
