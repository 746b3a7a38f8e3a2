import NIOCore

/// Writes into memory that is there already, a few instructions a piece where a buffer takes hundreds.
///
/// What does not fit is not written but counted, so that it can be written again with room enough.
///
/// Safe, because each write is held against the memory's size, and because only ``NIOCore/ByteBuffer/write(atMost:_:)``
/// makes a writer, which does not outlive the memory that is lent to it there.
@safe struct ByteWriter {
    private let memory: UnsafeMutableRawBufferPointer
    /// The bytes that have been given, written or not.
    private(set) var count = 0
    /// Whether all of them fit, and so were written.
    private(set) var isWhole = true
    /// Where values are escaped.
    private var scratch = ByteBuffer()

    fileprivate init(_ memory: UnsafeMutableRawBufferPointer) {
        unsafe self.memory = memory
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        let size = bytes.count
        let place = self.count
        self.count &+= size
        let room = unsafe self.memory.count
        guard self.count <= room else {
            self.isWhole = false
            return
        }
        guard let source = bytes.baseAddress, let target = unsafe self.memory.baseAddress else { return }
        // In bounds of both: checked above.
        unsafe (target + place).copyMemory(from: source, byteCount: size)
    }
}

extension ByteWriter: HeadOutput {
    @inline(__always)
    mutating func append(_ text: StaticString) {
        unsafe self.append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func append(_ bytes: ByteBuffer) {
        unsafe bytes.withUnsafeReadableBytes { unsafe self.append($0) }
    }

    @inline(__always)
    mutating func append(decimal number: Int) {
        let digits = DecimalDigits(of: number)
        digits.read { digits in unsafe digits.bytes.withUnsafeBytes { unsafe self.append($0) } }
    }

    @inline(__always)
    mutating func append(hexadecimal number: UInt64) {
        let digits = HexadecimalDigits(of: number)
        digits.read { digits in unsafe digits.withUnsafeBytes { unsafe self.append($0) } }
    }

    mutating func append(text: String) {
        var text = text
        text.withUTF8 { unsafe self.append(UnsafeRawBufferPointer($0)) }
    }
}

extension ByteWriter: PageOutput {
    @inline(__always)
    mutating func write(text: RawSpan, at range: Range<Int>) {
        unsafe text.extracting(range).withUnsafeBytes { unsafe self.append($0) }
    }

    @inline(__always)
    mutating func write(_ fragment: some PageFragment, _ nature: PieceNature) {
        self.append(fragment.body)
    }

    mutating func write(_ value: Value, _ escaper: Escaper, _ nature: PieceNature) {
        _ = self.escape(value, escaper)
    }

    /// Writes a value, and gives what it was written as.
    mutating func escape(_ value: Value, _ escaper: Escaper) -> ByteBuffer {
        self.scratch.clear()
        escaper.write(value, into: &self.scratch)
        self.append(self.scratch)
        return self.scratch
    }
}

extension ByteBuffer {
    /// Lends at least `room` writable bytes to a writer.
    ///
    /// - Returns: nil when they did; else how many bytes it takes, and nothing is written.
    @inline(__always)
    mutating func write(atMost room: Int, _ body: (inout ByteWriter) -> Void) -> Int? {
        var missing: Int?
        unsafe self.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { memory in
            var writer = unsafe ByteWriter(memory)
            body(&writer)
            missing = writer.isWhole ? nil : writer.count
            return writer.isWhole ? writer.count : 0
        }
        return missing
    }
}
