import Zlib

// The same calls with arrays, whose spans could not be taken inside an expectation.

extension DeflateStream {
    /// Compresses a text with pieces of output space of a size.
    mutating func compress(_ text: [UInt8], flush: Flush, space: Int = 4096) throws(ZlibError) -> [UInt8] {
        var compressed: [UInt8] = []
        var consumed = 0
        while true {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: space, alignment: 1)
            defer { buffer.deallocate() }
            var output = OutputRawSpan(buffer: buffer, initializedCount: 0)
            let rest = text.span.bytes.extracting(droppingFirst: consumed)
            let progress = try self.compress(rest, flush: flush, into: &output)
            let written = output.finalize(for: buffer)
            compressed += buffer.prefix(written)
            consumed += progress.consumed
            if progress.isComplete { return compressed }
        }
    }

    mutating func setDictionary(_ dictionary: [UInt8]) throws(ZlibError) {
        try self.setDictionary(dictionary.span.bytes)
    }
}

extension CRC32 {
    init(of text: [UInt8]) { self.init(of: text.span.bytes) }

    mutating func append(_ text: [UInt8]) { self.append(text.span.bytes) }
}
