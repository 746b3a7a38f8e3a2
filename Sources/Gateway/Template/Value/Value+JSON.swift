package import NIOCore

/// Why bytes are not JSON, or not within the limits of what a service may answer.
package struct JSONFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package let message: String
    /// The byte at which it was found.
    package let offset: Int

    /// The message and the byte.
    package var description: String { "\(message) at byte \(offset)" }
}

extension Value {
    /// The JSON (RFC 8259) of a buffer's readable bytes; members stay in their order.
    ///
    /// - Throws: when the bytes are not JSON in UTF-8, or are nested more than 64 deep.
    package init(json: ByteBuffer) throws(JSONFailure) {
        var reader = JSONReader(Array(json.readableBytesView))
        self = try reader.readDocument()
    }

    /// The value as JSON, with nothing that could end a `<script>` or begin markup.
    ///
    /// `<`, `>`, `&` and the two line separators of Unicode are written as `\u` escapes.
    var jsonText: String {
        var text = ""
        appendJSON(to: &text)
        return text
    }

    private func appendJSON(to text: inout String) {
        switch self {
        case .none, .pending: text += "null"
        case .bool(let truth): text += truth ? "true" : "false"
        case .integer(let integer): text += String(integer)
        case .number(let number): text += number.isFinite ? number.templateText : "null"
        case .string(let string), .markup(let string): Self.appendJSON(string, to: &text)
        case .array(let items):
            text += "["
            for (index, item) in items.enumerated() {
                if index > 0 { text += "," }
                item.appendJSON(to: &text)
            }
            text += "]"
        case .object(let object):
            text += "{"
            for (index, (key, value)) in zip(object.keys, object.values).enumerated() {
                if index > 0 { text += "," }
                Self.appendJSON(key, to: &text)
                text += ":"
                value.appendJSON(to: &text)
            }
            text += "}"
        }
    }

    private static func appendJSON(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "<", ">", "&", "\u{2028}", "\u{2029}", "\u{0}"..."\u{1F}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
