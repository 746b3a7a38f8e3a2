/// What is to be stored of an answer whose content is still to come.
struct AnswerPlan: Sendable {
    let status: Int
    let requestedAt: Instant
    /// The last purge that was known then.
    let purgePosition: PurgePosition
    let receivedAt: Instant
    /// When it was made, as its age tells.
    let bornAt: Instant
    let freshUntil: Instant
    let revalidateUntil: Instant
    let errorUntil: Instant
    let forbidsStale: Bool
    let etag: String?
    let lastModified: String?
    let tags: [String]
    /// The request's fields that it varies by, in small letters, sorted.
    let varies: [String]
    /// The fields that clients get, without `Content-Length`.
    let fields: [(name: String, value: String)]
    /// The fields that are for the gateway alone.
    let ownFields: [(name: String, value: String)]

    /// Whether the stale answer can be confirmed by a conditional request.
    var hasValidator: Bool { self.etag != nil || self.lastModified != nil }
}
