import NIOCore

/// The entity tag of a page: two answers of one address have the same when, and only when, they are made of the same
/// pieces (RFC 9110, section 8.8.3).
///
/// It is weak, since a page for clients that accept codings has one tag for all of them.
struct PageTag: Hashable, Sendable {
    private let key: CacheKey

    fileprivate init(_ key: CacheKey) {
        self.key = key
    }

    /// Writes the line `ETag`.
    @inline(__always)
    func writeLine(into output: inout some HeadOutput) {
        output.append("ETag: W/\"")
        output.append(hexadecimal: self.key.high)
        output.append(hexadecimal: self.key.low)
        output.append("\"\r\n")
    }

    /// Whether a client holds the page: whether `If-None-Match` names it, weakly compared (RFC 9110, section 13.1.2).
    func isNamed(by field: ByteRange, in bytes: Span<UInt8>) -> Bool {
        guard !field.isEmpty else { return false }
        let digits = HexadecimalDigits(of: self.key.high).text + HexadecimalDigits(of: self.key.low).text
        var items = ListItems(of: field)
        while let item = items.next(in: bytes) {
            let tag = bytes.string(at: item)
            if tag == "*" || tag == "\"\(digits)\"" || tag == "W/\"\(digits)\"" { return true }
        }
        return false
    }
}

/// Makes the tags of pages; all gateways with one `session.key` make the same.
struct PageTagger: Sendable {
    /// Apart from the recipes' hasher, of whose secrets nothing shows in a tag.
    private let hasher: CacheKeyHasher

    init(hasher: CacheKeyHasher) {
        self.hasher = hasher
    }

    /// The tag of a page for clients that accept codings.
    @inline(__always)
    func tag(of recipe: PageRecipe) -> PageTag {
        var key = recipe.seed
        for run in recipe.runs { key = self.hasher.mix(key, run.key) }
        return PageTag(self.hasher.mix(key, key))
    }

    /// The tag of a page for clients that accept no coding.
    @inline(__always)
    func tag(of version: PageVersion) -> PageTag { PageTag(self.hasher.mix(version.key, version.key)) }
}
