/// Rewrites an HTML fragment as XML that has the same elements, a line for each construct.
///
/// Names keep their meaning and texts only what XML has an opinion of; the lines lead back to the places in the markup.
struct MarkupReader {
    /// The XML; its root is an element around the fragment.
    private(set) var xml: [UInt8] = Array("<fragment>".utf8)
    /// The byte of the markup at which each line of the XML begins.
    private(set) var offsets = [0]
    /// What XML would not show.
    private(set) var problems: [MarkupProblem] = []
    /// Attributes whose names XML does not allow, by the names that the XML has for them.
    private(set) var attributeNames: [String: String] = [:]

    private let bytes: [UInt8]
    private var position = 0
    /// How many `svg` and `math` elements are open, in which every element may be self-closed.
    private var foreignDepth = 0

    private static let voidElements: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    ]
    private static let documentElements: Set<String> = ["html", "head", "body", "frameset"]
    /// Elements whose content is text up to their end tag.
    private static let rawElements: Set<String> = [
        "iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp",
    ]
    private static let foreignElements: Set<String> = ["svg", "math"]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Goes through the markup, once.
    mutating func read() {
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "<") {
                readMarkup()
            } else {
                readText()
            }
        }
        begin(bytes.count)
        xml += Array("</fragment>".utf8)
    }

    /// The name of the tag at a byte of the markup, as it is written.
    func tagName(at offset: Int) -> String {
        var start = offset + 1
        if start < bytes.count, bytes[start] == UInt8(ascii: "/") { start += 1 }
        guard start < bytes.count else { return "" }
        return String(decoding: bytes[start...].prefix { !Self.endsName($0) }, as: UTF8.self)
    }

    // MARK: Constructs

    private mutating func readText() {
        let end = bytes[position...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
        if position < end { write(text: position..<end) }
        position = end
    }

    private mutating func readMarkup() {
        let start = position
        switch byte(1) {
        case UInt8(ascii: "/"): readEndTag()
        case UInt8(ascii: "!"): readDeclaration()
        case UInt8(ascii: "?"):
            report(start, "a processing instruction is no HTML; take it out")
            skip(past: ">")
        case let byte? where Self.isLetter(byte): readStartTag()
        default:
            report(start, "a '<' that begins no tag is written as &lt;")
            position += 1
        }
    }

    private mutating func readDeclaration() {
        let start = position
        if starts(with: "<!--") {
            position += 4
            // A comment may end where it begins.
            if starts(with: ">") || starts(with: "->") {
                skip(past: ">")
            } else if !skip(past: "-->") {
                report(start, "the comment does not end")
            }
        } else if starts(with: "<![CDATA["), foreignDepth > 0 {
            if !skip(past: "]]>") { report(start, "the CDATA section does not end") }
        } else {
            report(start, "a fragment has no doctype or other declaration; take it out")
            skip(past: ">")
        }
    }

    private mutating func readEndTag() {
        let start = position
        guard let next = byte(2), Self.isLetter(next) else {
            report(start, "'</' is not followed by a name")
            skip(past: ">")
            return
        }
        let name = tagName(at: start).lowercased()
        position = start + 2 + name.utf8.count
        let rest = position
        guard skip(past: ">") else {
            report(start, "the tag </\(name)> does not end")
            return
        }
        if bytes[rest..<(position - 1)].contains(where: { !Self.isSpace($0) }) {
            report(start, "the end tag </\(name)> holds more than its name")
        }
        guard isWritten(name, at: start) else { return }
        if Self.voidElements.contains(name), foreignDepth == 0 {
            report(start, "<\(name)> has no end tag; take </\(name)> out")
            return
        }
        if Self.foreignElements.contains(name) { foreignDepth = max(0, foreignDepth - 1) }
        begin(start)
        xml += Array("</\(name)>".utf8)
    }

    private mutating func readStartTag() {
        let start = position
        let name = tagName(at: start).lowercased()
        position = start + 1 + name.utf8.count
        let isElement = isWritten(name, at: start)
        let written = xml.count
        begin(start)
        xml += Array("<\(name)".utf8)
        var isSelfClosed = false
        var isEnded = false
        while let byte = byte(0), !isEnded {
            if byte == UInt8(ascii: ">") {
                isEnded = true
                position += 1
            } else if byte == UInt8(ascii: "/") {
                isSelfClosed = self.byte(1) == UInt8(ascii: ">")
                position += 1
            } else if Self.isSpace(byte) {
                position += 1
            } else {
                readAttribute()
            }
        }
        if !isEnded { report(start, "the tag <\(name)> does not end") }
        guard isEnded, isElement else {
            xml.removeSubrange(written...)
            offsets.removeLast()
            return
        }
        let isVoid = Self.voidElements.contains(name) && foreignDepth == 0
        let isForeign = foreignDepth > 0 || Self.foreignElements.contains(name)
        if isSelfClosed, !isVoid, !isForeign {
            report(start, "<\(name)/> stays open, since HTML ignores the '/'; write <\(name)></\(name)>")
        }
        if isVoid || isSelfClosed {
            xml += Array("/>".utf8)
            return
        }
        xml.append(UInt8(ascii: ">"))
        if Self.foreignElements.contains(name) { foreignDepth += 1 }
        if Self.rawElements.contains(name), foreignDepth == 0 { skipRawText(of: name) }
    }

    /// Reads one attribute; the position is at its first byte, which is none of space, `/` and `>`.
    private mutating func readAttribute() {
        let start = position
        position += 1
        while let byte = byte(0), !Self.endsName(byte), byte != UInt8(ascii: "=") { position += 1 }
        write(attributeName: String(decoding: bytes[start..<position], as: UTF8.self), at: start)
        var next = position
        while next < bytes.count, Self.isSpace(bytes[next]) { next += 1 }
        var value = position..<position
        if next < bytes.count, bytes[next] == UInt8(ascii: "=") {
            position = next + 1
            while let byte = byte(0), Self.isSpace(byte) { position += 1 }
            value = readAttributeValue()
        }
        xml += Array("=\"".utf8)
        write(characters: value)
        xml.append(UInt8(ascii: "\""))
    }

    private mutating func readAttributeValue() -> Range<Int> {
        let start = position
        if let quote = byte(0), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            // A value that does not end takes in the rest, and the tag is then reported.
            let end = bytes[(start + 1)...].firstIndex(of: quote) ?? bytes.count
            position = min(end + 1, bytes.count)
            return (start + 1)..<end
        }
        while let byte = byte(0), !Self.isSpace(byte), byte != UInt8(ascii: ">") { position += 1 }
        return start..<position
    }

    /// Goes to the end tag of an element that holds text alone; to the end of the markup when there is none.
    private mutating func skipRawText(of name: String) {
        let tag = Array("</\(name)".utf8)
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "<"), position + tag.count <= bytes.count,
                zip(bytes[position...], tag).allSatisfy({ Self.lowercased($0) == $1 }),
                position + tag.count == bytes.count || Self.endsName(bytes[position + tag.count])
            {
                return
            }
            position += 1
        }
    }

    // MARK: XML

    private mutating func begin(_ offset: Int) {
        xml.append(UInt8(ascii: "\n"))
        offsets.append(offset)
    }

    /// Whether an element goes into the XML; reports why not.
    private mutating func isWritten(_ name: String, at offset: Int) -> Bool {
        if Self.documentElements.contains(name) {
            report(offset, "<\(name)> belongs to a whole document; a fragment is only what is in it")
            return false
        }
        guard name.utf8.allSatisfy(Self.isNameByte) else {
            report(offset, "'\(name)' is not a name of an element")
            return false
        }
        return true
    }

    private mutating func write(attributeName name: String, at offset: Int) {
        var plain = "a"
        for byte in name.lowercased().utf8 {
            plain += Self.isNameByte(byte) ? String(UnicodeScalar(byte)) : "_" + String(byte, radix: 16)
        }
        attributeNames[plain] = name
        xml += Array(" \(plain)".utf8)
    }

    private mutating func write(text range: Range<Int>) {
        begin(range.lowerBound)
        write(characters: range)
    }

    /// Writes what XML checks in a text: characters that may not be, also as numbers, those on lines of their own.
    private mutating func write(characters range: Range<Int>) {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "&"):
                let reference = bytes[index..<range.upperBound].prefix(12)
                if reference.dropFirst().first == UInt8(ascii: "#"),
                    let end = reference.firstIndex(of: UInt8(ascii: ";")),
                    reference[(index + 2)..<end].allSatisfy(Self.isNameByte)
                {
                    begin(index)
                    // In HTML the sign of hexadecimal may be a capital.
                    xml += reference[...end].map(Self.lowercased)
                    index = end
                }
            case UInt8(ascii: "\n"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "\r"):
                break
            case 0x0C:
                break
            default:
                if byte < 0x20 { begin(index) }
                if byte < 0x20 || byte >= 0x7F { xml.append(byte) }
            }
            index += 1
        }
    }

    // MARK: Bytes

    private mutating func report(_ offset: Int, _ message: String) {
        problems.append(MarkupProblem(offset: offset, message: message))
    }

    private func byte(_ distance: Int) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    private func starts(with text: String) -> Bool {
        bytes[position...].starts(with: text.utf8)
    }

    /// Goes behind the next place where a text stands, or to the end of the markup and gives false.
    @discardableResult
    private mutating func skip(past text: String) -> Bool {
        let wanted = Array(text.utf8)
        while position + wanted.count <= bytes.count {
            if bytes[position] == wanted[0], bytes[position...].starts(with: wanted) {
                position += wanted.count
                return true
            }
            position += 1
        }
        position = bytes.count
        return false
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercased(byte))
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        isSpace(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">")
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
