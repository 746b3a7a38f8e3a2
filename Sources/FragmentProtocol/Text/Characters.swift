extension UInt8 {
    /// Whether RFC 3986 (section 2.3) calls the character unreserved.
    var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Whether RFC 9110 (section 5.6.2) allows the character in a token.
    var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }

    /// Whether the character is a decimal digit.
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    /// Whether the character is a lower-case letter of ASCII.
    var isLowercaseLetter: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }

    /// Whether the character is a letter of ASCII.
    var isLetter: Bool { isLowercaseLetter || (self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z")) }

    /// Whether the character is a space or a tab, the white space inside a header field (RFC 9110, section 5.6.3).
    var isFieldSpace: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    /// Whether the character is visible ASCII, which leaves out the space.
    var isVisible: Bool { self > 0x20 && self < 0x7F }

    /// Whether a header field's value may hold the character (RFC 9110, section 5.5).
    var isFieldValueCharacter: Bool { self >= 0x20 && self != 0x7F || self == UInt8(ascii: "\t") }

    /// The value of a hexadecimal digit of either case.
    var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The character with a capital letter of ASCII made small.
    @usableFromInline
    var lowercasedASCII: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
    }
}

extension StringProtocol {
    /// Whether the text is a token (RFC 9110, section 5.6.2).
    var isToken: Bool { !isEmpty && utf8.allSatisfy { $0.isTokenCharacter } }

    /// Whether the text is `[a-z][a-z0-9-]*` and at most 64 characters long.
    var isLowercaseName: Bool {
        guard let first = utf8.first, first.isLowercaseLetter, utf8.count <= 64 else { return false }
        return utf8.allSatisfy { $0.isLowercaseLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
    }

    /// Whether the text is free of control characters and so can be the value of a header field.
    var isFieldValue: Bool { utf8.allSatisfy { $0.isFieldValueCharacter } }

    /// Whether the bytes of both texts are the same, where `==` also equates texts that Unicode calls equivalent.
    func hasSameBytes(as other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }

    /// The text with capital letters of ASCII made small and nothing else changed.
    var lowercasedASCII: String {
        if utf8.allSatisfy({ $0 == $0.lowercasedASCII }) { return String(self) }
        return String(decoding: utf8.map { $0.lowercasedASCII }, as: UTF8.self)
    }
}

extension Substring {
    /// The text without spaces and tabs at its ends.
    var trimmed: Substring {
        var bytes = utf8
        while let first = bytes.first, first.isFieldSpace { bytes.removeFirst() }
        while let last = bytes.last, last.isFieldSpace { bytes.removeLast() }
        return Substring(bytes)
    }
}

/// A text as it is shown in a message: in quotes, shortened, control characters escaped.
func quoted(_ text: some StringProtocol) -> String {
    var result = "\""
    for (count, scalar) in text.unicodeScalars.enumerated() {
        if count == 60 {
            result += "…"
            break
        }
        switch scalar {
        case "\"", "\\": result += "\\\(scalar)"
        case _ where scalar.value < 0x20 || (scalar.value >= 0x7F && scalar.value < 0xA0):
            result += "\\u{\(String(scalar.value, radix: 16))}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
