extension ScalarForm where Value == PathPattern {
    /// The path of a page.
    static var pathPattern: ScalarForm {
        ScalarForm(
            expectation: "a path such as \"/\", \"/posts/{slug}\" or \"/*\"",
            parse: { text in
                guard text.hasPrefix("/") else { return .mismatch }
                guard text != "/" else { return .value(PathPattern(segments: [])) }
                var segments: [PathPattern.Segment] = []
                let parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
                for (index, part) in parts.enumerated() {
                    switch segment(part, isLast: index == parts.count - 1) {
                    case .value(let segment): segments.append(segment)
                    case .mismatch: return .mismatch
                    case .refused(let why): return .refused(why)
                    }
                }
                let pattern = PathPattern(segments: segments)
                if let reserved = reservedWord(of: pattern) {
                    return .refused("paths that begin with /\(reserved) belong to the gateway; choose another")
                }
                let names = pattern.captureNames
                if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
                    return .refused("the capture {\(twice)} is there twice; give each its own name")
                }
                return .value(pattern)
            },
            plain: \.description
        )
    }

    private static func segment(_ text: Substring, isLast: Bool) -> ScalarForm<PathPattern.Segment>.Parsed {
        if text.isEmpty {
            return .refused(
                isLast ? "leave the slash at the end out" : "there are two slashes in a row; take one out"
            )
        }
        if text == "*" {
            return isLast ? .value(.rest) : .refused("'*' can only be the last segment; name this one, such as {id}")
        }
        if text.hasPrefix("{"), text.hasSuffix("}") {
            let name = text.dropFirst().dropLast()
            let isName =
                name.utf8.first.map(PlainASCII.isLowerCaseLetter) ?? false
                && name.utf8.allSatisfy {
                    PlainASCII.isLowerCaseLetter($0) || PlainASCII.isDigit($0) || $0 == UInt8(ascii: "_")
                }
            return isName
                ? .value(.capture(String(name)))
                : .refused("a capture is a name of lower-case letters, digits and '_' in braces, such as {slug}")
        }
        if text.contains(where: { "{}*".contains($0) }) {
            return .refused("a capture or '*' is a whole segment; write /posts/{slug}, not /posts/post-{slug}")
        }
        if text == "." || text == ".." { return .refused("'.' and '..' cannot be segments; take them out") }
        // unreserved and sub-delims of RFC 3986, ':' and '@': what stands in a path without percent-encoding.
        let allowed = "-._~!$&'()+,;=:@".utf8
        guard text.utf8.allSatisfy({ PlainASCII.isLetter($0) || PlainASCII.isDigit($0) || allowed.contains($0) }) else {
            return .refused(
                "'\(ConfigurationReader.shown(String(text)))' holds a character that cannot stand in a path; "
                    + "use letters, digits and \(String(decoding: allowed, as: UTF8.self))"
            )
        }
        return .value(.literal(String(text)))
    }

    private static func reservedWord(of pattern: PathPattern) -> String? {
        guard case .literal(let first)? = pattern.segments.first else { return nil }
        return ["internal", "auth", "assets"].first { $0 == first.lowercased() }
    }
}

extension ScalarForm where Value == PageRequirement {
    /// Who may see a page.
    static var pageRequirement: ScalarForm {
        ScalarForm(
            expectation: "'login' or 'role:' and a role, such as role:editor",
            parse: { text in
                if text == "login" { return .value(.login) }
                guard text.hasPrefix("role:") else { return .mismatch }
                let role = text.dropFirst("role:".count)
                let isName = role.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
                return isName && (1...64).contains(role.utf8.count) ? .value(.role(String(role))) : .mismatch
            },
            plain: \.description
        )
    }
}
