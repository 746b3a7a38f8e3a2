extension CacheDirectives: CustomStringConvertible {
    /// The field's value, in one order of directives; ``init(parsing:)`` reads it back.
    public var description: String {
        var parts: [String] = []
        func add(_ name: String, _ isSet: Bool) {
            if isSet { parts.append(name) }
        }
        func add(_ name: String, _ seconds: Int?) {
            if let seconds { parts.append("\(name)=\(Swift.min(Swift.max(seconds, 0), Self.greatestDelta))") }
        }
        func add(_ name: String, _ isSet: Bool, _ fields: [String]) {
            add(fields.isEmpty ? name : "\(name)=\"\(fields.joined(separator: ", "))\"", isSet)
        }
        add("public", isPublic)
        add("private", isPrivate, privateFields)
        add("no-store", noStore)
        add("no-cache", noCache, noCacheFields)
        add("max-age", maxAge)
        add("s-maxage", sharedMaxAge)
        add("stale-while-revalidate", staleWhileRevalidate)
        add("stale-if-error", staleIfError)
        add("must-revalidate", mustRevalidate)
        add("proxy-revalidate", proxyRevalidate)
        add("no-transform", noTransform)
        add("must-understand", mustUnderstand)
        add("immutable", immutable)
        add("only-if-cached", onlyIfCached)
        add("min-fresh", minFresh)
        switch maxStale {
        case .any?: parts.append("max-stale")
        case .seconds(let seconds)?: add("max-stale", seconds)
        case nil: break
        }
        if let content { parts.append("content=\(Self.quotedString(content))") }
        for directive in extensions {
            guard let value = directive.value else {
                parts.append(directive.name)
                continue
            }
            parts.append("\(directive.name)=\(value.isToken ? value : Self.quotedString(value))")
        }
        return parts.joined(separator: ", ")
    }

    /// A text as a quoted string (RFC 9110, section 5.6.4); control characters, which have no place there, are left out.
    static func quotedString(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars where scalar.value > 0x7F || UInt8(scalar.value).isFieldValueCharacter {
            if scalar == "\"" || scalar == "\\" { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }
}

extension CacheDirectives: Codable, ExpressibleByStringLiteral {
    /// Directives written as a field's value, such as `"private, max-age=10"`; see ``init(parsing:)``.
    public init(stringLiteral value: String) { self.init(parsing: value) }

    /// Reads a field's value.
    public init(from decoder: any Decoder) throws {
        self.init(parsing: try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the field's value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
