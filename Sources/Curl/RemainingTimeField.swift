/// A header field that tells the peer how many whole milliseconds are left until a moment.
///
/// It is counted when the request is sent, so that what went by until then, for a place or a connection, is taken off.
package struct RemainingTimeField: Sendable {
    package let name: String
    package let end: ContinuousClock.Instant

    /// A field of a name that is a token, such as the code itself holds.
    package init(_ name: String, until end: ContinuousClock.Instant) {
        assert(HeaderSyntax.isToken(name), "\(name) is no field's name")
        self.name = name
        self.end = end
    }

    /// What is left, at least 0.
    package func milliseconds(at now: ContinuousClock.Instant) -> Int64 {
        let (seconds, attoseconds) = (end - now).components
        return max(0, min(seconds, 1 << 40) * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}
