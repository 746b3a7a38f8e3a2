/// One target of a `Link` field (RFC 8288, section 3).
public struct FragmentLink: Hashable, Sendable, CustomStringConvertible {
    /// A parameter of a link, such as `as=style`.
    public struct Attribute: Hashable, Sendable {
        /// The name in lower case.
        public let name: String
        /// The value without its quotes, or nil for a parameter without `=`.
        public let value: String?
    }

    /// The URI reference between the angle brackets.
    public let target: String
    /// The relation types in lower case, such as `stylesheet`, `modulepreload`, `preload` and `preconnect`.
    public let relations: [String]
    /// The parameters but `rel`, in their order, each name once.
    public let attributes: [Attribute]

    /// A link of its parts, or nil when one of them cannot be written.
    ///
    /// - Parameters:
    ///   - target: a URI reference: visible ASCII without `<` and `>`.
    ///   - relations: relation types, at least one.
    ///   - attributes: names, which are tokens, and values without control characters.
    public init?(target: String, relations: [String], attributes: [(name: String, value: String?)] = []) {
        let isTarget = target.utf8.allSatisfy {
            $0.isVisible && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">")
        }
        let areRelations = relations.allSatisfy {
            !$0.isEmpty && $0.utf8.allSatisfy { $0.isVisible && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        }
        guard isTarget, !target.isEmpty, areRelations, !relations.isEmpty else { return nil }
        self.target = target
        self.relations = relations.map(\.lowercasedASCII)
        var kept: [Attribute] = []
        for attribute in attributes {
            let name = attribute.name.lowercasedASCII
            guard name.isToken, attribute.value?.isFieldValue ?? true else { return nil }
            if name != "rel", !kept.contains(where: { $0.name == name }) {
                kept.append(Attribute(name: name, value: attribute.value))
            }
        }
        self.attributes = kept
    }

    /// The value of a parameter, or nil when it is not there or has none.
    public func attribute(_ name: String) -> String? { attributes.first { $0.name == name }?.value }

    /// The link as the field holds it.
    public var description: String {
        var text = "<\(target)>; rel=\"\(relations.joined(separator: " "))\""
        for attribute in attributes {
            text += "; \(attribute.name)"
            if let value = attribute.value {
                text += "=\(value.isToken ? value : CacheDirectives.quotedString(value))"
            }
        }
        return text
    }
}

extension FragmentLink {
    /// The links of a field; several lines of the field are joined by commas first.
    ///
    /// - Parameter value: the field's value.
    /// - Returns: the links that could be read, and whether all could.
    public static func list(_ value: some StringProtocol) -> (links: [FragmentLink], isComplete: Bool) {
        var links: [FragmentLink] = []
        var isComplete = true
        var rest = Array(value.utf8)[...]
        while true {
            rest = rest.drop { $0.isFieldSpace || $0 == UInt8(ascii: ",") }
            guard !rest.isEmpty else { return (links, isComplete) }
            if let link = link(&rest) {
                links.append(link)
            } else {
                isComplete = false
                // The next link begins at the next angle bracket: a comma may be part of what is broken.
                rest = rest.dropFirst().drop { $0 != UInt8(ascii: "<") }
            }
        }
    }

    /// Reads one link up to the comma after it; on failure the rest is left as it was.
    private static func link(_ rest: inout ArraySlice<UInt8>) -> FragmentLink? {
        var here = rest
        guard here.popFirst() == UInt8(ascii: "<") else { return nil }
        let target = here.prefix { $0 != UInt8(ascii: ">") }
        here = here.dropFirst(target.count)
        guard here.popFirst() == UInt8(ascii: ">") else { return nil }
        var relations: [String]?
        var attributes: [(name: String, value: String?)] = []
        here = here.drop { $0.isFieldSpace }
        while here.first == UInt8(ascii: ";") {
            here = here.drop { $0.isFieldSpace || $0 == UInt8(ascii: ";") }
            let name = here.prefix { $0.isTokenCharacter }
            here = here.dropFirst(name.count).drop { $0.isFieldSpace }
            var value: String?
            if here.first == UInt8(ascii: "=") {
                here = here.dropFirst().drop { $0.isFieldSpace }
                guard let text = attributeValue(&here) else { return nil }
                value = text
            }
            here = here.drop { $0.isFieldSpace }
            let text = String(decoding: name, as: UTF8.self).lowercasedASCII
            if text == "rel" {
                // Only the first one counts (RFC 8288, section 3.3).
                relations = relations ?? (value ?? "").split(separator: " ").map(String.init)
            } else if !text.isEmpty {
                attributes.append((text, value))
            }
        }
        guard here.isEmpty || here.first == UInt8(ascii: ",") else { return nil }
        let link = FragmentLink(
            target: String(decoding: target, as: UTF8.self),
            relations: relations ?? [],
            attributes: attributes
        )
        guard let link else { return nil }
        rest = here
        return link
    }

    /// Reads a token or a quoted string; nil when the quoted string is not closed.
    private static func attributeValue(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.first == UInt8(ascii: "\"") else {
            let value = rest.prefix { !$0.isFieldSpace && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",") }
            rest = rest.dropFirst(value.count)
            return String(decoding: value, as: UTF8.self)
        }
        var here = rest.dropFirst()
        var text: [UInt8] = []
        while let byte = here.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                rest = here
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = here.popFirst() else { return nil }
                text.append(escaped)
            default:
                text.append(byte)
            }
        }
        return nil
    }
}
