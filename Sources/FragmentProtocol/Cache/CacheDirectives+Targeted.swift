extension CacheDirectives {
    /// The directives of a targeted field such as `CDN-Cache-Control` (RFC 9213, section 2.1).
    ///
    /// It is a dictionary of structured fields (RFC 8941, section 3.2), and stricter than `Cache-Control`: of a name that
    /// is given twice the last value counts, and a directive whose value is of another type than its own is left out.
    /// It is nil when the field is malformed or empty, so that the next field rules (RFC 9213, section 2.2).
    ///
    /// - Parameter value: the field's value; several lines are joined by commas first.
    public init?(targeted value: some StringProtocol) {
        guard let members = StructuredDictionary(parsing: value)?.members, !members.isEmpty else { return nil }
        self.init()
        for member in members { apply(member) }
    }

    /// Takes a member of the dictionary into account.
    private mutating func apply(_ member: StructuredDictionary.Member) {
        var isSet: Bool {
            // `private="field"` limits the directive to a field: taken as unlimited, which is always allowed.
            switch member.value {
            case .boolean(let truth): truth
            default: true
            }
        }
        var seconds: Int? {
            guard case .integer(let seconds) = member.value, seconds >= 0 else { return nil }
            return Int(min(seconds, Int64(Self.greatestDelta)))
        }
        switch member.name {
        case "public": isPublic = isSet
        case "private": isPrivate = isSet
        case "no-store": noStore = isSet
        case "no-cache": noCache = isSet
        case "must-revalidate": mustRevalidate = isSet
        case "proxy-revalidate": proxyRevalidate = isSet
        case "no-transform": noTransform = isSet
        case "must-understand": mustUnderstand = isSet
        case "immutable": immutable = isSet
        case "max-age": maxAge = seconds
        case "s-maxage": sharedMaxAge = seconds
        case "stale-while-revalidate": staleWhileRevalidate = seconds
        case "stale-if-error": staleIfError = seconds
        default: break
        }
    }
}
