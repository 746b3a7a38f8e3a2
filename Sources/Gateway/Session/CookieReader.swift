/// Finds cookies in the value of a `Cookie` header (RFC 6265, sections 4.2 and 5.4) without copying a byte.
///
/// A name may stand there more than once: a neighbouring host can set a cookie for the whole domain, and nothing in the
/// header tells the two apart (section 8.6). So the reader goes on, and who reads a session tries each of its values.
package struct CookieReader {
    private var position: Int
    private let end: Int

    /// - Parameter header: the header's value.
    package init(_ header: ByteRange) {
        self.position = header.range.lowerBound
        self.end = header.range.upperBound
    }

    /// The value of the next cookie with the name, which is compared byte by byte.
    ///
    /// A value may be empty; double quotes
    /// around it are part of it.
    package mutating func next(named name: StaticString, in bytes: Span<UInt8>) -> ByteRange? {
        while self.position < self.end {
            var start = self.position
            var pairEnd = start
            var equals: Int?
            while pairEnd < self.end, bytes[pairEnd] != .semicolon {
                if equals == nil, bytes[pairEnd] == UInt8(ascii: "=") { equals = pairEnd }
                pairEnd += 1
            }
            self.position = pairEnd + 1
            // A pair without `=` is a value without a name (RFC 6265bis, section 5.6).
            guard let equals else { continue }
            while start < equals, Self.isBlank(bytes[start]) { start += 1 }
            var nameEnd = equals
            while nameEnd > start, Self.isBlank(bytes[nameEnd - 1]) { nameEnd -= 1 }
            guard bytes.matches(name, at: ByteRange(offset: start, length: nameEnd - start)) else { continue }
            var valueStart = equals + 1
            while valueStart < pairEnd, Self.isBlank(bytes[valueStart]) { valueStart += 1 }
            while pairEnd > valueStart, Self.isBlank(bytes[pairEnd - 1]) { pairEnd -= 1 }
            return ByteRange(offset: valueStart, length: pairEnd - valueStart)
        }
        return nil
    }

    /// The value of the first cookie with the name.
    package static func value(of name: StaticString, in bytes: Span<UInt8>, at header: ByteRange) -> ByteRange? {
        var reader = CookieReader(header)
        return reader.next(named: name, in: bytes)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == .space || byte == .tab }
}
