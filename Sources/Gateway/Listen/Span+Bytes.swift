extension UInt8 {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0a
    static let carriageReturn: UInt8 = 0x0d
    static let space: UInt8 = 0x20
    static let comma: UInt8 = 0x2c
    static let slash: UInt8 = 0x2f
    static let colon: UInt8 = 0x3a
    static let semicolon: UInt8 = 0x3b

    var isDigit: Bool { self >= 0x30 && self <= 0x39 }

    /// Whether the byte may stand in a field's value: a tab, or no control character (RFC 9110, section 5.5).
    var isText: Bool { self == .tab || self >= .space && self != 0x7f }

    /// The byte with `A` to `Z` made small.
    @inline(__always)
    var lowercased: UInt8 { self >= 0x41 && self <= 0x5a ? self | 0x20 : self }

    /// The value of a hexadecimal digit.
    @inline(__always)
    var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}

extension Span<UInt8> {
    /// The position of the first byte from `start` on that is below the space or is DEL; eight bytes at a time.
    @inline(__always)
    func firstControl(from start: Int) -> Int? {
        let count = self.count
        var position = start
        // Every byte of a span is initialized.
        let raw = unsafe self.bytes
        while position &+ 8 <= count {
            // In bounds: position + 8 <= count, and every bit pattern is a UInt64.
            let word = UInt64(
                littleEndian: unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self)
            )
            // The classic test for "a byte below n" and "a byte equal to n" in a word (Hacker's Delight, 6-1); bytes
            // of 0x80 and above are neither.
            let below = (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080
            let delete = word ^ 0x7f7f_7f7f_7f7f_7f7f
            let equal = (delete &- 0x0101_0101_0101_0101) & ~delete & 0x8080_8080_8080_8080
            let hits = below | equal
            // The lowest hit is exact; borrows can only make false ones above it.
            if hits != 0 { return position &+ hits.trailingZeroBitCount >> 3 }
            position &+= 8
        }
        while position < count {
            let byte = self[position]
            if byte < 0x20 || byte == 0x7f { return position }
            position &+= 1
        }
        return nil
    }

    /// Whether the run holds exactly the text.
    @inline(__always)
    func matches(_ text: StaticString, at range: ByteRange) -> Bool {
        guard text.utf8CodeUnitCount == Int(range.length) else { return false }
        let start = Int(range.offset)
        // In bounds: the counts are equal, and the span checks its own index.
        let expected = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        for index in 0..<Int(range.length) {
            let letter = unsafe expected[index]
            if self[start &+ index] != letter { return false }
        }
        return true
    }

    /// Whether the run holds the text, which is given in small letters, whatever the case of its ASCII letters.
    @inline(__always)
    func matchesIgnoringCase(_ text: StaticString, at range: ByteRange) -> Bool {
        guard text.utf8CodeUnitCount == Int(range.length) else { return false }
        let start = Int(range.offset)
        // In bounds: the counts are equal, and the span checks its own index.
        let expected = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        for index in 0..<Int(range.length) {
            let letter = unsafe expected[index]
            if self[start &+ index].lowercased != letter { return false }
        }
        return true
    }

    /// The decimal number that the run holds, or nil when it is empty, has another byte or does not fit.
    func decimal(at range: ByteRange) -> Int? {
        guard range.length > 0 else { return nil }
        var value = 0
        for position in range.range {
            let byte = self[position]
            guard byte.isDigit else { return nil }
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(Int(byte - 0x30))
            if overflowed || carried { return nil }
            value = sum
        }
        return value
    }

    /// The run as text; bytes that are not UTF-8 become U+FFFD.
    func string(at range: ByteRange) -> String {
        guard !range.isEmpty else { return "" }
        return unsafe self.extracting(range.range).withUnsafeBufferPointer { buffer in
            unsafe String(decoding: buffer, as: UTF8.self)
        }
    }
}

/// The items of a comma-separated header value (RFC 9110, section 5.6.1), without the white space around them.
struct ListItems {
    private var position: Int
    private let end: Int

    init(of value: ByteRange) {
        self.position = value.range.lowerBound
        self.end = value.range.upperBound
    }

    /// The next item that is not empty.
    mutating func next(in bytes: Span<UInt8>) -> ByteRange? {
        while self.position < self.end {
            var start = self.position
            while self.position < self.end, bytes[self.position] != .comma { self.position += 1 }
            var last = self.position
            self.position += 1
            while start < last, bytes[start] == .space || bytes[start] == .tab { start += 1 }
            while last > start, bytes[last - 1] == .space || bytes[last - 1] == .tab { last -= 1 }
            if last > start { return ByteRange(offset: start, length: last - start) }
        }
        return nil
    }
}
