/// The URL that an answer was asked for: scheme, host, path and query.
package struct AnswerURL: Hashable, Sendable, CustomStringConvertible {
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

    /// Reads a URL.
    ///
    /// - Returns: nil when no request can be for it: it has another scheme, no host, a name and password, a part for
    ///   browsers alone (`#…`), or characters that are not to stand in a URL as they are.
    package init?(_ text: some StringProtocol) {
        guard let end = text.firstRange(of: "://") else { return nil }
        let rest = text[end.upperBound...]
        let authority = rest.prefix { !"/?".contains($0) }
        let target = rest.dropFirst(authority.count)
        self.init(
            scheme: String(text[..<end.lowerBound]),
            authority: String(authority),
            target: target.hasPrefix("/") ? String(target) : "/\(target)"
        )
        guard ["http", "https"].contains(self.scheme), !self.authority.isEmpty, !self.authority.contains("@"),
            Self.isRequestable(self.authority), Self.isRequestable(self.target)
        else { return nil }
    }

    /// The one spelling.
    package var description: String { "\(self.scheme)://\(self.authority)\(self.target)" }

    /// Whether a request's target can hold a text (RFC 9112, section 3.2): printable ASCII, without `#`.
    private static func isRequestable(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }
    }

    /// The URL that a reference in an answer leads to (RFC 3986, section 5.2); nil when it is another origin's, or none
    /// that can be asked for.
    func sameOrigin(_ reference: String) -> AnswerURL? {
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

    private func at(_ target: String) -> AnswerURL? {
        guard Self.isRequestable(target) else { return nil }
        return AnswerURL(scheme: self.scheme, authority: self.authority, target: target)
    }

    private func absolute(scheme: String, rest: Substring) -> AnswerURL? {
        let authority = rest.prefix { !"/?".contains($0) }
        let target = rest.dropFirst(authority.count)
        let path = target.prefix { $0 != "?" }
        let url = AnswerURL(
            scheme: scheme,
            authority: String(authority),
            target: (path.isEmpty ? "/" : Self.withoutDots(String(path))) + target.dropFirst(path.count)
        )
        guard url.scheme == self.scheme, url.authority == self.authority else { return nil }
        return Self.isRequestable(url.target) ? url : nil
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
