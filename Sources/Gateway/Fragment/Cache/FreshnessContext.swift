/// What is to be known about a fetch, besides its answer, to judge it.
package struct FreshnessContext: Sendable, Hashable {
    /// When the fetch began.
    package var requestedAt: Instant
    /// The last purge that was known then.
    package var purgePosition: PurgePosition
    /// When the answer was complete.
    package var receivedAt: Instant
    /// Whether the copy is for one user only, with the user in its key.
    package var isPersonal: Bool
    /// The request headers that cannot differ between two requests of one key, in small letters: ``constantHeaders``,
    /// and `accept-language` when the language is in the key.
    package var keyedHeaders: Set<String>

    /// What every request for a fragment says in the same way, or does not say at all.
    ///
    /// `Gateway-Identity` is among it because it is sent only for personal copies, whose key holds the user.
    package static let constantHeaders: Set<String> = [
        "accept", "accept-encoding", "authorization", "cookie", "gateway-identity",
    ]

    package init(
        requestedAt: Instant,
        receivedAt: Instant,
        purgePosition: PurgePosition = .start,
        isPersonal: Bool = false,
        keyedHeaders: Set<String> = constantHeaders
    ) {
        self.requestedAt = requestedAt
        self.receivedAt = receivedAt
        self.purgePosition = purgePosition
        self.isPersonal = isPersonal
        self.keyedHeaders = keyedHeaders
    }
}
