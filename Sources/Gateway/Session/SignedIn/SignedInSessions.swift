import FragmentProtocol
package import Logging
package import OpenSSL
import Synchronization

/// The sessions of people who are signed in, in the shared state of all gateways.
///
/// A cookie is 43 characters: base64url of the session's id and of a secret that is kept nowhere else. What the store
/// holds is sealed under both the server's key and that secret. A session is alive while its entry is there, its
/// generation is the person's present one and its time is not over; so one deletion ends it in every gateway as soon as
/// each asks again, which ``OpenSessions`` does at least once a second.
package final class SignedInSessions: SessionKeeper {
    /// Characters of a cookie.
    package static let tokenLength = 43
    /// How far apart the moments are at which the store is told that a session is used.
    static let touchInterval = Duration.seconds(300)
    /// How long it is remembered that a session of the provider's has ended: longer than a login of it is under way.
    static let endedLifetime = Duration.seconds(900)

    let store: any StateStore
    let settings: SignOnSessionSettings
    let capsule: SessionCapsule
    let flights: RefreshFlights?
    let now: @Sendable () -> Instant
    let logger: Logger
    private let observers = Mutex<[@Sendable (Set<SessionKey>) -> Void]>([])

    /// - Parameters:
    ///   - store: where the sessions lie.
    ///   - settings: `sso.session` and `sso.keys`.
    ///   - sessionKey: `session.key`, which seals where there are no `sso.keys`; with neither, a random key does, and no
    ///     session outlives the process.
    ///   - refresher: exchanges refresh tokens; nil where there are none.
    ///   - refreshLimits: how long an exchange may take.
    ///   - now: the clock.
    ///   - logger: hears of what goes wrong in the background.
    /// - Throws: that the system has no entropy.
    package init(
        store: any StateStore,
        settings: SignOnSessionSettings,
        sessionKey: Secret?,
        refresher: (any TokenRefresher)? = nil,
        refreshLimits: RefreshLimits = RefreshLimits(),
        now: @escaping @Sendable () -> Instant = Instant.now,
        logger: Logger
    ) throws(OpenSSLError) {
        self.store = store
        self.settings = settings
        var keys = (settings.keys.isEmpty ? [sessionKey].compactMap(\.self) : settings.keys).map {
            Array($0.reveal().utf8)
        }
        if keys.isEmpty { keys.append(try SecureRandom.bytes(32)) }
        self.capsule = SessionCapsule(keys: keys)
        self.flights = refresher.map { RefreshFlights(refresher: $0, limits: refreshLimits) }
        self.now = now
        self.logger = logger
    }

    // MARK: Begin

    /// Begins a session, always with a new id, and ends the one before it where somebody was signed in.
    ///
    /// - Parameters:
    ///   - signIn: who has proved who they are, and the tokens.
    ///   - host: the host's name as it is configured.
    ///   - former: the session that the browser had; of an anonymous one the subject is kept.
    ///   - browser: what the browser calls itself (`User-Agent`); the list of devices shows it in plain words.
    /// - Returns: the session, and the value of its cookie.
    /// - Throws: that the store cannot be reached, or that the person was signed out meanwhile.
    package func begin(
        _ signIn: SignIn,
        host: String,
        replacing former: Session?,
        browser: String
    ) async throws(StateStoreFailure) -> (session: Session, cookie: String) {
        let person = signIn.person
        guard !person.subject.isEmpty, !person.subject.hasPrefix(Identity.anonymousPrefix) else {
            throw StateStoreFailure("the provider names a person as only the gateway names visitors")
        }
        let now = self.now()
        let names = try self.names(of: signIn)
        let generation = try await self.store.values(of: [names.generation])[0]
        let (key, secret, record) = try Self.sealing { () throws(OpenSSLError) in
            try Self.newRecord(of: signIn, host: host, former: former, now: now, generation: generation)
        }
        var changes = try await self.endingsOverLimit(names.subject)
        if let former, former.owner != nil { changes += try self.endings(of: former) }
        changes += try self.writes(record, PersonRecord(signIn), key, secret: secret, now: now, browser: browser)
        let listed = self.settings.absolute
        // On the provider's own host the session is the provider's, under the name that its tokens will have.
        let providerIndex = try Self.sealing { () throws(OpenSSLError) in
            (
                sessions: try SessionIndex.providerSession(record.providerSession, of: person.issuer),
                ended: try SessionIndex.endedProviderSession(record.providerSession, of: person.issuer)
            )
        }
        changes.append(.add(member: key.member, set: names.subject, lifetime: listed))
        changes.append(.add(member: key.member, set: providerIndex.sessions, lifetime: listed))
        try await self.store.apply(changes)
        // Whoever signed the person out just now has not seen this session, but has left word before looking.
        let word = try await self.store.values(of: [names.generation, providerIndex.ended])
        guard word[0] == generation, word[1] == nil else {
            try await self.store.apply(key.endings)
            throw StateStoreFailure("the person was signed out meanwhile")
        }
        if let former, former.owner != nil { self.tell([SessionKey(host: former.host, id: former.id)]) }
        let session = self.session(key, secret, record, signIn)
        return (session, SessionTokenText.encode(key.id.bytes + secret))
    }

    /// The names under which a sign-in's sessions are found.
    private func names(of signIn: SignIn) throws(StateStoreFailure) -> (subject: String, generation: String) {
        try Self.sealing { () throws(OpenSSLError) in
            (
                try SessionIndex.subject(signIn.person.subject, of: signIn.person.issuer),
                try SessionIndex.generation(signIn.person.subject, of: signIn.person.issuer)
            )
        }
    }

    private static func newRecord(
        of signIn: SignIn,
        host: String,
        former: Session?,
        now: Instant,
        generation: [UInt8]?
    ) throws(OpenSSLError) -> (key: SessionKey, secret: [UInt8], record: SessionRecord) {
        guard let id = SessionIdentifier(try SecureRandom.bytes(SessionIdentifier.length)) else {
            throw OpenSSLError(code: .operationFailed)
        }
        let hash = SessionTokenText.encode(try SecureRandom.bytes(16))
        let record = SessionRecord(
            hash: hash,
            csrf: SessionTokenText.encode(try SecureRandom.bytes(32)),
            issuer: signIn.person.issuer,
            subject: signIn.person.subject,
            providerSession: signIn.providerSession ?? hash,
            formerSubject: former.flatMap { $0.owner == nil ? $0.subject : nil },
            began: now.milliseconds,
            generation: generation
        )
        return (SessionKey(host: host, id: id), try SecureRandom.bytes(SessionCapsule.secretLength), record)
    }

    /// What writes a new session.
    private func writes(
        _ record: SessionRecord,
        _ person: PersonRecord,
        _ key: SessionKey,
        secret: [UInt8],
        now: Instant,
        browser: String
    ) throws(StateStoreFailure) -> [StateChange] {
        let device = DeviceRecord(
            browser: BrowserName.plain(browser),
            hash: record.hash,
            providerSession: record.providerSession,
            began: record.began,
            seen: now.milliseconds
        )
        let lifetime = self.lifetime(ofSessionFrom: now, at: now)
        return [
            .set(key: key.session, value: try self.seal(record, .session, key, secret), lifetime: lifetime),
            .set(key: key.person, value: try self.seal(person, .person, key, secret), lifetime: lifetime),
            .set(key: key.device, value: try self.seal(device, .device, key, []), lifetime: lifetime),
        ]
    }

    /// What ends the oldest of somebody's sessions, so that there is room for one more.
    private func endingsOverLimit(_ subjectIndex: String) async throws(StateStoreFailure) -> [StateChange] {
        let members = try await self.store.members(of: subjectIndex)
        let excess = members.count + 1 - max(1, self.settings.limit)
        guard excess > 0 else { return [] }
        let keys = members.compactMap { SessionKey(member: $0) }
        let values = try await self.store.values(of: keys.map(\.device))
        // One that has run out is the first to go.
        let began = zip(keys, values).map { key, value in
            (key: key, began: value.flatMap { self.device($0, of: key)?.began } ?? 0)
        }
        let oldest = began.sorted { $0.began < $1.began }.prefix(excess).map(\.key)
        self.tell(Set(oldest))
        return oldest.flatMap { $0.endings + [.remove(member: $0.member, set: subjectIndex)] }
    }

    // MARK: Values

    /// How long a session's values last without another visit.
    func lifetime(ofSessionFrom began: Instant, at now: Instant) -> Duration {
        min(self.settings.idle, began + self.settings.absolute - now)
    }

    func seal(
        _ record: some Encodable,
        _ kind: SessionCapsule.Kind,
        _ key: SessionKey,
        _ secret: [UInt8]
    ) throws(StateStoreFailure) -> [UInt8] {
        do {
            return try self.capsule.seal(SessionRecordCoder.encode(record), as: kind, of: key, secret: secret)
        } catch {
            throw StateStoreFailure("a session cannot be sealed: \(error)")
        }
    }

    func device(_ value: [UInt8], of key: SessionKey) -> DeviceRecord? {
        self.capsule.open(value, as: .device, of: key, secret: [])
            .flatMap { SessionRecordCoder.decode(DeviceRecord.self, from: $0) }
    }

    /// The session of its records.
    func session(_ key: SessionKey, _ secret: [UInt8], _ record: SessionRecord, _ signIn: SignIn) -> Session {
        Session(
            id: key.id,
            sealedAt: Instant(milliseconds: record.began),
            host: key.host,
            subject: record.subject,
            csrfToken: record.csrf,
            sessionHash: record.hash,
            owner: SessionOwner(
                person: signIn.person,
                formerSubject: record.formerSubject,
                began: Instant(milliseconds: record.began),
                providerSession: record.providerSession,
                generation: record.generation,
                secret: secret,
                accessEndsAt: signIn.tokens.flatMap { $0.refresh == nil ? nil : $0.accessEndsAt },
                sessionHash: record.hash
            )
        )
    }

    /// Runs what fails only when the system is out of entropy or memory.
    static func sealing<Value>(_ body: () throws(OpenSSLError) -> Value) throws(StateStoreFailure) -> Value {
        do throws(OpenSSLError) {
            return try body()
        } catch {
            throw StateStoreFailure("a session cannot be sealed: \(error)")
        }
    }

    // MARK: Endings

    /// Calls a closure with the sessions that end in this gateway from now on, so that it need not wait for the store.
    func observeEndings(_ observer: @escaping @Sendable (Set<SessionKey>) -> Void) {
        self.observers.withLock { $0.append(observer) }
    }

    /// Tells the observers.
    func tell(_ ended: Set<SessionKey>) {
        guard !ended.isEmpty else { return }
        for observer in self.observers.withLock({ $0 }) { observer(ended) }
    }
}
