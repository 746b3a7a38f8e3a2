import FragmentProtocol

/// The times that a service gave to its answer; nil where it said nothing.
struct OriginTimes {
    /// How long it is fresh from the moment it was made (RFC 9111, section 4.2.1).
    ///
    /// Nothing is guessed: an answer that does not say is fresh for no time.
    let lifetime: Duration?
    let staleWhileRevalidate: Duration?
    let staleIfError: Duration?
    /// How old it was on arrival, the way it took not counted.
    let age: Duration
    /// Whether the way it took is still to be counted: what is left of a stored copy's lifetime is without it.
    let countsDelay: Bool

    init(_ fields: CachingFields, now: Instant) {
        let control = fields.control
        if control.noCache {
            // Also when it is limited to fields: they are not known one by one here (RFC 9111, section 5.2.2.4).
            self.lifetime = .zero
        } else if let seconds = control.sharedFreshness {
            self.lifetime = .seconds(seconds)
        } else if let expires = fields.expires {
            // A date that cannot be read is in the past (RFC 9111, section 5.3).
            let date = fields.headers.date.flatMap { HTTPDate.parse($0, now: now) } ?? now
            self.lifetime = HTTPDate.parse(expires, now: now).map { max(.zero, $0 - date) } ?? .zero
        } else {
            self.lifetime = nil
        }
        // `s-maxage` implies `proxy-revalidate`, but an answer that allows staleness in so many words means it.
        let mustRevalidate = control.noCache || control.mustRevalidate || control.proxyRevalidate
        self.staleWhileRevalidate = mustRevalidate ? .zero : control.staleWhileRevalidate.map { .seconds($0) }
        self.staleIfError = mustRevalidate ? .zero : control.staleIfError.map { .seconds($0) }
        self.age = fields.age
        self.countsDelay = true
    }

    /// The times of a copy, which a `304` that says nothing of them leaves as they are.
    init(of stored: StoredFragment, age: Duration) {
        self.lifetime = max(.zero, stored.freshUntil - stored.storedAt)
        self.staleWhileRevalidate = stored.revalidateUntil - stored.freshUntil
        self.staleIfError = stored.errorUntil - stored.freshUntil
        self.age = age
        self.countsDelay = false
    }
}
