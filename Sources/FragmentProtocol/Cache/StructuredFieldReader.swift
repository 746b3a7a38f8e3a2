/// Reads the parts of structured fields (RFC 8941, section 4.2).
struct StructuredFieldReader {
    /// A value, as far as it is kept.
    enum Value: Hashable {
        /// `?1`, `?0`, or a member of a dictionary without a value.
        case boolean(Bool)
        /// A whole number of at most 15 digits.
        case integer(Int64)
        /// A string, without its quotes.
        case string(String)
        /// A value of another type.
        case other
    }

    /// What is not read yet.
    private(set) var rest: ArraySlice<UInt8>

    /// A reader at the beginning of a field.
    init(_ text: some StringProtocol) { rest = Array(text.utf8)[...] }

    /// Leaves out the characters at the beginning that meet a condition, and returns how many they were.
    @discardableResult
    mutating func skip(_ condition: (UInt8) -> Bool) -> Int {
        let count = rest.prefix(while: condition).count
        rest = rest.dropFirst(count)
        return count
    }

    /// Reads a character if it is the next one.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Reads a key (section 4.2.3.3).
    mutating func key() -> String? {
        guard let first = rest.first, first.isLowercaseLetter || first == UInt8(ascii: "*") else { return nil }
        let key = rest.prefix { $0.isLowercaseLetter || $0.isDigit || "_-.*".utf8.contains($0) }
        rest = rest.dropFirst(key.count)
        return String(decoding: key, as: UTF8.self)
    }

    /// Reads an item or an inner list (section 4.2.1.1), without the parameters after it.
    mutating func itemOrInnerList() -> Value? {
        guard take("(") else { return bareItem() }
        while true {
            skip { $0 == UInt8(ascii: " ") }
            if take(")") { return .other }
            guard bareItem() != nil, parameters() else { return nil }
            // A space or the end of the list must follow each item.
            guard rest.first == UInt8(ascii: " ") || rest.first == UInt8(ascii: ")") else { return nil }
        }
    }

    /// Reads parameters, if there are any (section 4.2.3.2).
    mutating func parameters() -> Bool {
        while take(";") {
            skip { $0 == UInt8(ascii: " ") }
            guard key() != nil else { return false }
            if take("="), bareItem() == nil { return false }
        }
        return true
    }

    /// Reads a bare item (section 4.2.3.1).
    private mutating func bareItem() -> Value? {
        guard let first = rest.first else { return nil }
        switch first {
        case UInt8(ascii: "?"):
            rest = rest.dropFirst()
            if take("1") { return .boolean(true) }
            return take("0") ? .boolean(false) : nil
        case UInt8(ascii: "\""): return string().map { .string($0) }
        case UInt8(ascii: ":"):
            rest = rest.dropFirst()
            skip { $0.isLetter || $0.isDigit || "+/=".utf8.contains($0) }
            return take(":") ? .other : nil
        case _ where first == UInt8(ascii: "-") || first.isDigit: return number()
        case _ where first == UInt8(ascii: "*") || first.isLetter:
            skip { $0.isTokenCharacter || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }
            return .other
        default: return nil
        }
    }

    /// Reads an integer or a decimal (section 4.2.4).
    private mutating func number() -> Value? {
        let sign: Int64 = take("-") ? -1 : 1
        let digits = rest.prefix { $0.isDigit }
        rest = rest.dropFirst(digits.count)
        guard !digits.isEmpty, digits.count <= 15 else { return nil }
        if take(".") {
            let fraction = skip { $0.isDigit }
            return (1...3).contains(fraction) && digits.count <= 12 ? .other : nil
        }
        return .integer(sign * digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) })
    }

    /// Reads a string (section 4.2.5).
    private mutating func string() -> String? {
        rest = rest.dropFirst()
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst(), escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\")
                else { return nil }
                text.append(escaped)
            case 0x20...0x7E: text.append(byte)
            default: return nil
            }
        }
        return nil
    }
}
