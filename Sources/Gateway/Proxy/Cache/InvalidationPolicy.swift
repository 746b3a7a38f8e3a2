import FragmentProtocol

/// Says what an answer to an unsafe method ends (RFC 9111, section 4.4; RFC 9875, section 3).
enum InvalidationPolicy {
    /// The URLs whose stored answers have ended, and the tags of the groups that the answer names; nothing for a safe
    /// method.
    ///
    /// - Parameters:
    ///   - method: what was asked.
    ///   - url: where; nil when the service's answers are not stored.
    ///   - status: the answer's status.
    ///   - headers: the answer's fields.
    /// - Returns: what is to be purged.
    static func records(
        endedBy method: RequestMethod,
        at url: AnswerURL?,
        status: Int,
        headers: [(name: String, value: String)]
    ) -> [PurgeRecord] {
        guard !method.isSafe else { return [] }
        let urls = url.map { Self.urls(endedAt: $0, status: status, headers: headers) } ?? []
        // A service that names groups means them, whatever the status.
        let tags = CacheGroups.tags(in: HeaderName.cacheGroupInvalidation, of: headers)
        return urls.map { PurgeRecord(.url($0)) } + tags.map { PurgeRecord(.tag($0)) }
    }

    /// The URL that was asked, and those of the same origin that the answer names; none when it is an error.
    private static func urls(
        endedAt url: AnswerURL,
        status: Int,
        headers: [(name: String, value: String)]
    ) -> [AnswerURL] {
        guard (200..<400).contains(status) else { return [] }
        var urls = [url]
        for header in headers
        where HeaderName.isSame(header.name, HeaderName.location) || HeaderName.isSame(header.name, "Content-Location")
        {
            if let named = url.sameOrigin(header.value), !urls.contains(named) { urls.append(named) }
        }
        return urls
    }
}
