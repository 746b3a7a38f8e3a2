/// The groups that answers belong to (`Cache-Groups`), and that an answer to an unsafe method ends
/// (`Cache-Group-Invalidation`), by RFC 9875.
///
/// A group is what `Cache-Tag` calls a tag: both name copies to be ended.
public enum CacheGroups {
    /// The tags that the groups of a field stand for, each once.
    ///
    /// A group is any printable text. What a tag cannot hold, a space or a comma, is percent-encoded, and so is `%`; the
    /// empty group, and one that would be too long for a tag, are left out.
    ///
    /// - Parameter value: the field's value, a list of strings (RFC 8941, section 3.1); several lines are joined by commas
    ///   first.
    /// - Returns: the tags, or nil when the field is malformed or holds something else than strings: it is void then.
    public static func tags(parsing value: some StringProtocol) -> [String]? {
        guard let groups = strings(parsing: value) else { return nil }
        var tags: [String] = []
        for group in groups {
            let tag = tag(of: group)
            if CacheTag.isValid(tag), !tags.contains(tag) { tags.append(tag) }
        }
        return tags
    }

    /// The tags of all lines of a field in an answer; none where it is missing or malformed.
    ///
    /// - Parameters:
    ///   - name: `Cache-Groups` or `Cache-Group-Invalidation`.
    ///   - fields: the answer's fields.
    /// - Returns: the tags, each once.
    public static func tags(in name: String, of fields: [(name: String, value: String)]) -> [String] {
        let lines = fields.filter { HeaderName.isSame($0.name, name) }.map(\.value)
        return lines.isEmpty ? [] : tags(parsing: lines.joined(separator: ", ")) ?? []
    }

    /// The strings of a list; parameters are checked and ignored (RFC 9875, sections 2 and 3).
    private static func strings(parsing value: some StringProtocol) -> [String]? {
        var reader = StructuredFieldReader(value)
        reader.skip { $0 == UInt8(ascii: " ") }
        var strings: [String] = []
        while !reader.rest.isEmpty {
            guard case .string(let text)? = reader.itemOrInnerList(), reader.parameters() else { return nil }
            strings.append(text)
            reader.skip { $0.isFieldSpace }
            if reader.rest.isEmpty { return strings }
            guard reader.take(",") else { return nil }
            reader.skip { $0.isFieldSpace }
            // A comma at the end is a mistake (RFC 8941, section 4.2.1).
            if reader.rest.isEmpty { return nil }
        }
        return strings
    }

    private static func tag(of group: String) -> String {
        var tag = ""
        for scalar in group.unicodeScalars {
            switch scalar {
            case " ": tag += "%20"
            case ",": tag += "%2C"
            case "%": tag += "%25"
            default: tag.unicodeScalars.append(scalar)
            }
        }
        return tag
    }
}
