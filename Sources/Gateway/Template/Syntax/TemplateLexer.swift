/// Cuts a file into text and tags, and the tags into tokens.
///
/// Reports what is wrong and goes on after it.
struct TemplateLexer {
    private let file: Int
    private let bytes: [UInt8]
    private var position = 0
    private var items: [LexedTag] = []

    /// Cuts a file.
    static func lex(_ file: Int, _ diagnostics: inout DiagnosticCollector) -> [LexedTag] {
        var lexer = TemplateLexer(file: file, bytes: diagnostics.files[file].bytes)
        lexer.lexFile(&diagnostics)
        return lexer.items
    }

    private init(file: Int, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }

    // MARK: Text

    private mutating func lexFile(_ diagnostics: inout DiagnosticCollector) {
        var textStart = 0
        while position < bytes.count {
            guard let opener = opener(at: position) else {
                position += 1
                continue
            }
            addText(textStart..<position)
            let start = position
            position += 2
            switch opener {
            case UInt8(ascii: "#"): skipComment(from: start, &diagnostics)
            case UInt8(ascii: "{"): lexTag(from: start, closing: UInt8(ascii: "}"), &diagnostics)
            default: lexTag(from: start, closing: UInt8(ascii: "%"), &diagnostics)
            }
            textStart = position
        }
        addText(textStart..<bytes.count)
    }

    /// The second byte of `{{`, `{%` or `{#` when one of them stands there.
    private func opener(at index: Int) -> UInt8? {
        guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "{") else { return nil }
        let second = bytes[index + 1]
        return second == UInt8(ascii: "{") || second == UInt8(ascii: "%") || second == UInt8(ascii: "#") ? second : nil
    }

    private mutating func addText(_ range: Range<Int>) {
        if !range.isEmpty { items.append(LexedTag(kind: .text(range), place: place(range.lowerBound))) }
    }

    private func place(_ offset: Int) -> SourcePlace {
        SourcePlace(file: file, offset: offset)
    }

    private mutating func skipComment(from start: Int, _ diagnostics: inout DiagnosticCollector) {
        while position + 1 < bytes.count {
            if bytes[position] == UInt8(ascii: "#"), bytes[position + 1] == UInt8(ascii: "}") {
                position += 2
                return
            }
            position += 1
        }
        position = bytes.count
        diagnostics.error("this comment is never closed", at: place(start), suggestion: "close it with \"#}\"")
    }

    // MARK: Tags

    private mutating func lexTag(from start: Int, closing: UInt8, _ diagnostics: inout DiagnosticCollector) {
        var tokens: [TemplateToken] = []
        var isSound = true
        while true {
            skipSpace()
            if position >= bytes.count || opener(at: position) != nil {
                let closer = closing == UInt8(ascii: "%") ? "%}" : "}}"
                diagnostics.error(
                    "this tag is never closed",
                    at: place(start),
                    suggestion: "close it with \"\(closer)\""
                )
                return
            }
            if bytes[position] == closing, position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "}") {
                tokens.append(TemplateToken(kind: .end, place: place(position), end: position + 2))
                position += 2
                break
            }
            do throws(TemplateFailure) {
                tokens.append(try lexToken())
            } catch {
                diagnostics.error(error)
                isSound = false
            }
        }
        let isStatement = closing == UInt8(ascii: "%")
        if isStatement, tokens.first?.kind == .name("raw") {
            lexRaw(from: start, tokens, &diagnostics)
        } else {
            // A tag is kept in spite of a wrong character, so that the end of a statement still finds its beginning.
            let kind = isStatement ? LexedTag.Kind.statement(tokens) : .print(tokens)
            items.append(LexedTag(kind: kind, place: place(start), isSound: isSound))
        }
    }

    /// Takes everything up to `{% endraw %}` as text.
    private mutating func lexRaw(from start: Int, _ tokens: [TemplateToken], _ diagnostics: inout DiagnosticCollector) {
        if tokens.count > 2 {
            diagnostics.error("\"raw\" takes nothing after it", at: tokens[1].place)
        }
        let textStart = position
        while position < bytes.count {
            if opener(at: position) == UInt8(ascii: "%"), let end = endOfEndRaw(at: position) {
                addText(textStart..<position)
                position = end
                return
            }
            position += 1
        }
        diagnostics.error(
            "this \"raw\" is never closed",
            at: place(start),
            suggestion: "close it with \"{% endraw %}\""
        )
    }

    private func endOfEndRaw(at start: Int) -> Int? {
        var index = start + 2
        func skipSpace() {
            while index < bytes.count, bytes[index].isTemplateSpace { index += 1 }
        }
        skipSpace()
        for expected in ["endraw", "%}"] {
            guard bytes[index...].starts(with: expected.utf8) else { return nil }
            index += expected.utf8.count
            skipSpace()
        }
        // Space after the tag belongs to the text.
        while bytes[index - 1] != UInt8(ascii: "}") { index -= 1 }
        return index
    }

    // MARK: Tokens

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position].isTemplateSpace { position += 1 }
    }

    private mutating func lexToken() throws(TemplateFailure) -> TemplateToken {
        let start = position
        let byte = bytes[position]
        let kind: TemplateToken.Kind
        if byte.isNameStart {
            while position < bytes.count, bytes[position].isNamePart { position += 1 }
            kind = .name(String(decoding: bytes[start..<position], as: UTF8.self))
        } else if byte.isASCIIDigit {
            kind = try lexNumber()
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            kind = .string(try lexString(quote: byte))
        } else if let symbol = TemplateToken.Symbol.allCases.first(where: {
            bytes[start...].starts(with: $0.rawValue.utf8)
        }) {
            position += symbol.rawValue.utf8.count
            kind = .symbol(symbol)
        } else {
            throw unexpectedCharacter()
        }
        return TemplateToken(kind: kind, place: place(start), end: position)
    }

    private mutating func lexNumber() throws(TemplateFailure) -> TemplateToken.Kind {
        let start = position
        func skipDigits() { while position < bytes.count, bytes[position].isASCIIDigit { position += 1 } }
        skipDigits()
        var isWhole = true
        if position + 1 < bytes.count, bytes[position] == UInt8(ascii: "."), bytes[position + 1].isASCIIDigit {
            isWhole = false
            position += 1
            skipDigits()
        }
        let digits = String(decoding: bytes[start..<position], as: UTF8.self)
        let unitStart = position
        while position < bytes.count, bytes[position].isNamePart { position += 1 }
        let unit = String(decoding: bytes[unitStart..<position], as: UTF8.self)
        guard unit.isEmpty else {
            guard isWhole, let count = Int(digits), let duration = Self.duration(count, unit) else {
                throw TemplateFailure(
                    "\"\(digits)\(unit)\" is neither a number nor a duration",
                    at: place(start),
                    suggestion: "durations are written like 250ms, 30s, 5m, 1h or 1d"
                )
            }
            return .duration(duration)
        }
        if isWhole {
            guard let integer = Int(digits) else { throw TemplateFailure("this number is too large", at: place(start)) }
            return .integer(integer)
        }
        guard let number = Double(digits), number.isFinite else {
            throw TemplateFailure("this number is too large", at: place(start))
        }
        return .number(number)
    }

    private static func duration(_ count: Int, _ unit: String) -> Duration? {
        let milliseconds = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let factor = milliseconds[unit] else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow ? nil : .milliseconds(product)
    }

    private mutating func lexString(quote: UInt8) throws(TemplateFailure) -> String {
        let start = position
        var text: [UInt8] = []
        var failure: TemplateFailure?
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") {
            let byte = bytes[position]
            position += 1
            if byte == quote {
                if let failure { throw failure }
                return String(decoding: text, as: UTF8.self)
            }
            guard byte == UInt8(ascii: "\\"), position < bytes.count else {
                text.append(byte)
                continue
            }
            switch bytes[position] {
            case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "t"): text.append(UInt8(ascii: "\t"))
            case let escaped where escaped == UInt8(ascii: "\\") || escaped == quote: text.append(escaped)
            default:
                failure = TemplateFailure(
                    "there is no such escape in a text",
                    at: place(position - 1),
                    suggestion: "there are \\\\, \\n, \\t and the quote itself"
                )
            }
            position += 1
        }
        throw TemplateFailure(
            "this text is never closed",
            at: place(start),
            suggestion: "texts end on the line they begin"
        )
    }

    private mutating func unexpectedCharacter() -> TemplateFailure {
        let start = position
        let rest = String(decoding: bytes[start..<min(start + 16, bytes.count)], as: UTF8.self)
        let character = rest.first.map(String.init) ?? ""
        position = min(start + max(1, character.utf8.count), bytes.count)
        let suggestion: String? =
            switch character {
            case "&": "write \"and\""
            case "!": "write \"not\""
            case "?": "write \"a if condition else b\""
            case "{", "}": "there are no objects in this language"
            default: nil
            }
        if character == "&", position < bytes.count, bytes[position] == UInt8(ascii: "&") { position += 1 }
        return TemplateFailure("unexpected character \"\(character)\"", at: place(start), suggestion: suggestion)
    }
}

extension UInt8 {
    /// Space between the words of a tag.
    var isTemplateSpace: Bool {
        self == UInt8(ascii: " ") || (0x09...0x0D).contains(self)
    }

    /// An ASCII digit.
    var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// An ASCII letter.
    var isASCIILetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

    /// What a name begins with.
    var isNameStart: Bool { isASCIILetter || self == UInt8(ascii: "_") }

    /// What a name goes on with.
    var isNamePart: Bool { isNameStart || isASCIIDigit }
}
