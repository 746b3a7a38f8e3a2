import Logging

/// What a cookie of somebody who is signed in turned out to be.
package enum SessionOpening: Sendable {
    /// The session is alive.
    case open(OpenedSession)
    /// It is over, or never was.
    case ended
    /// Nothing is known, because the store or the provider cannot be reached.
    case unavailable(StateStoreFailure)
}

/// A session as the store last had it.
package struct OpenedSession: Sendable {
    package let session: Session
    /// What names the sealed values that it was read from: with the same there is nothing new in them.
    let marks: [UInt8]
    /// When the store was asked: what happened afterwards is not known.
    package let askedAt: Instant
    /// When the store was told last that the session is used.
    let touchedAt: Instant
}

extension SignedInSessions {
    /// The session of a cookie's value.
    ///
    /// - Parameters:
    ///   - token: the value.
    ///   - host: the host's name as it is configured.
    ///   - now: the moment of the visit.
    ///   - known: what was found last, so that what has not changed need not be opened again.
    /// - Returns: what it is.
    package func open(
        _ token: [UInt8],
        host: String,
        now: Instant,
        known: OpenedSession? = nil
    ) async -> SessionOpening {
        guard let (key, secret) = Self.parts(of: token, host: host) else { return .ended }
        do throws(StateStoreFailure) {
            guard let opened = try await self.read(key, secret, now: now, known: known) else { return .ended }
            return try await self.refreshed(opened, key, now: now)
        } catch {
            return .unavailable(error)
        }
    }

    /// The id and the secret in a cookie's value; nil when it is none of somebody who is signed in.
    static func parts(of token: [UInt8], host: String) -> (key: SessionKey, secret: [UInt8])? {
        guard token.count == self.tokenLength, let bytes = SessionTokenText.decode(token.span),
            let id = SessionIdentifier(bytes.prefix(SessionIdentifier.length))
        else { return nil }
        return (SessionKey(host: host, id: id), Array(bytes.dropFirst(SessionIdentifier.length)))
    }

    /// Reads a session; nil when it is over.
    func read(
        _ key: SessionKey,
        _ secret: [UInt8],
        now: Instant,
        known: OpenedSession?
    ) async throws(StateStoreFailure) -> OpenedSession? {
        var names = [key.session, key.person]
        if let person = known?.session.person { names.append(try self.generationName(of: person)) }
        let values = try await self.store.values(of: names)
        guard let sealed = values[0], let sealedPerson = values[1] else { return nil }
        let marks = Array(sealed.prefix(SessionCapsule.markLength) + sealedPerson.prefix(SessionCapsule.markLength))
        let session: Session
        let generation: [UInt8]?
        if let known, known.marks == marks, values.count == 3 {
            session = known.session
            generation = session.owner?.generation
            guard self.isCurrent(generation, values[2]) else { return nil }
        } else {
            guard
                let record = self.capsule.open(sealed, as: .session, of: key, secret: secret)
                    .flatMap({ SessionRecordCoder.decode(SessionRecord.self, from: $0) }),
                let signIn = self.signIn(sealedPerson, key, secret, of: record)
            else { return nil }
            session = self.session(key, secret, record, signIn)
            let current =
                values.count == 3
                ? values[2] : try await self.store.values(of: [try self.generationName(of: signIn.person)])[0]
            guard self.isCurrent(record.generation, current) else { return nil }
        }
        guard let began = session.owner?.began, now < began + self.settings.absolute else { return nil }
        let isTouchDue = known.map { now - $0.touchedAt >= min(Self.touchInterval, self.settings.idle / 4) } ?? true
        if isTouchDue { self.touch(session, key, [(key.session, sealed), (key.person, sealedPerson)], now: now) }
        return OpenedSession(
            session: session,
            marks: marks,
            askedAt: now,
            touchedAt: isTouchDue ? now : known?.touchedAt ?? now
        )
    }

    /// What a sealed value says of the person; nil when it is not the one of the session.
    func signIn(_ sealed: [UInt8], _ key: SessionKey, _ secret: [UInt8], of record: SessionRecord) -> SignIn? {
        guard let person = self.person(sealed, key, secret), person.subject == record.subject,
            person.issuer == record.issuer
        else { return nil }
        return person.signIn
    }

    func person(_ sealed: [UInt8], _ key: SessionKey, _ secret: [UInt8]) -> PersonRecord? {
        self.capsule.open(sealed, as: .person, of: key, secret: secret)
            .flatMap { SessionRecordCoder.decode(PersonRecord.self, from: $0) }
    }

    func generationName(of person: Person) throws(StateStoreFailure) -> String {
        do {
            return try SessionIndex.generation(person.subject, of: person.issuer)
        } catch {
            throw StateStoreFailure("a session's name cannot be made: \(error)")
        }
    }

    /// Whether a session's generation is the person's present one.
    ///
    /// A generation is forgotten only after every session before it is over.
    private func isCurrent(_ generation: [UInt8]?, _ current: [UInt8]?) -> Bool {
        current == nil || current == generation
    }

    /// Tells the store, in the background, that a session is used, so that it does not run out for being idle.
    private func touch(_ session: Session, _ key: SessionKey, _ values: [(name: String, value: [UInt8])], now: Instant)
    {
        guard let owner = session.owner else { return }
        let lifetime = self.lifetime(ofSessionFrom: owner.began, at: now)
        Task {
            do throws(StateStoreFailure) {
                // Only what is still there: a session that has ended meanwhile stays ended.
                for (name, value) in values {
                    guard try await self.store.renew(name, holding: value, lifetime: lifetime) else { return }
                }
                guard let sealed = try await self.store.values(of: [key.device])[0],
                    var device = self.device(sealed, of: key)
                else { return }
                device.seen = now.milliseconds
                let value = try self.seal(device, .device, key, [])
                try await self.store.apply([.set(key: key.device, value: value, lifetime: lifetime)])
            } catch {
                self.logger.warning("a session's use is not noted", metadata: ["reason": "\(error)"])
            }
        }
    }
}
