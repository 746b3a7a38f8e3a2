import NIOCore

/// Writes into memory that is there already, a few instructions a piece where a buffer takes hundreds.
///
/// What does not fit is not written, and ``isFull`` tells so: then all of it is to be written again, with more room.
/// Safe, because each write is held against the memory's size, and because only ``NIOCore/ByteBuffer/write(atMost:_:)``
/// makes a writer, which does not outlive the memory that is lent to it there.
@safe struct ByteWriter {
    private let memory: UnsafeMutableRawBufferPointer
    /// The bytes that have been written.
    private(set) var count = 0
    /// Whether something did not fit.
    private(set) var isFull = false
    /// Where values are escaped.
    private var scratch = ByteBuffer()

    fileprivate init(_ memory: UnsafeMutableRawBufferPointer) {
        unsafe self.memory = memory
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        let size = bytes.count
        let room = unsafe self.memory.count &- self.count
        guard !self.isFull, size <= room else {
            self.isFull = true
            return
        }
        guard let source = bytes.baseAddress, let target = unsafe self.memory.baseAddress else { return }
        // In bounds of both: checked above.
        unsafe (target + self.count).copyMemory(from: source, byteCount: size)
        self.count &+= size
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
        self.scratch.clear()
        escaper.write(value, into: &self.scratch)
        self.append(self.scratch)
    }
}

extension ByteBuffer {
    /// Lends at least `room` writable bytes to a writer; false, with nothing written, when they did not do.
    @inline(__always)
    mutating func write(atMost room: Int, _ body: (inout ByteWriter) -> Void) -> Bool {
        var isWhole = false
        unsafe self.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { memory in
            var writer = unsafe ByteWriter(memory)
            body(&writer)
            isWhole = !writer.isFull
            return isWhole ? writer.count : 0
        }
        return isWhole
    }
}
