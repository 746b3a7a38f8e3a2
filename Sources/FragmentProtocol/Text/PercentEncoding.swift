/// The percent-encoding of RFC 3986, section 2.1, over UTF-8.
enum PercentEncoding {
    /// Appends `text` with every byte but RFC 3986's unreserved ones (section 2.3) written as `%XX`, in upper case.
    static func append(_ text: String, to result: inout String) {
        if text.utf8.allSatisfy({ $0.isUnreserved }) {
            result += text
            return
        }
        for byte in text.utf8 { append(byte, kept: byte.isUnreserved, to: &result) }
    }

    /// Appends one byte, as it stands or as `%XX`.
    static func append(_ byte: UInt8, kept: Bool, to result: inout String) {
        if kept {
            result.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            result += "%"
            result.unicodeScalars.append(Unicode.Scalar(hexadecimalDigit(byte >> 4)))
            result.unicodeScalars.append(Unicode.Scalar(hexadecimalDigit(byte & 0x0F)))
        }
    }

    /// The text that `encoded` stands for.
    ///
    /// - Parameters:
    ///   - encoded: text with `%XX` triplets; other bytes stand for themselves.
    ///   - plusIsSpace: whether `+` means a space, as HTML forms write it.
    /// - Returns: the decoded text.
    /// - Throws: a ``FragmentSyntaxError`` when a triplet is broken or the bytes are not UTF-8.
    static func decode(_ encoded: Substring, plusIsSpace: Bool) throws(FragmentSyntaxError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.utf8.count)
        var rest = encoded.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst()?.hexadecimalValue, let low = rest.popFirst()?.hexadecimalValue else {
                    throw FragmentSyntaxError(
                        .badPercentEncoding,
                        "\(quoted(encoded)) has a % that two hexadecimal digits do not follow"
                    )
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace:
                bytes.append(UInt8(ascii: " "))
            default:
                bytes.append(byte)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FragmentSyntaxError(.badText, "\(quoted(encoded)) does not decode to UTF-8")
        }
        return text
    }

    /// The digit of a value below 16, in upper case as RFC 3986 (section 2.1) asks.
    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
