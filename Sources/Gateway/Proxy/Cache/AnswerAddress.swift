/// Where an answer is found: the first part of its key (RFC 9111, section 2).
struct AnswerAddress: Hashable, Sendable {
    /// `http` or `https`.
    let scheme: String
    /// The host as it was asked, in small letters, with its port unless that is the scheme's.
    let authority: String
    /// Path and query, byte by byte.
    let target: String

    init(scheme: String, authority: String, target: String) {
        self.scheme = scheme.lowercased()
        let authority = authority.lowercased()
        let standardPort = self.scheme == "https" ? ":443" : ":80"
        self.authority =
            authority.hasSuffix(standardPort) ? String(authority.dropLast(standardPort.count)) : authority
        self.target = target
    }

    /// What the answers of the address are known by in the tiers; no fragment's text begins so.
    var text: String { "answer:\(self.scheme)://\(self.authority)\(self.target)" }

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

    private static func normalized(_ value: String) -> String {
        // Within quotation marks a space is one.
        guard !value.utf8.contains(UInt8(ascii: "\"")) else { return value }
        return value.split(separator: ",", omittingEmptySubsequences: false).map { item in
            let start = item.drop { $0 == " " || $0 == "\t" }
            return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }.joined(separator: ",")
    }

    /// The address that a reference in an answer leads to (RFC 3986, section 5.2); nil when it is another origin's, or
    /// none.
    func sameOrigin(_ reference: String) -> AnswerAddress? {
        let reference = String(reference.prefix { $0 != "#" })
        guard !reference.isEmpty else { return nil }
        if reference.hasPrefix("//") { return self.absolute(scheme: self.scheme, rest: reference.dropFirst(2)) }
        if let end = reference.firstRange(of: "://"),
            !reference[..<end.lowerBound].contains(where: { "/?".contains($0) })
        {
            return self.absolute(scheme: String(reference[..<end.lowerBound]), rest: reference[end.upperBound...])
        }
        let path = String(reference.prefix { $0 != "?" })
        let query = String(reference.dropFirst(path.count))
        let base = String(self.target.prefix { $0 != "?" })
        if path.isEmpty { return self.at(base + query) }
        if path.hasPrefix("/") { return self.at(Self.withoutDots(path) + query) }
        // Another scheme, such as `mailto:`.
        guard !path.prefix(while: { $0 != "/" }).contains(":") else { return nil }
        let folder = String(base.reversed().drop { $0 != "/" }.reversed())
        return self.at(Self.withoutDots(folder + path) + query)
    }

    private func at(_ target: String) -> AnswerAddress {
        AnswerAddress(scheme: self.scheme, authority: self.authority, target: target)
    }

    private func absolute(scheme: String, rest: Substring) -> AnswerAddress? {
        let authority = rest.prefix { !"/?".contains($0) }
        let target = rest.dropFirst(authority.count)
        let path = target.prefix { $0 != "?" }
        let address = AnswerAddress(
            scheme: scheme,
            authority: String(authority),
            target: (path.isEmpty ? "/" : Self.withoutDots(String(path))) + target.dropFirst(path.count)
        )
        return address.scheme == self.scheme && address.authority == self.authority ? address : nil
    }

    /// A path without `.` and `..` (RFC 3986, section 5.2.4).
    private static func withoutDots(_ path: String) -> String {
        guard path.contains("/.") else { return path }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        var kept: [Substring] = []
        for segment in segments {
            if segment == ".." { _ = kept.popLast() } else if segment != "." { kept.append(segment) }
        }
        if segments.last == "." || segments.last == ".." { kept.append("") }
        return "/" + kept.joined(separator: "/")
    }
}
