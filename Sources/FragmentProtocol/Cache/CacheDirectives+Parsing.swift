extension CacheDirectives {
    /// The directives of a `Cache-Control` field; several lines of the field are joined by commas first.
    ///
    /// Nothing makes it fail, and what is doubtful makes less cacheable: seconds that are no number count as 0, so that
    /// the answer is stale (RFC 9111, section 4.2.1), and ones that are too large as ``greatestDelta`` (section 1.2.2).
    /// Of a directive with a number that is given twice the first one counts. Values may be tokens or quoted strings
    /// (section 5.2); a quotation mark that is not closed is an ordinary character, so that it hides no directive, and a
    /// semicolon in a comma's place hides none either.
    public init(parsing value: some StringProtocol) {
        self.init()
        for directive in Self.directives(of: Array(value.utf8), endAtSemicolons: true) {
            apply(directive, isSurrogate: false)
        }
    }

    /// The directives of a `Surrogate-Control` field (Edge Architecture Specification, section 2.2).
    ///
    /// It is read like ``init(parsing:)``, with two things more: `max-age=60+30` adds 30 seconds in which a stale answer
    /// may be used, and `no-store;NAME` is for the surrogate of that name alone and so left out.
    public init(surrogate value: some StringProtocol) {
        self.init()
        for directive in Self.directives(of: Array(value.utf8), endAtSemicolons: false) where !directive.isTargeted {
            apply(directive, isSurrogate: true)
        }
    }

    /// One directive as it is written.
    private struct Directive {
        /// The name in lower case.
        var name: String
        /// The value without its quotes, or nil when there is no `=`.
        var value: String?
        /// Whether there is white space beside the `=`, or text after a closing quotation mark.
        var isMalformed = false
        /// Whether a `;NAME` follows.
        var isTargeted = false
    }

    /// Takes a directive into account.
    private mutating func apply(_ directive: Directive, isSurrogate: Bool) {
        switch directive.name {
        case "public": isPublic = true
        case "private": Self.limit(&isPrivate, &privateFields, by: directive)
        case "no-store": noStore = true
        case "no-cache": Self.limit(&noCache, &noCacheFields, by: directive)
        case "must-revalidate": mustRevalidate = true
        case "proxy-revalidate": proxyRevalidate = true
        case "no-transform": noTransform = true
        case "must-understand": mustUnderstand = true
        case "immutable": immutable = true
        case "only-if-cached": onlyIfCached = true
        case "max-age":
            let parts = directive.value?.utf8.split(separator: UInt8(ascii: "+"), omittingEmptySubsequences: false)
            if isSurrogate, let parts, parts.count == 2, maxAge == nil {
                maxAge = directive.isMalformed ? 0 : Self.deltaSeconds(String(Substring(parts[0])))
                staleWhileRevalidate = staleWhileRevalidate ?? Self.deltaSeconds(String(Substring(parts[1])))
            } else {
                maxAge = maxAge ?? Self.deltaSeconds(directive)
            }
        case "s-maxage": sharedMaxAge = sharedMaxAge ?? Self.deltaSeconds(directive)
        case "stale-while-revalidate": staleWhileRevalidate = staleWhileRevalidate ?? Self.deltaSeconds(directive)
        case "stale-if-error": staleIfError = staleIfError ?? Self.deltaSeconds(directive)
        case "min-fresh": minFresh = minFresh ?? Self.deltaSeconds(directive)
        case "max-stale":
            maxStale = maxStale ?? (directive.value == nil ? .any : .seconds(Self.deltaSeconds(directive)))
        case "content" where directive.value != nil: content = content ?? directive.value.map(Self.printable)
        default:
            let place = extensions.firstIndex { $0.name >= directive.name } ?? extensions.endIndex
            if place < extensions.endIndex, extensions[place].name == directive.name { return }
            let value = directive.value.map(Self.printable)
            extensions.insert(Extension(name: directive.name, value: value), at: place)
        }
    }

    /// The text without control characters, which no field can hold.
    private static func printable(_ text: String) -> String {
        String(decoding: text.utf8.filter { $0.isFieldValueCharacter }, as: UTF8.self)
    }

    /// Sets a directive that may be limited to fields; one without a limit, or with a broken one, ends all limits.
    private static func limit(_ isSet: inout Bool, _ fields: inout [String], by directive: Directive) {
        let isUnlimited = isSet && fields.isEmpty
        isSet = true
        guard !isUnlimited, !directive.isMalformed, let value = directive.value else {
            fields = []
            return
        }
        let names = value.utf8.split(separator: UInt8(ascii: ",")).map { Substring($0).trimmed.lowercasedASCII }
        guard !names.isEmpty, names.allSatisfy({ $0.isToken }) else {
            fields = []
            return
        }
        fields = Set(fields).union(names).sorted()
    }

    /// The seconds of a directive; 0 when they are not a number.
    private static func deltaSeconds(_ directive: Directive) -> Int {
        directive.isMalformed ? 0 : deltaSeconds(directive.value ?? "")
    }

    /// The seconds that digits mean (RFC 9111, section 1.2.2); 0 when they are not digits.
    static func deltaSeconds(_ text: String) -> Int {
        var seconds = 0
        for byte in text.utf8 {
            guard byte.isDigit else { return 0 }
            seconds = Swift.min(seconds * 10 + Int(byte - UInt8(ascii: "0")), greatestDelta)
        }
        return seconds
    }

    /// The directives of a field, in its order; parts that have no token as their name are left out.
    ///
    /// In a surrogate's field a semicolon comes before the name of the surrogate that is meant.
    private static func directives(of bytes: [UInt8], endAtSemicolons: Bool) -> [Directive] {
        func ends(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: ",") || (endAtSemicolons && byte == UInt8(ascii: ";"))
        }
        var directives: [Directive] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let head = rest.prefix { !ends($0) && $0 != UInt8(ascii: "=") }
            rest = rest.dropFirst(head.count)
            let target = head.firstIndex(of: UInt8(ascii: ";"))
            let name = Substring(decoding: head[..<(target ?? head.endIndex)], as: UTF8.self)
            var directive = Directive(name: name.trimmed.lowercasedASCII)
            directive.isTargeted = target != nil
            if rest.popFirst() == UInt8(ascii: "=") {
                directive.isMalformed = name.utf8.last?.isFieldSpace ?? true
                readValue(of: &directive, from: &rest, until: ends)
            }
            if directive.name.isToken { directives.append(directive) }
        }
        return directives
    }

    /// Reads what stands after a `=`, and the comma that ends it.
    private static func readValue(
        of directive: inout Directive,
        from rest: inout ArraySlice<UInt8>,
        until ends: (UInt8) -> Bool
    ) {
        if rest.first == UInt8(ascii: "\""), let (text, length) = quotedText(rest) {
            directive.value = text
            rest = rest.dropFirst(length)
            let tail = Substring(decoding: rest.prefix { !ends($0) }, as: UTF8.self).trimmed
            directive.isTargeted = tail.utf8.first == UInt8(ascii: ";")
            if !tail.isEmpty, !directive.isTargeted { directive.isMalformed = true }
        } else {
            let text = Substring(decoding: rest.prefix { !ends($0) }, as: UTF8.self)
            if text.utf8.first?.isFieldSpace ?? false { directive.isMalformed = true }
            let parts = text.utf8.split(separator: UInt8(ascii: ";"), maxSplits: 1, omittingEmptySubsequences: false)
            directive.isTargeted = parts.count == 2
            directive.value = parts.first.map { String(Substring($0).trimmed) } ?? ""
        }
        rest = rest.drop { !ends($0) }.dropFirst()
    }

    /// The quoted string (RFC 9110, section 5.6.4) at the beginning, and its length; nil when it is not closed.
    private static func quotedText(_ bytes: ArraySlice<UInt8>) -> (text: String, length: Int)? {
        var text: [UInt8] = []
        var index = bytes.index(after: bytes.startIndex)
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                return (String(decoding: text, as: UTF8.self), index - bytes.startIndex + 1)
            case UInt8(ascii: "\\") where index + 1 < bytes.endIndex:
                text.append(bytes[index + 1])
                index += 2
            default:
                text.append(bytes[index])
                index += 1
            }
        }
        return nil
    }
}
