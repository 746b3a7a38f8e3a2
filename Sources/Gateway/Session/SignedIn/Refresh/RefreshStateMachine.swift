/// One exchange of a session's refresh token, of which no two may be made at once: a token that is used twice looks
/// stolen, and then all that came of it end.
///
/// The gateways agree by a lock in the shared state. Who has it asks the provider; the others look whether the tokens
/// have changed, or the lock is free.
///
/// Valid: idle → locking → (waiting → locking)… → holding → asking → storing, or recovering; finished from each.
struct RefreshStateMachine: ~Copyable {
    /// What has become of the session.
    enum Outcome: Equatable {
        /// There are new tokens, by whomever.
        case refreshed
        /// The session is over.
        case ended
        /// There are no new tokens now; the session lasts as long as its access token.
        case unavailable
    }

    /// What the store says of the tokens, as against those that were there at the beginning.
    enum Finding: Equatable {
        case unchanged
        case changed
        /// The session is over.
        case gone
    }

    /// What the provider said.
    enum Answer: Equatable {
        case tokens
        case refused
        /// It was of somebody else, or otherwise wrong.
        case invalid
        case unavailable
    }

    /// What is to be done next; each but ``finish`` is answered by one input.
    enum Action: Equatable {
        /// Take the lock: ``locked(_:)``.
        case lock
        /// Wait a moment and then look at the tokens: ``found(_:)``, or ``impatient()``.
        case wait
        /// Look at the tokens: ``found(_:)``.
        case look
        /// Ask the provider: ``answered(_:)``.
        case ask
        /// Write the new tokens and what the exchange has brought: ``done()``.
        case store
        /// See whether another's exchange has left what it brought, and write that: ``recovered(_:)``.
        case recover
        /// End the session: ``done()``.
        case end
        /// It is over; a lock that is held is given back.
        case finish(Outcome, releases: Bool)
    }

    private enum State {
        case idle
        case locking
        case waiting
        /// The lock is held, and the tokens may have changed before.
        case holding
        case asking
        /// The provider has refused the token; another may have used it meanwhile.
        case refused
        case recovering
        case storing
        case ending
        case finished
    }

    private var state = State.idle

    mutating func begin() -> Action { self.go(to: .locking, .lock) }

    mutating func locked(_ isMine: Bool) -> Action {
        isMine ? self.go(to: .holding, .look) : self.go(to: .waiting, .wait)
    }

    mutating func found(_ finding: Finding) -> Action {
        let holds = if case .waiting = self.state { false } else { true }
        switch (self.state, finding) {
        case (_, .gone): return self.finish(.ended, releases: holds)
        case (_, .changed): return self.finish(.refreshed, releases: holds)
        case (.waiting, .unchanged): return self.go(to: .locking, .lock)
        case (.refused, .unchanged): return self.go(to: .recovering, .recover)
        case (_, .unchanged): return self.go(to: .asking, .ask)
        }
    }

    /// Waiting has taken too long.
    mutating func impatient() -> Action { self.finish(.unavailable, releases: false) }

    mutating func answered(_ answer: Answer) -> Action {
        switch answer {
        case .tokens: self.go(to: .storing, .store)
        case .refused: self.go(to: .refused, .look)
        case .invalid: self.go(to: .ending, .end)
        case .unavailable: self.finish(.unavailable, releases: true)
        }
    }

    mutating func recovered(_ isThere: Bool) -> Action {
        isThere ? self.finish(.refreshed, releases: true) : self.go(to: .ending, .end)
    }

    mutating func done() -> Action {
        if case .ending = self.state { return self.finish(.ended, releases: true) }
        return self.finish(.refreshed, releases: true)
    }

    private mutating func go(to state: State, _ action: Action) -> Action {
        self.state = state
        return action
    }

    private mutating func finish(_ outcome: Outcome, releases: Bool) -> Action {
        self.go(to: .finished, .finish(outcome, releases: releases))
    }
}
