/// The fields of a query, one after the other, as they were sent (URL standard, application/x-www-form-urlencoded).
struct QueryFields {
    private var cursor: Int
    private let end: Int

    init(of query: ByteRange) {
        self.cursor = query.range.lowerBound
        self.end = query.range.upperBound
    }

    /// The next field's name and value; the value is empty when there is no `=`.
    mutating func next(in bytes: Span<UInt8>) -> (name: ByteRange, value: ByteRange)? {
        while self.cursor < self.end {
            let start = self.cursor
            var equals: Int?
            while self.cursor < self.end, bytes[self.cursor] != 0x26 {
                if equals == nil, bytes[self.cursor] == 0x3d { equals = self.cursor }
                self.cursor += 1
            }
            let fieldEnd = self.cursor
            self.cursor += 1
            guard fieldEnd > start else { continue }
            let nameEnd = equals ?? fieldEnd
            let valueStart = equals.map { $0 + 1 } ?? fieldEnd
            return (
                ByteRange(offset: start, length: nameEnd - start),
                ByteRange(offset: valueStart, length: fieldEnd - valueStart)
            )
        }
        return nil
    }
}

/// Takes percent-encoding off (RFC 3986, section 2.1); a `%` that begins no encoding stays as it is.
enum PercentEncoding {
    static func decoded(_ range: ByteRange, in bytes: Span<UInt8>) -> String {
        Self.decoded(range, in: bytes, plusIsSpace: false)
    }

    /// The same for a field of a form or a query, where `+` is a space.
    static func decodedFormField(_ range: ByteRange, in bytes: Span<UInt8>) -> String {
        Self.decoded(range, in: bytes, plusIsSpace: true)
    }

    private static func decoded(_ range: ByteRange, in bytes: Span<UInt8>, plusIsSpace: Bool) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(Int(range.length))
        var position = range.range.lowerBound
        let end = range.range.upperBound
        while position < end {
            let byte = bytes[position]
            if byte == 0x25, position + 2 < end, let high = bytes[position + 1].hexadecimalValue,
                let low = bytes[position + 2].hexadecimalValue
            {
                result.append(high << 4 | low)
                position += 3
            } else {
                result.append(plusIsSpace && byte == 0x2b ? .space : byte)
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
