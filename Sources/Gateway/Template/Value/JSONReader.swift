/// Reads JSON strictly by RFC 8259.
struct JSONReader {
    /// Values nested deeper than this are refused.
    static let deepest = 64

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    /// A reader of a whole document.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads the one value of the document.
    mutating func readDocument() throws(JSONFailure) -> Value {
        let value = try readValue()
        skipSpace()
        guard position == bytes.count else { throw failure("there is something after the value") }
        return value
    }

    private func failure(_ message: String) -> JSONFailure {
        JSONFailure(message: message, offset: position)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func readValue() throws(JSONFailure) -> Value {
        skipSpace()
        guard let byte = next else { throw failure("a value is missing") }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            depth += 1
            defer { depth -= 1 }
            guard depth <= Self.deepest else { throw failure("values are nested more than \(Self.deepest) deep") }
            position += 1
            return byte == UInt8(ascii: "{") ? try readObject() : try readArray()
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .none)
        default: return try readNumber()
        }
    }

    private mutating func readWord(_ word: String, _ value: Value) throws(JSONFailure) -> Value {
        guard bytes[position...].starts(with: word.utf8) else { throw failure("this is no value") }
        position += word.utf8.count
        return value
    }

    private mutating func readArray() throws(JSONFailure) -> Value {
        var items: [Value] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array([]) }
        while true {
            items.append(try readValue())
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            guard take(UInt8(ascii: ",")) else { throw failure("\",\" or \"]\" is missing") }
        }
    }

    private mutating func readObject() throws(JSONFailure) -> Value {
        var members: [(key: String, value: Value)] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object([:]) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("a name in quotes is missing") }
            let key = try readString()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("\":\" is missing") }
            members.append((key, try readValue()))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(ValueObject(members)) }
            guard take(UInt8(ascii: ",")) else { throw failure("\",\" or \"}\" is missing") }
        }
    }

    // MARK: Numbers

    private mutating func readNumber() throws(JSONFailure) -> Value {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try readDigits() }
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try readDigits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
            try readDigits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let integer = Int(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw failure("this number is too large") }
        return .number(number)
    }

    private mutating func readDigits() throws(JSONFailure) {
        let start = position
        while let byte = next, byte.isASCIIDigit { position += 1 }
        guard position > start else { throw failure(start < bytes.count ? "this is no value" : "a digit is missing") }
    }

    // MARK: Strings

    private mutating func readString() throws(JSONFailure) -> String {
        position += 1
        var escaped: [UInt8] = []
        var start = position
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                // Most texts have no escapes and are taken as they stand.
                let run = bytes[start..<(position - 1)]
                let text =
                    escaped.isEmpty
                    ? String(validating: run, as: UTF8.self) : String(validating: escaped + run, as: UTF8.self)
                guard let text else { throw failure("this text is not UTF-8") }
                return text
            case UInt8(ascii: "\\"):
                escaped += bytes[start..<(position - 1)]
                try readEscape(into: &escaped)
                start = position
            case 0..<0x20: throw failure("a control character stands in a text")
            default: break
            }
        }
        throw failure("a text is never closed")
    }

    private mutating func readEscape(into text: inout [UInt8]) throws(JSONFailure) {
        guard let byte = next else { throw failure("a text is never closed") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try readScalar()).utf8)
        default: throw failure("there is no such escape")
        }
    }

    /// Reads the digits of a `\u` escape, and of a second one where two make one character.
    private mutating func readScalar() throws(JSONFailure) -> Character {
        let first = try readUnit()
        var value = UInt32(first)
        if UTF16.isLeadSurrogate(first), next == UInt8(ascii: "\\"), position + 1 < bytes.count,
            bytes[position + 1] == UInt8(ascii: "u")
        {
            position += 2
            let second = try readUnit()
            guard UTF16.isTrailSurrogate(second) else { throw failure("half a character is missing") }
            value = 0x10000 + (UInt32(first) & 0x3FF) << 10 + UInt32(second) & 0x3FF
        }
        guard let scalar = UnicodeScalar(value) else { throw failure("half a character is missing") }
        return Character(scalar)
    }

    private mutating func readUnit() throws(JSONFailure) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
                throw failure("four hexadecimal digits are missing")
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
