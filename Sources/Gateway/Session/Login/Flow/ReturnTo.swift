/// Where a browser goes after a login: a path of the host that it asked, and never anywhere else.
///
/// Browsers drop tabs and line ends from an address, take a backslash for a slash and `//` for a host; servers take
/// encodings off that others put on. So what is accepted must be a plain path by every one of these readings.
package struct ReturnTo: Sendable, Equatable {
    /// Bytes of the longest text.
    static let longest = 2048
    /// How often encodings of encodings are taken off.
    private static let decodingRounds = 3

    /// A path with its query, that begins with one `/`.
    package let text: String

    private init(text: String) {
        self.text = text
    }

    /// The host's home page.
    package static let home = ReturnTo(text: "/")

    /// The path in a text, or the home page when the text could lead elsewhere.
    package init(_ text: String) {
        self = Self.accepted(Array(text.utf8)) ?? .home
    }

    /// The path in the bytes of a text, or the home page.
    package init(_ bytes: [UInt8]) {
        self = Self.accepted(bytes) ?? .home
    }

    /// The same with a field more, which says that the provider was asked by a browser that keeps no cookies.
    var markedAsTried: String {
        let text = self.withoutMark.text
        return text + (text.contains("?") ? "&" : "?") + "\(SilentSignInPolicy.triedField)=1"
    }

    /// The same without that field.
    var withoutMark: ReturnTo {
        let parts = self.text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return self }
        let fields = parts[1].split(separator: "&", omittingEmptySubsequences: false)
        let rest = fields.filter { !$0.hasPrefix("\(SilentSignInPolicy.triedField)=") }
        guard rest.count < fields.count else { return self }
        return ReturnTo(text: parts[0] + (rest.isEmpty ? "" : "?" + rest.joined(separator: "&")))
    }

    /// Where it is safe to go; nil when the text could lead elsewhere, or back to a login or a sign-out.
    static func accepted(_ bytes: [UInt8]) -> ReturnTo? {
        guard bytes.count <= Self.longest, String(validating: bytes, as: UTF8.self) != nil, Self.isPlain(bytes) else {
            return nil
        }
        // What is behind a `#` never reaches a server.
        let sent = bytes.prefix { $0 != UInt8(ascii: "#") }
        var reading = Array(sent)
        for _ in 0..<Self.decodingRounds {
            let decoded = Self.decoded(reading)
            guard String(validating: decoded, as: UTF8.self) != nil, Self.isPlain(decoded, isDecoded: true) else {
                return nil
            }
            if decoded == reading { break }
            reading = decoded
        }
        // Nobody has a fourth layer to hide an honest path under.
        guard Self.decoded(Self.path(of: reading)) == Self.path(of: reading) else { return nil }
        return ReturnTo(text: String(decoding: sent, as: UTF8.self))
    }

    /// Whether bytes are the path and query of an address in the reading at hand.
    private static func isPlain(_ bytes: [UInt8], isDecoded: Bool = false) -> Bool {
        let path = Self.path(of: bytes)
        guard path.first == .slash else { return false }
        let second = path.dropFirst().first
        guard second != .slash, second != UInt8(ascii: "\\"), !bytes.contains(0x7f) else { return false }
        // A query's own text may hold what a path may not, once its encoding is off: a space, a line.
        guard (isDecoded ? path : bytes).allSatisfy({ $0 > .space && $0 != UInt8(ascii: "\\") }) else { return false }
        let segments = path.split(separator: .slash, omittingEmptySubsequences: false).dropFirst()
        for segment in segments {
            // Parameters end a name.
            let name = segment.prefix { $0 != .semicolon }
            if name.elementsEqual("..".utf8) || name.elementsEqual(".".utf8) { return false }
        }
        // An empty segment would be a host's beginning for whoever leaves out what comes before it.
        guard !segments.dropLast().contains(where: \.isEmpty) else { return false }
        let first = segments.first ?? []
        // What is before an `@` could be taken for a name and password.
        guard !first.contains(UInt8(ascii: "@")) else { return false }
        return !first.prefix { $0 != .semicolon }.map(\.lowercased).elementsEqual("auth".utf8)
    }

    /// What comes before the query.
    private static func path(of bytes: [UInt8]) -> [UInt8] {
        Array(bytes.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
    }

    /// Takes one layer of percent-encoding off.
    private static func decoded(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = bytes[index + 1].hexadecimalValue, let low = bytes[index + 2].hexadecimalValue
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }
}
