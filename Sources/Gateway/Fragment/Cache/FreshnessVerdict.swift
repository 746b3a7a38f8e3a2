/// What ``Freshness`` says about an answer.
package enum FreshnessVerdict: Sendable, Hashable {
    /// It may be stored, with these times.
    case storable(FreshnessTimes)
    /// It must not be stored.
    case notStorable(NotStorableReason)
}

/// The times of an answer that may be stored.
package struct FreshnessTimes: Sendable, Hashable {
    package let storedAt: Instant
    package let freshUntil: Instant
    /// Not before ``freshUntil``.
    package let revalidateUntil: Instant
    /// Not before ``freshUntil``.
    package let errorUntil: Instant
}

/// Why an answer must not be stored.
package enum NotStorableReason: Sendable, Hashable {
    /// `no-store` (RFC 9111, section 5.2.2.5).
    case noStore
    /// `private`, and the copy would be for all (RFC 9111, section 5.2.2.7).
    case personal
    /// `Set-Cookie`, and the copy would be for all.
    case setsCookie
    /// `Vary: *` (RFC 9110, section 12.5.5).
    case variesByAnything
    /// It varies by these request headers, which are not part of its key; in small letters, sorted.
    case variesByMore([String])
    /// A status that is never stored: `1xx`, `206`, `304` and `5xx`.
    case status
    /// It would be stale at once, with nothing to confirm it by.
    case noLifetime
}
