import FragmentProtocol

/// Says whether the copy that a client holds is as good as the stored answer (RFC 9111, section 4.3.2).
enum ClientConditionPolicy {
    /// Whether `304` is the answer to a request.
    static func isNotModified(_ request: AnswerRequest, _ stored: StoredAnswer) -> Bool {
        // A condition is one on an answer that would otherwise be a success (RFC 9110, section 13.2.1).
        guard stored.fragment.status == 200 else { return false }
        if let ifNoneMatch = request.ifNoneMatch {
            // `If-Modified-Since` does not count beside it, even where it cannot be read (RFC 9110, section 13.1.3).
            return Self.holds(ifNoneMatch, stored.fragment.etag)
        }
        guard let since = request.ifModifiedSince else { return false }
        return Self.isUnmodified(stored, since: since)
    }

    private static func holds(_ ifNoneMatch: String, _ etag: String?) -> Bool {
        if ifNoneMatch == "*" { return true }
        guard let tag = etag.flatMap({ EntityTag($0) }), let held = EntityTag.list(ifNoneMatch) else { return false }
        return held.contains { $0.matches(tag) }
    }

    private static func isUnmodified(_ stored: StoredAnswer, since: String) -> Bool {
        let now = stored.fragment.storedAt
        guard let since = HTTPDate.parse(since, now: now) else { return false }
        // What does not say when it was changed was not changed after it was made.
        let changed = stored.fragment.lastModified ?? stored.head.firstValue(of: "date")
        guard let changed = changed.flatMap({ HTTPDate.parse($0, now: now) }) else { return false }
        return changed <= since
    }
}
