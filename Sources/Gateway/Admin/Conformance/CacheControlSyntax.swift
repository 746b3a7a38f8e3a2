import FragmentProtocol

/// Finds what is written in a `Cache-Control` field that caches read otherwise than it was meant (RFC 9111, section 5.2).
///
/// ``CacheDirectives`` takes everything and makes the doubtful less cacheable; whoever wrote it should know.
enum CacheControlSyntax {
    private static let plain = [
        "public", "private", "no-store", "no-cache", "must-revalidate", "proxy-revalidate", "no-transform",
        "must-understand", "immutable",
    ]
    private static let timed = ["max-age", "s-maxage", "stale-while-revalidate", "stale-if-error"]

    /// What is wrong with a field, each in words that go on after `Cache-Control`.
    ///
    /// - Parameter value: the field's value; several lines of the field are joined by commas first.
    /// - Returns: the problems, in the field's order, contradictions last.
    static func problems(in value: String) -> [String] {
        var problems: [String] = []
        var seen: Set<String> = []
        for (part, hasSemicolon) in parts(of: value) {
            if hasSemicolon {
                problems.append("has a semicolon in '\(part)'; directives are separated by commas")
                continue
            }
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = pieces[0].lowercased()
            if !seen.insert(name).inserted { problems.append("says '\(name)' twice; the first counts") }
            if timed.contains(name) {
                let seconds = pieces.count > 1 ? pieces[1].filter { $0 != "\"" } : ""
                if seconds.isEmpty || !seconds.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                    problems.append("says '\(part)', which is no number of seconds and counts as 0")
                }
            } else if !plain.contains(name) {
                if let meant = NearestName.nearest(to: name, among: plain + timed) {
                    problems.append("says '\(name)', which no cache knows; did you mean '\(meant)'?")
                } else if !name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) || name.isEmpty {
                    problems.append("says '\(part)', which is no directive")
                }
            }
        }
        let directives = CacheDirectives(parsing: value)
        if directives.isPublic, directives.isPrivate { problems.append("says both 'public' and 'private'") }
        if directives.noStore, directives.sharedFreshness ?? 0 > 0 {
            problems.append("says both 'no-store' and a lifetime")
        }
        return problems
    }

    /// The directives, split at the commas that stand in no quoted string; each with whether a semicolon stands so.
    private static func parts(of value: String) -> [(text: String, hasSemicolon: Bool)] {
        var parts: [(text: String, hasSemicolon: Bool)] = [("", false)]
        var isQuoted = false
        for character in value {
            if character == "\"" { isQuoted.toggle() }
            if character == ",", !isQuoted {
                parts.append(("", false))
            } else {
                parts[parts.count - 1].text.append(character)
                if character == ";", !isQuoted { parts[parts.count - 1].hasSemicolon = true }
            }
        }
        return parts.map { ($0.text.trimmingBlanks, $0.hasSemicolon) }.filter { !$0.0.isEmpty }
    }
}

extension String {
    /// The text without spaces and tabs around it.
    fileprivate var trimmingBlanks: String {
        var rest = self[...].drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}
