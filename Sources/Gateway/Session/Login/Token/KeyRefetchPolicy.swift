/// Decides when a provider's keys are fetched again, so that a rotation is seen and a flood of made-up names fetches nothing.
struct KeyRefetchPolicy: Sendable, Equatable {
    /// The shortest time between two fetches for the same reason, whatever tokens name.
    static let pause = Duration.seconds(30)
    /// After how long the keys are fetched again though nothing asks for it.
    static let age = Duration.seconds(3600)

    private var triedAt: ContinuousClock.Instant?
    /// The latest attempt because of a name that is not known.
    private var triedForNameAt: ContinuousClock.Instant?
    private var fetchedAt: ContinuousClock.Instant?

    /// Whether the keys are to be fetched before they are used.
    ///
    /// - Parameters:
    ///   - isUnknown: whether a token names a key that is not among them.
    ///   - now: the moment.
    /// - Returns: whether to fetch; then the pause begins.
    mutating func begins(isUnknown: Bool, now: ContinuousClock.Instant) -> Bool {
        guard isUnknown || self.isOld(now: now) else { return false }
        // Before the first success a fetch may be tried whenever somebody waits for it.
        if self.fetchedAt != nil, let latest = isUnknown ? self.triedForNameAt : self.triedAt, now - latest < Self.pause
        {
            return false
        }
        self.triedAt = now
        if isUnknown { self.triedForNameAt = now }
        return true
    }

    /// Whether the keys are not there, or have been there for long.
    func isOld(now: ContinuousClock.Instant) -> Bool { self.fetchedAt.map { now - $0 >= Self.age } ?? true }

    /// Notes that the keys have come; after a failure those that are there go on being used.
    mutating func succeeded(now: ContinuousClock.Instant) { self.fetchedAt = now }
}
