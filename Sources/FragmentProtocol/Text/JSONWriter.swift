/// Writes one JSON object in ASCII, so that it fits into a header field or a token.
struct JSONWriter {
    /// What is written.
    private(set) var text = ""
    /// Whether the next member is the first of its object.
    private var isFirst = true

    /// Opens the object.
    mutating func beginObject() {
        text += "{"
        isFirst = true
    }

    /// Closes the object.
    mutating func endObject() { text += "}" }

    /// Writes a member with a text.
    mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    /// Writes a member with a whole number.
    mutating func member(_ name: String, _ value: Int64) {
        key(name)
        text += String(value)
    }

    /// Writes a member with a list of texts.
    mutating func member(_ name: String, _ values: [String]) {
        key(name)
        text += "["
        for (index, value) in values.enumerated() {
            if index > 0 { text += "," }
            string(value)
        }
        text += "]"
    }

    /// Writes a member with a scalar; a number that JSON cannot write becomes null (RFC 8259, section 6).
    mutating func member(_ name: String, _ value: ScalarValue) {
        key(name)
        switch value {
        case .string(let value): string(value)
        case .number(let number) where !number.isFinite: text += "null"
        case .integer, .number, .boolean: text += value.text
        }
    }

    /// JSON with every character beyond ASCII, which can only stand within strings, written `\uXXXX`.
    ///
    /// White space other than the space becomes a space: outside of strings it means nothing, and a header field cannot
    /// hold line breaks.
    ///
    /// - Parameter json: what a decoder has taken for JSON.
    /// - Returns: the JSON in ASCII, or nil when a string holds a control character, which decoders let pass and
    ///   RFC 8259 (section 7) does not.
    static func escapingNonASCII(_ json: some StringProtocol) -> String? {
        var result = ""
        var isInString = false
        var isEscaped = false
        for scalar in json.unicodeScalars {
            if scalar.value < 0x20 {
                if isInString { return nil }
                result += " "
            } else if scalar.value < 0x7F {
                result.unicodeScalars.append(scalar)
            } else {
                appendEscape(scalar, to: &result)
            }
            if scalar == "\"", !isEscaped { isInString.toggle() }
            isEscaped = scalar == "\\" && !isEscaped
        }
        return result
    }

    /// Writes a member's name.
    private mutating func key(_ name: String) {
        if !isFirst { text += "," }
        isFirst = false
        string(name)
        text += ":"
    }

    /// Writes a text between quotation marks.
    private mutating func string(_ value: String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case _ where scalar.value >= 0x20 && scalar.value < 0x7F: text.unicodeScalars.append(scalar)
            default: Self.appendEscape(scalar, to: &text)
            }
        }
        text += "\""
    }

    /// Appends a character as `\uXXXX`, as two of them beyond the basic plane.
    private static func appendEscape(_ scalar: Unicode.Scalar, to result: inout String) {
        for unit in String(scalar).utf16 {
            let digits = String(unit, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
}
