import NIOCore

/// Writes values so that each stays what it is at its place in the document.
extension Escaper {
    /// Writes a known value.
    func write(_ value: Value, into output: inout ByteBuffer) {
        switch self {
        case .text:
            if case .markup(let markup) = value {
                output.writeString(markup)
            } else {
                output.writeHTML(value.text)
            }
        case .attribute:
            if case .markup(let markup) = value {
                // Its entities are there on purpose; a quote or a tag would end the place.
                output.writeHTML(markup, keepsReferences: true)
            } else {
                output.writeHTML(value.text)
            }
        case .urlStart:
            let url = value.text.trimmed
            output.writeURL(Self.isHarmless(url, isStart: true) ? url : "#")
        case .urlUndecided:
            let url = value.text
            output.writeURL(Self.isHarmless(url, isStart: false) ? url : "#")
        case .urlRest: output.writeURL(value.text)
        case .script: output.writeString(value.jsonText)
        }
    }

    /// Schemes that lead somewhere and run nothing.
    private static let schemes: Set<String> = ["geo", "http", "https", "mailto", "sms", "tel", "webcal", "xmpp"]

    /// Whether a URL has no scheme, or at its start one that runs nothing.
    private static func isHarmless(_ url: String, isStart: Bool) -> Bool {
        for index in url.utf8.indices {
            switch url.utf8[index] {
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"): return true
            case UInt8(ascii: ":"): return isStart && schemes.contains(url[..<index].lowercased())
            default: break
            }
        }
        return true
    }
}

extension ByteBuffer {
    /// Writes bytes that need no replacement.
    private mutating func writeRun(_ run: Span<UInt8>) {
        // The bytes of a byte have no padding, which is what `bytes` is unsafe for.
        unsafe writeBytes(run.bytes)
    }

    /// Writes text with references for the characters that have a meaning in HTML.
    fileprivate mutating func writeHTML(_ text: String, keepsReferences: Bool = false) {
        let bytes = text.utf8Span.span
        var start = 0
        for index in bytes.indices {
            let reference: StaticString
            switch bytes[index] {
            case UInt8(ascii: "&"):
                if keepsReferences { continue }
                reference = "&amp;"
            case UInt8(ascii: "<"): reference = "&lt;"
            case UInt8(ascii: ">"): reference = "&gt;"
            case UInt8(ascii: "\""): reference = "&quot;"
            case UInt8(ascii: "'"): reference = "&#39;"
            default: continue
            }
            // Text goes over in runs, which are most often the whole of it.
            writeRun(bytes.extracting(start..<index))
            writeStaticString(reference)
            start = index + 1
        }
        writeRun(bytes.extracting(start..<bytes.count))
    }

    /// Writes a URL, or a part of one, with percent-encoding for the bytes that no URL has (RFC 3986).
    fileprivate mutating func writeURL(_ text: String) {
        let bytes = text.utf8Span.span
        var start = 0
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "&") || !byte.isURLByte else { continue }
            writeRun(bytes.extracting(start..<index))
            start = index + 1
            if byte == UInt8(ascii: "&") {
                writeStaticString("&amp;")
            } else {
                writeInteger(UInt8(ascii: "%"))
                writeInteger((byte >> 4).hexadecimalDigit)
                writeInteger((byte & 15).hexadecimalDigit)
            }
        }
        writeRun(bytes.extracting(start..<bytes.count))
    }
}

extension UInt8 {
    /// Whether the byte may stand in a URL: unreserved, reserved, or the sign of an encoded byte.
    fileprivate var isURLByte: Bool {
        switch self {
        case 0...0x20, 0x7F...0xFF, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "\\"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"),
            UInt8(ascii: "}"):
            false
        default: true
        }
    }

    /// The digit for a number below 16.
    fileprivate var hexadecimalDigit: UInt8 {
        self < 10 ? UInt8(ascii: "0") + self : UInt8(ascii: "A") + self - 10
    }
}
