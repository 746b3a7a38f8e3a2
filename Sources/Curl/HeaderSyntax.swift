/// What may stand in the parts of a request's head.
enum HeaderSyntax {
    /// A byte of a token (RFC 9110 section 5.6.2): of methods and field names.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default:
            false
        }
    }

    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isTokenByte)
    }

    /// A field value: no control character but the tab.
    static func isFieldValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 == 9 || ($0 >= 0x20 && $0 != 0x7F) }
    }

    /// A request target that can stand in a request line: a path, or the `*` of `OPTIONS`.
    static func isTarget(_ text: String) -> Bool {
        (text.utf8.first == UInt8(ascii: "/") || text == "*") && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    /// Whether two names are the same field's: they are compared without case (RFC 9110 section 5.1).
    static func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count && zip(one.utf8, other.utf8).allSatisfy { small($0) == small($1) }
    }

    private static func small(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    /// True for fields that describe the connection or the framing (RFC 9110 section 7.6.1), which are the driver's own.
    static func belongsToConnection(_ name: String) -> Bool {
        switch name.lowercased() {
        case "connection", "content-length", "expect", "keep-alive", "proxy-connection", "te", "trailer",
            "transfer-encoding", "upgrade":
            true
        default:
            false
        }
    }
}
