/// A validator of an answer's content (RFC 9110, section 8.8.3).
public struct EntityTag: Hashable, Sendable, CustomStringConvertible {
    /// Whether it stands for contents that mean the same, where a strong one stands for the same bytes.
    public let isWeak: Bool
    /// What is between the quotation marks.
    public let opaque: String

    /// A tag of what stands between its quotation marks, or nil when that holds a character that cannot.
    public init?(opaque: String, isWeak: Bool = false) {
        guard opaque.utf8.allSatisfy({ $0 != UInt8(ascii: "\"") && ($0.isVisible || $0 >= 0x80) }) else { return nil }
        self.isWeak = isWeak
        self.opaque = opaque
    }

    /// The tag written `"abc"` or `W/"abc"`, or nil when the text is none.
    public init?(_ text: some StringProtocol) {
        let isWeak = text.utf8.starts(with: "W/\"".utf8)
        let quotedPart = Substring(text).utf8.dropFirst(isWeak ? 2 : 0)
        guard quotedPart.count >= 2, quotedPart.first == UInt8(ascii: "\""), quotedPart.last == UInt8(ascii: "\"")
        else { return nil }
        self.init(opaque: String(Substring(quotedPart.dropFirst().dropLast())), isWeak: isWeak)
    }

    /// Whether both stand for contents that mean the same: the weak comparison (RFC 9110, section 8.8.3.2).
    public func matches(_ other: EntityTag) -> Bool { opaque.hasSameBytes(as: other.opaque) }

    /// The tag with its quotation marks, which ``init(_:)`` reads back.
    public var description: String { isWeak ? "W/\"\(opaque)\"" : "\"\(opaque)\"" }

    /// The tags of an `If-None-Match` field (RFC 9110, section 13.1.2), or nil when it is malformed.
    package static func list(_ value: some StringProtocol) -> [EntityTag]? {
        var tags: [EntityTag] = []
        var rest = Substring(value).utf8
        while true {
            rest = rest.drop { $0.isFieldSpace || $0 == UInt8(ascii: ",") }
            guard !rest.isEmpty else { return tags }
            let head = rest.prefix { $0 != UInt8(ascii: "\"") }
            let body = rest.dropFirst(head.count + 1).prefix { $0 != UInt8(ascii: "\"") }
            let length = head.count + body.count + 2
            guard length <= rest.count, let tag = EntityTag(Substring(rest.prefix(length))) else { return nil }
            tags.append(tag)
            rest = rest.dropFirst(length)
            guard rest.first.map({ $0.isFieldSpace || $0 == UInt8(ascii: ",") }) ?? true else { return nil }
        }
    }
}
