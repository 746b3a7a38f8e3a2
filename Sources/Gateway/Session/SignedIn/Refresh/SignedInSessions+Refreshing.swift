import Logging
import OpenSSL

extension SignedInSessions {
    /// The session with tokens that last; those that end soon are exchanged in the background.
    ///
    /// - Throws: that the access token has ended, and there is no other to be had now.
    func refreshed(
        _ opened: OpenedSession,
        _ key: SessionKey,
        now: Instant
    ) async throws(StateStoreFailure) -> SessionOpening {
        guard let flights = self.flights, let owner = opened.session.owner else { return .open(opened) }
        let step = RefreshPolicy.step(end: owner.accessEndsAt, now: now, early: flights.limits.early)
        guard step != .goOn else { return .open(opened) }
        let marks = opened.marks
        let flight = flights.flight(of: key) {
            await RefreshExchange(sessions: self, flights: flights, key: key, secret: owner.secret, marks: marks).run()
        }
        guard step == .now else { return .open(opened) }
        guard let flight else { throw StateStoreFailure("the provider could not be reached a moment ago") }
        switch await flight.value {
        case .ended: return .ended
        case .unavailable: throw StateStoreFailure("the access token has ended, and the provider gives no other")
        case .refreshed:
            guard let again = try await self.read(key, owner.secret, now: now, known: nil) else { return .ended }
            return .open(again)
        }
    }
}

/// Exchanges one session's tokens: runs a ``RefreshStateMachine``.
private struct RefreshExchange {
    let sessions: SignedInSessions
    let flights: RefreshFlights
    let key: SessionKey
    let secret: [UInt8]
    /// Names the values as they were when the exchange was found to be due.
    let marks: [UInt8]

    func run() async -> RefreshStateMachine.Outcome {
        do throws(StateStoreFailure) {
            return try await self.exchange()
        } catch {
            self.sessions.logger.warning("tokens are not exchanged", metadata: ["reason": "\(error)"])
            return .unavailable
        }
    }

    private func exchange() async throws(StateStoreFailure) -> RefreshStateMachine.Outcome {
        let limits = self.flights.limits
        let lock = try SignedInSessions.sealing { () throws(OpenSSLError) in try SecureRandom.bytes(16) }
        let end = ContinuousClock.now + limits.patience
        var machine = RefreshStateMachine()
        var action = machine.begin()
        var former: SignIn?
        var next: SignIn?
        var renewal: Task<Void, Never>?
        defer { renewal?.cancel() }
        while true {
            switch action {
            case .lock:
                let isMine = try await self.sessions.store.create(self.key.refreshLock, lock, lifetime: limits.lock)
                if isMine { renewal = self.keep(lock) }
                action = machine.locked(isMine)
            case .wait:
                guard ContinuousClock.now < end else {
                    action = machine.impatient()
                    continue
                }
                do {
                    try await Task.sleep(for: limits.poll)
                } catch {
                    action = machine.impatient()
                    continue
                }
                action = machine.found(try await self.look().finding)
            case .look:
                let (finding, signIn) = try await self.look()
                former = signIn
                action = machine.found(finding)
            case .ask:
                let (answer, signIn) = await self.ask(former)
                next = signIn
                action = machine.answered(answer)
            case .store:
                try await self.store(next, instead: former)
                action = machine.done()
            case .recover:
                action = machine.recovered(try await self.recover(former))
            case .end:
                try await self.sessions.store.apply(self.key.endings)
                self.sessions.tell([self.key])
                action = machine.done()
            case .finish(let outcome, let releases):
                if releases { _ = try await self.sessions.store.delete(self.key.refreshLock, holding: lock) }
                return outcome
            }
        }
    }

    /// Keeps the lock for as long as the exchange takes.
    private func keep(_ lock: [UInt8]) -> Task<Void, Never> {
        Task { [sessions, key, limits = self.flights.limits] in
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: limits.lock / 3)
                    guard try await sessions.store.renew(key.refreshLock, holding: lock, lifetime: limits.lock) else {
                        return
                    }
                } catch is CancellationError {
                    return
                } catch {
                    // The lock lasts for two more tries.
                    continue
                }
            }
        }
    }

    /// The tokens as they are now, as against those at the beginning.
    private func look() async throws(StateStoreFailure) -> (finding: RefreshStateMachine.Finding, signIn: SignIn?) {
        let values = try await self.sessions.store.values(of: [self.key.session, self.key.person])
        guard let sealed = values[0], let sealedPerson = values[1],
            let person = self.sessions.person(sealedPerson, self.key, self.secret)
        else { return (.gone, nil) }
        let marks = sealed.prefix(SessionCapsule.markLength) + sealedPerson.prefix(SessionCapsule.markLength)
        return (Array(marks) == self.marks ? .unchanged : .changed, person.signIn)
    }

    private func ask(_ former: SignIn?) async -> (RefreshStateMachine.Answer, SignIn?) {
        guard let former else { return (.invalid, nil) }
        let reason: String
        do throws(RefreshFailure) {
            let next = try await self.flights.refresher.refresh(former, host: self.key.host)
            guard next.person.subject == former.person.subject, next.person.issuer == former.person.issuer,
                next.tokens != nil
            else { throw .invalid("the tokens are of somebody else") }
            return (.tokens, next)
        } catch {
            switch error {
            case .refused: return (.refused, nil)
            case .invalid(let text):
                self.log("the provider's answer to a refresh token ends a session", text)
                return (.invalid, nil)
            case .unavailable(let text): reason = text
            }
        }
        self.log("the provider gives no tokens now", reason)
        return (.unavailable, nil)
    }

    private func log(_ message: String, _ reason: String) {
        self.sessions.logger.warning("\(message)", metadata: ["reason": "\(reason)", "host": "\(self.key.host)"])
    }

    /// Writes the new tokens, and apart from them what the old one has brought.
    private func store(_ next: SignIn?, instead former: SignIn?) async throws(StateStoreFailure) {
        guard let next, let token = former?.tokens?.refresh else { return }
        let value = try self.sessions.seal(PersonRecord(next), .person, self.key, self.secret)
        let name = try SignedInSessions.sealing { () throws(OpenSSLError) in try SessionIndex.refreshResult(token) }
        try await self.sessions.store.apply([
            .set(key: self.key.person, value: value, lifetime: self.sessions.settings.idle),
            .set(key: name, value: value, lifetime: self.flights.limits.result),
        ])
        // Who has signed out meanwhile stays signed out; what was written just now must not lie around.
        guard try await self.sessions.store.values(of: [self.key.session])[0] == nil else { return }
        try await self.sessions.store.apply([.delete(key: self.key.person), .delete(key: name)])
    }

    /// Takes over what another's exchange of the same token has left.
    private func recover(_ former: SignIn?) async throws(StateStoreFailure) -> Bool {
        guard let token = former?.tokens?.refresh else { return false }
        let name = try SignedInSessions.sealing { () throws(OpenSSLError) in try SessionIndex.refreshResult(token) }
        guard let value = try await self.sessions.store.values(of: [name])[0],
            self.sessions.person(value, self.key, self.secret) != nil
        else { return false }
        try await self.sessions.store.apply([
            .set(key: self.key.person, value: value, lifetime: self.sessions.settings.idle)
        ])
        return true
    }
}
