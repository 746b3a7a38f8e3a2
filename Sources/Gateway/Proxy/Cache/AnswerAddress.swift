/// Where an answer is found: the first part of its key (RFC 9111, section 2).
struct AnswerAddress: Hashable, Sendable {
    /// The service that answers.
    let service: String
    /// What it was asked for.
    let url: AnswerURL

    /// What the answers of the address are known by in the tiers; no fragment's text begins so.
    var text: String { "\(Self.prefix)\(self.service) \(self.url)" }

    /// What an answer is known by that varies by header fields of the request.
    ///
    /// The values of a field are compared without the white space around their commas, and whether its lines are one or
    /// many (RFC 9111, section 4.1).
    func text(of variants: AnswerVariants, for fields: [(name: String, value: String)]) -> String {
        var text = "\(self.text)\n\(String(variants.generation, radix: 16))"
        for name in variants.names {
            // Neither a name nor a value holds the end of a line.
            text += "\n\(name)"
            let values = fields.filter { $0.name.lowercased() == name }.map { Self.normalized($0.value) }
            if !values.isEmpty { text += "=\(values.joined(separator: ","))" }
        }
        return text
    }

    private static let prefix = "answer:"

    /// The service and the address in a ``text(of:for:)`` or ``text``; nil in a fragment's.
    static func parts(of text: String) -> (service: Substring, url: Substring)? {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let address = text.utf8.dropFirst(Self.prefix.utf8.count).prefix { $0 != UInt8(ascii: "\n") }
        guard let space = address.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        return (Substring(address[..<space]), Substring(address[address.index(after: space)...]))
    }

    private static func normalized(_ value: String) -> String {
        // Within quotation marks a space is one.
        guard !value.utf8.contains(UInt8(ascii: "\"")) else { return value }
        return value.split(separator: ",", omittingEmptySubsequences: false).map { item in
            let start = item.drop { $0 == " " || $0 == "\t" }
            return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }.joined(separator: ",")
    }
}
