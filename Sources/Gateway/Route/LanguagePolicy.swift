/// Chooses the language of an answer from what the client accepts (RFC 9110, section 12.5.4; RFC 4647, lookup).
enum LanguagePolicy {
    /// The language for a value of `Accept-Language`, among those of the site; the first is taken when none fits.
    static func choose(_ accepted: ByteRange, in bytes: Span<UInt8>, offered: [String]) -> String {
        guard offered.count > 1, !accepted.isEmpty else { return offered.first ?? "en" }
        var best: (language: String, quality: Int)?
        var items = ListItems(of: accepted)
        while let item = items.next(in: bytes) {
            let parts = bytes.string(at: item).split(separator: ";")
            guard let range = parts.first?.trimmed.lowercased() else { continue }
            let quality = Self.quality(parts.dropFirst())
            guard quality > 0, quality > best?.quality ?? 0 else { continue }
            if let language = Self.lookUp(range, in: offered) { best = (language, quality) }
        }
        return best?.language ?? offered[0]
    }

    /// A range's weight in thousandths (RFC 9110, section 12.4.2); 0 when it is malformed.
    private static func quality(_ parameters: ArraySlice<Substring>) -> Int {
        for parameter in parameters {
            let text = parameter.trimmed
            guard text.hasPrefix("q=") || text.hasPrefix("Q=") else { continue }
            let digits = text.dropFirst(2)
            guard digits.utf8.allSatisfy({ $0.isDigit || $0 == 0x2e }), let weight = Double(digits), weight <= 1 else {
                return 0
            }
            return Int(weight * 1000)
        }
        return 1000
    }

    /// Shortens the range from its end until a language fits.
    private static func lookUp(_ range: String, in offered: [String]) -> String? {
        if range == "*" { return offered[0] }
        var wanted = Substring(range)
        while !wanted.isEmpty {
            if let language = offered.first(where: { $0.lowercased() == wanted }) { return language }
            guard let dash = wanted.lastIndex(of: "-") else { return nil }
            wanted = wanted[..<dash]
        }
        return nil
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
