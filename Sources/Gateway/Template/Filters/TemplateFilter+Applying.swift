/// What each filter does; none of them fails: a value of the wrong kind gives none, or is left as it is.
extension TemplateFilter {
    /// The filtered value.
    ///
    /// Neither it nor an argument is pending; arguments that were left out are none.
    func apply(to value: Value, _ arguments: [Value]) -> Value {
        func argument(_ index: Int) -> Value { index < arguments.count ? arguments[index] : .none }
        switch self {
        case .default: return value.isBlank ? argument(0) : value
        case .escape: return value.escapedMarkup
        case .safe: return .markup(value.text)
        case .upper: return .string(value.text.uppercased())
        case .lower: return .string(value.text.lowercased())
        case .title: return .string(value.text.capitalizedWords)
        case .trim: return .string(value.text.trimmed)
        case .truncate:
            return .string(value.text.truncated(to: argument(0).whole ?? 120, end: argument(1).textUnlessNone ?? "…"))
        case .replace: return .string(value.text.replacing(argument(0).text, with: argument(1).text))
        case .join:
            guard case .array(let items) = value else { return value }
            return .string(items.map(\.text).joined(separator: argument(0).text))
        case .first: return value.items?.first ?? .none
        case .last: return value.items?.last ?? .none
        case .length: return .integer(value.length)
        case .sort: return value.sorted(by: argument(0).textUnlessNone, isReversed: argument(1).truth ?? false)
        case .reverse: return value.reversed
        case .unique: return value.unique(by: argument(0).textUnlessNone)
        case .map:
            guard let items = value.items else { return .none }
            return .array(items.map { $0.attribute(argument(0).text) })
        case .where:
            guard let items = value.items else { return .none }
            let (path, wanted) = (argument(0).text, arguments.count > 1 ? arguments[1] : nil)
            return .array(
                items.filter { item in
                    let attribute = item.attribute(path)
                    return wanted.map { attribute == $0 } ?? (attribute.truth == true)
                }
            )
        case .date: return value.formattedDate(argument(0).textUnlessNone ?? DateFormat.standard)
        case .number:
            return value.double == nil ? .none : .string(NumberFormat.grouped(value, decimals: argument(0).whole))
        case .int: return value.truncatedToInteger
        case .currency:
            guard let amount = value.double else { return .none }
            return .string(NumberFormat.currency(amount, code: argument(0).textUnlessNone ?? "GBP"))
        case .json: return .string(value.jsonText)
        case .urlEncode: return .string(value.text.urlEncoded)
        case .plural:
            let one = argument(0).text
            return .string(value.double == 1 ? one : argument(1).textUnlessNone ?? one + "s")
        case .slug: return .string(value.text.slug)
        }
    }
}

extension Value {
    /// Whether the filter `default` replaces the value: none, or a text without characters.
    fileprivate var isBlank: Bool {
        switch self {
        case .none: true
        case .string(let text), .markup(let text): text.isEmpty
        default: false
        }
    }

    fileprivate var textUnlessNone: String? {
        if case .none = self { nil } else { text }
    }

    /// The whole number that an argument is, if it is one.
    fileprivate var whole: Int? {
        if case .integer(let integer) = numeric { integer } else { nil }
    }

    fileprivate var escapedMarkup: Value {
        if case .markup = self { return self }
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return .markup(escaped)
    }

    /// The items of a list, the values of an object, the characters of a text.
    fileprivate var items: [Value]? {
        switch self {
        case .array(let items): items
        case .object(let object): object.values
        case .string(let text), .markup(let text): text.map { .string(String($0)) }
        default: nil
        }
    }

    fileprivate var length: Int {
        switch self {
        case .array(let items): items.count
        case .object(let object): object.count
        case .string(let text), .markup(let text): text.count
        default: 0
        }
    }

    /// A member of a member: `author.name`.
    fileprivate func attribute(_ path: String) -> Value {
        path.split(separator: ".").reduce(self) { $0.element(.string(String($1))) }
    }

    fileprivate func sorted(by attribute: String?, isReversed: Bool) -> Value {
        guard case .array(let items) = self else { return self }
        let keyed = items.enumerated().map { place, item in
            (place: place, key: attribute.map { item.attribute($0) } ?? item, item: item)
        }
        // The place breaks ties, so that the order of equal items is kept.
        let sorted = keyed.sorted { left, right in
            switch left.key.sortOrder(to: right.key) {
            case .less: !isReversed
            case .greater: isReversed
            case .same: left.place < right.place
            }
        }
        return .array(sorted.map(\.item))
    }

    /// An order of all values: none, truth values, numbers, texts without regard to case, and then the rest.
    private func sortOrder(to other: Value) -> ValueOrder {
        func rank(_ value: Value) -> Int {
            switch value {
            case .none, .pending: 0
            case .bool: 1
            case .integer, .number: 2
            case .string, .markup: 3
            case .array, .object: 4
            }
        }
        switch (self, other) {
        case (.string(let left), .string(let right)): return ValueOrder(left.lowercased(), right.lowercased())
        default: break
        }
        let ranks = ValueOrder(rank(self), rank(other))
        return ranks == .same ? order(to: other) ?? .same : ranks
    }

    fileprivate var reversed: Value {
        switch self {
        case .array(let items): .array(items.reversed())
        case .string(let text), .markup(let text): .string(String(text.reversed()))
        default: self
        }
    }

    fileprivate func unique(by attribute: String?) -> Value {
        guard case .array(let items) = self else { return self }
        var keys: [Value] = []
        return .array(
            items.filter { item in
                let key = attribute.map { item.attribute($0) } ?? item
                guard !keys.contains(key) else { return false }
                keys.append(key)
                return true
            }
        )
    }

    fileprivate var truncatedToInteger: Value {
        switch numeric {
        case .integer(let integer): .integer(integer)
        case .number(let number): Int(exactly: number.rounded(.towardZero)).map { .integer($0) } ?? .none
        default: .none
        }
    }
}
