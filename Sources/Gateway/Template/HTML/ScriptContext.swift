/// Where in a script a place lies; knows texts, comments and regular expressions, and no more of the language.
struct ScriptContext: Hashable, Sendable {
    /// The states of the scanner.
    enum State: Hashable, Sendable {
        /// Between tokens or in one that is none of the others.
        case code
        /// In a text in these quotes.
        case string(quote: UInt8)
        /// In a template literal.
        case template
        /// After `//`.
        case lineComment
        /// In `/* … */`; whether a `*` has just been read.
        case blockComment(star: Bool)
        /// In a regular expression; whether in `[…]`.
        case regularExpression(inClass: Bool)
        /// Where only a JavaScript parser could tell.
        case unclear
    }

    /// What a `/` would be.
    enum Slash: Hashable, Sendable {
        /// The beginning of a regular expression.
        case regularExpression
        /// A division.
        case division
        /// Either; only a JavaScript parser could tell.
        case unclear
    }

    /// The state of the scanner.
    private(set) var state = State.code
    /// What a `/` would be here.
    private var slash = Slash.regularExpression
    /// The word that has just been read; words of more than ten letters are no keywords and are not kept.
    private var word = ""
    /// Whether the word is a member's name, behind a dot.
    private var isMember = false
    /// How many `-` have just been read in code, up to two.
    private var dashes = 0
    /// Whether a backslash has just been read in a text or regular expression.
    private var isEscaped = false
    /// Whether a `/` of code has just been read, or a `$` of a template literal.
    private var hasPrefix = false

    /// Words after which a `/` begins a regular expression.
    private static let operatorWords: Set<String> = [
        "case", "delete", "do", "else", "in", "instanceof", "new", "return", "throw", "typeof", "void",
    ]
    /// Words that are operators in some places and names in others.
    private static let doubtfulWords: Set<String> = ["await", "of", "yield"]

    /// The place in words, for error messages.
    var description: String {
        switch state {
        case .code: ""
        case .string: ", in a text"
        case .template: ", in a template literal"
        case .lineComment, .blockComment: ", in a comment"
        case .regularExpression: ", in a regular expression"
        case .unclear: ", behind code that the compiler cannot follow"
        }
    }

    /// How a value has to be written here.
    func escaper() throws(HTMLContext.Refusal) -> Escaper {
        if state == .code, !hasPrefix { return .script }
        let suggestion: String? =
            switch state {
            case .string: "leave out the quotes: a value is written as JSON, with its own"
            case .unclear, .template: "put the value into a <script> of its own, or into a data- attribute"
            default: nil
            }
        throw HTMLContext.Refusal(
            message: "a value cannot be printed inside <script>\(description)",
            suggestion: suggestion
        )
    }

    /// A value has been printed, which is an operand.
    mutating func readValue() {
        word = ""
        isMember = false
        dashes = 0
        slash = .division
    }

    /// Reads one byte of static text.
    mutating func read(_ byte: UInt8) {
        switch state {
        case .code: readCode(byte)
        case .string(let quote):
            // A line's end closes a text that was never closed; a browser reports the error.
            if isEscaped {
                isEscaped = false
                // Whether a line feed belongs to it decides where the text goes on.
                if byte == UInt8(ascii: "\r") { state = .unclear }
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == quote || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                endOperand()
            }
        case .template: readTemplate(byte)
        case .lineComment:
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { state = .code }
        case .blockComment(let star):
            if star, byte == UInt8(ascii: "/") {
                state = .code
            } else {
                state = .blockComment(star: byte == UInt8(ascii: "*"))
            }
        case .regularExpression(let inClass): readRegularExpression(byte, inClass: inClass)
        case .unclear: break
        }
    }

    private mutating func endOperand() {
        state = .code
        slash = .division
        word = ""
        isMember = false
        dashes = 0
        isEscaped = false
        hasPrefix = false
    }

    private mutating func readCode(_ byte: UInt8) {
        if hasPrefix, !readSlash(followedBy: byte) { return }
        if byte.isNamePart || byte == UInt8(ascii: "$") || byte >= 0x80 {
            dashes = 0
            word = word.utf8.count > 10 ? word : word + String(UnicodeScalar(byte))
            slash =
                if isMember {
                    .division
                } else if Self.doubtfulWords.contains(word) {
                    .unclear
                } else {
                    Self.operatorWords.contains(word) ? .regularExpression : .division
                }
            return
        }
        defer { dashes = byte == UInt8(ascii: "-") ? min(dashes + 1, 2) : 0 }
        // Space keeps what was before it, but ends the word: `return /x/` and `a b`.
        if byte.isTemplateSpace {
            word = ""
            return
        }
        word = ""
        isMember = byte == UInt8(ascii: ".")
        switch byte {
        // `-->` begins a comment where nothing but space is before it on its line.
        case UInt8(ascii: ">") where dashes == 2: state = .unclear
        case UInt8(ascii: "\""), UInt8(ascii: "'"): state = .string(quote: byte)
        case UInt8(ascii: "`"): state = .template
        case UInt8(ascii: "/"): hasPrefix = true
        case UInt8(ascii: ")"), UInt8(ascii: "}"), UInt8(ascii: "+"), UInt8(ascii: "-"): slash = .unclear
        case UInt8(ascii: "]"): slash = .division
        default: slash = .regularExpression
        }
    }

    /// Reads what follows a `/` of code; whether the byte is still to be read as code.
    private mutating func readSlash(followedBy byte: UInt8) -> Bool {
        hasPrefix = false
        switch byte {
        case UInt8(ascii: "/"): state = .lineComment
        case UInt8(ascii: "*"): state = .blockComment(star: false)
        default:
            switch slash {
            case .division:
                slash = .regularExpression
                return true
            case .regularExpression:
                state = .regularExpression(inClass: false)
                readRegularExpression(byte, inClass: false)
            case .unclear: state = .unclear
            }
        }
        return false
    }

    private mutating func readTemplate(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if hasPrefix, byte == UInt8(ascii: "{") {
            // What stands in `${…}` can hold texts and further templates; they are not followed.
            state = .unclear
        } else if byte == UInt8(ascii: "`") {
            endOperand()
        } else {
            isEscaped = byte == UInt8(ascii: "\\")
            hasPrefix = byte == UInt8(ascii: "$")
        }
    }

    private mutating func readRegularExpression(_ byte: UInt8, inClass: Bool) {
        if isEscaped {
            isEscaped = false
            return
        }
        switch byte {
        case UInt8(ascii: "\\"): isEscaped = true
        case UInt8(ascii: "["): state = .regularExpression(inClass: true)
        case UInt8(ascii: "]"): state = .regularExpression(inClass: false)
        case UInt8(ascii: "/") where !inClass: endOperand()
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): state = .unclear
        default: break
        }
    }

    /// The one context that is safe wherever either may be the case.
    func joined(with other: ScriptContext) -> ScriptContext {
        if self == other { return self }
        var joined = ScriptContext()
        if state == .code, other.state == .code, !hasPrefix, !other.hasPrefix {
            joined.slash = slash == other.slash ? slash : .unclear
        } else {
            joined.state = .unclear
        }
        return joined
    }
}
