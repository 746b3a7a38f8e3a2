extension SiteSettings {
    /// The deepest nesting of a free value.
    private static let maximumDepth = 32

    /// Reads `site:`, where any key besides `name` and `languages` is free for templates.
    init(in top: ConfigurationSection) {
        var members: [ConfigurationValue.Member] = []
        let (name, languages) = top.section("site") { section in
            let name = section.value("name", .text("the site's name"), default: "Rose Ash")
            let languages = Self.languages(in: section)
            for (key, cursor) in section.free(except: ["name", "languages"]) {
                guard let value = Self.value(cursor, depth: 0) else { continue }
                let origin = EffectiveConfiguration.Origin.file(line: cursor.position.line, variables: [])
                top.reader.record { $0.value(key.text, EffectiveConfiguration.flow(value), origin) }
                members.append(.init(name: key.text, value: value))
            }
            return (name, languages)
        }
        self.name = name
        self.languages = languages
        let fixed: [ConfigurationValue.Member] = [
            .init(name: "name", value: .string(name)),
            .init(name: "languages", value: .array(languages.map(ConfigurationValue.string))),
        ]
        values = .object(fixed + members)
    }

    private static func languages(in section: ConfigurationSection) -> [String] {
        guard let cursor = section.cursor("languages") else {
            section.reader.record { $0.value("languages", "[en]", .default) }
            return ["en"]
        }
        guard let languages = section.list("languages", of: .language, plural: "a list such as [en, fr]") else {
            return ["en"]
        }
        if cursor.isList, cursor.isEmptyCollection {
            cursor.report("\(cursor.name) must have at least one language, such as [en]")
        }
        return languages
    }

    private static func value(_ cursor: ConfigurationCursor, depth: Int) -> ConfigurationValue? {
        guard depth < maximumDepth else {
            cursor.report("\(cursor.name) is nested more than \(maximumDepth) deep; make it flatter")
            return nil
        }
        guard !cursor.isNull else { return ConfigurationValue.none }
        if cursor.isMap {
            let members = cursor.members(expectation: "a map")?.compactMap { key, cursor in
                value(cursor, depth: depth + 1).map { ConfigurationValue.Member(name: key.text, value: $0) }
            }
            return members.map(ConfigurationValue.object)
        }
        if cursor.isList {
            return cursor.list(expectation: "a list")
                .map { .array($0.compactMap { value($0, depth: depth + 1) }) }
        }
        return cursor.text(expectation: "a value").map { text in
            text.isPlain ? plain(text.value) : .string(text.value)
        }
    }

    /// What a text without quotes means by the core schema of YAML 1.2, without octal and hexadecimal numbers.
    private static func plain(_ text: String) -> ConfigurationValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .none
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case ".nan", ".NaN", ".NAN": return .number(.nan)
        case ".inf", ".Inf", ".INF", "+.inf": return .number(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
        default: break
        }
        let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        if PlainASCII.isDigits(digits) {
            return Int(text).map(ConfigurationValue.integer) ?? .string(text)
        }
        let isNumeric = digits.utf8.first.map { PlainASCII.isDigit($0) || $0 == UInt8(ascii: ".") } ?? false
        let hasDecimalForm = digits.utf8.allSatisfy { PlainASCII.isDigit($0) || ".eE+-".utf8.contains($0) }
        if isNumeric, hasDecimalForm, let number = Double(text), number.isFinite { return .number(number) }
        return .string(text)
    }
}
