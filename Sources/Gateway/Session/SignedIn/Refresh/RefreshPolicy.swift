/// How long the exchange of tokens may take.
package struct RefreshLimits: Sendable, Equatable {
    /// How long before its end an access token is exchanged.
    package var early: Duration
    /// How long the lock outlasts a gateway that is gone.
    package var lock: Duration
    /// How often one who waits for another gateway looks whether it is done.
    package var poll: Duration
    /// How long a request waits for an exchange.
    package var patience: Duration
    /// How long what an exchange has brought is kept beside the session.
    package var result: Duration
    /// How long the provider is left alone after it could not be reached.
    package var pause: Duration

    package init(
        early: Duration = .seconds(60),
        lock: Duration = .seconds(15),
        poll: Duration = .milliseconds(100),
        patience: Duration = .seconds(25),
        result: Duration = .seconds(30),
        pause: Duration = .seconds(5)
    ) {
        self.early = early
        self.lock = lock
        self.poll = poll
        self.patience = patience
        self.result = result
        self.pause = pause
    }
}

/// Decides when tokens are exchanged.
enum RefreshPolicy {
    enum Step: Equatable {
        /// The access token lasts.
        case goOn
        /// It ends soon: another is asked for, and nobody waits.
        case inBackground
        /// It has ended: the session is worth nothing before there is another.
        case now
    }

    /// - Parameters:
    ///   - end: when the access token ends; nil where there is nothing to exchange.
    ///   - now: the moment of the visit.
    ///   - early: how long before the end one is asked for.
    /// - Returns: what to do.
    static func step(end: Instant?, now: Instant, early: Duration) -> Step {
        guard let end else { return .goOn }
        if now >= end { return .now }
        return end - now <= early ? .inBackground : .goOn
    }
}
