/// The tokenizer: how static text changes the context, byte by byte.
extension HTMLContext {
    /// Reads one byte of static text.
    ///
    /// - Throws: when the byte makes it impossible to follow what comes next; reading can go on all the same.
    mutating func read(_ byte: UInt8) throws(Refusal) {
        switch state {
        case .text:
            if byte == UInt8(ascii: "<") { state = .tagOpen }
        case .tagOpen: readTagOpen(byte)
        case .endTagOpen: readEndTagOpen(byte)
        case .tagName:
            if byte.isHTMLSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") {
                state = .beforeAttributeName
                readInTag(byte)
            } else {
                tag.append(Self.lowercased(byte))
            }
        case .beforeAttributeName, .afterAttributeName, .selfClosing: readInTag(byte)
        case .attributeName: readAttributeName(byte)
        case .beforeAttributeValue: readBeforeValue(byte)
        case .attributeValue(let quote):
            if byte == quote {
                endAttribute(.afterAttributeValue)
            } else {
                try readURL(byte)
            }
        case .unquotedValue:
            if byte.isHTMLSpace || byte == UInt8(ascii: ">") {
                endAttribute(.beforeAttributeName)
                readInTag(byte)
            }
        case .afterAttributeValue:
            state = .beforeAttributeName
            readInTag(byte)
        case .tagGap:
            guard byte.isHTMLSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") else {
                state = .beforeAttributeName
                readInTag(byte)
                throw Refusal(
                    message: "the branches before this end differently inside the tag <\(tag)>",
                    suggestion: "put a space here"
                )
            }
            state = .beforeAttributeName
            readInTag(byte)
        case .declarationOpen(let dashes): readDeclarationOpen(byte, dashes: dashes)
        case .declaration:
            if byte == UInt8(ascii: ">") { state = .text }
        case .comment(let end): readComment(byte, end)
        case .raw(let element): try readRaw(byte, element)
        }
    }

    private static func lowercased(_ byte: UInt8) -> Character {
        let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        return Character(UnicodeScalar(isUpper ? byte | 0x20 : byte))
    }

    // MARK: Tags

    private mutating func readTagOpen(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "/"): state = .endTagOpen
        case UInt8(ascii: "!"): state = .declarationOpen(dashes: 0)
        case UInt8(ascii: "?"): state = .declaration
        case UInt8(ascii: "<"): break
        case _ where byte.isASCIILetter: beginTag(byte, isEndTag: false)
        default: state = .text
        }
    }

    private mutating func readEndTagOpen(_ byte: UInt8) {
        if byte.isASCIILetter {
            beginTag(byte, isEndTag: true)
        } else {
            state = byte == UInt8(ascii: ">") ? .text : .declaration
        }
    }

    private mutating func beginTag(_ byte: UInt8, isEndTag: Bool) {
        state = .tagName
        tag = String(Self.lowercased(byte))
        self.isEndTag = isEndTag
    }

    /// Reads a byte in a tag, outside of an attribute's name and value.
    private mutating func readInTag(_ byte: UInt8) {
        if byte.isHTMLSpace {
            if state != .afterAttributeName { state = .beforeAttributeName }
            return
        }
        switch byte {
        case UInt8(ascii: ">"): endTag()
        case UInt8(ascii: "/"):
            attribute = ""
            state = .selfClosing
        case UInt8(ascii: "=") where state == .afterAttributeName: state = .beforeAttributeValue
        default:
            attribute = String(Self.lowercased(byte))
            state = .attributeName
        }
    }

    private mutating func endTag() {
        let element = isEndTag ? nil : RawElement(rawValue: tag)
        state = element.map { .raw($0) } ?? .text
        tag = ""
        isEndTag = false
        attribute = ""
        url = .start
        script = ScriptContext()
    }

    // MARK: Attributes

    private mutating func readAttributeName(_ byte: UInt8) {
        if byte == UInt8(ascii: "=") {
            state = .beforeAttributeValue
        } else if byte.isHTMLSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") {
            state = .afterAttributeName
            readInTag(byte)
        } else {
            attribute.append(Self.lowercased(byte))
        }
    }

    private mutating func readBeforeValue(_ byte: UInt8) {
        if byte.isHTMLSpace { return }
        url = .start
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            state = .attributeValue(quote: byte)
            // Looked up once for a value, not for each of its bytes.
            if attributeKind != .url { url = .decided }
        case UInt8(ascii: ">"): endTag()
        default: state = .unquotedValue
        }
    }

    private mutating func endAttribute(_ next: State) {
        attribute = ""
        url = .start
        state = next
    }

    /// Follows a URL up to the byte that decides what its scheme is.
    private mutating func readURL(_ byte: UInt8) throws(Refusal) {
        let known: String
        switch url {
        case .decided, .refused: return
        case .start: known = ""
        case .scheme(let text): known = text
        case .undecided:
            switch byte {
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"): url = .decided
            case UInt8(ascii: ":"):
                url = .refused
                throw Refusal(
                    message: "a printed value cannot choose the scheme of a URL",
                    suggestion: "write the whole scheme as text, or a \"/\" before this"
                )
            case UInt8(ascii: "&"): url = .refused
            default: break
            }
            return
        }
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"): url = .decided
        case UInt8(ascii: ":"): url = ["data", "javascript", "vbscript"].contains(known) ? .refused : .decided
        // A character reference may stand for a colon.
        case UInt8(ascii: "&"): url = .refused
        // Browsers leave these out of a URL.
        case 0...0x20: break
        default: url = .scheme(known + String(Self.lowercased(byte)))
        }
    }

    // MARK: Declarations and comments

    private mutating func readDeclarationOpen(_ byte: UInt8, dashes: Int) {
        switch byte {
        case UInt8(ascii: "-"): state = dashes == 0 ? .declarationOpen(dashes: 1) : .comment(.start)
        case UInt8(ascii: ">"): state = .text
        default: state = .declaration
        }
    }

    private mutating func readComment(_ byte: UInt8, _ end: CommentEnd) {
        switch (end, byte) {
        case (.start, UInt8(ascii: ">")), (.startDash, UInt8(ascii: ">")), (.dashes, UInt8(ascii: ">")),
            (.bang, UInt8(ascii: ">")):
            state = .text
        case (.start, UInt8(ascii: "-")): state = .comment(.startDash)
        case (.startDash, UInt8(ascii: "-")), (.dash, UInt8(ascii: "-")), (.dashes, UInt8(ascii: "-")):
            state = .comment(.dashes)
        case (.none, UInt8(ascii: "-")), (.bang, UInt8(ascii: "-")): state = .comment(.dash)
        case (.dashes, UInt8(ascii: "!")): state = .comment(.bang)
        default: state = .comment(.none)
        }
    }

    // MARK: Raw elements

    private mutating func readRaw(_ byte: UInt8, _ element: RawElement) throws(Refusal) {
        let endTag = "</\(element.rawValue)"
        if closing == endTag, byte.isHTMLSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") {
            closing = ""
            script = ScriptContext()
            tag = element.rawValue
            isEndTag = true
            state = .beforeAttributeName
            readInTag(byte)
            return
        }
        if element == .script { script.read(byte) }
        let longer = closing + String(Self.lowercased(byte))
        if endTag.hasPrefix(longer) || (element == .script && "<!--".hasPrefix(longer)) {
            closing = longer
        } else {
            closing = byte == UInt8(ascii: "<") ? "<" : ""
        }
        if closing == "<!--" {
            closing = ""
            // Within `<!-- <script>` an end tag does not end the script (WHATWG, 13.2.5.27).
            throw Refusal(message: "\"<!--\" cannot stand inside <script>", suggestion: "write comments as // …")
        }
    }
}

extension UInt8 {
    /// Space of HTML: tab, line feed, form feed, carriage return, space.
    var isHTMLSpace: Bool {
        switch self {
        case 0x09, 0x0A, 0x0C, 0x0D, 0x20: true
        default: false
        }
    }
}
