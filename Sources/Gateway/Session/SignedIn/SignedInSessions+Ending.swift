import OpenSSL

extension SignedInSessions {
    /// Ends a session.
    ///
    /// - Parameter session: the session of somebody who is signed in.
    /// - Returns: what the provider's own sign-out needs; nil when the session has ended already.
    /// - Throws: that the store cannot be reached; then the session may still be alive.
    package func end(_ session: Session) async throws(StateStoreFailure) -> SignIn? {
        guard let owner = session.owner else { return nil }
        let key = SessionKey(host: session.host, id: session.id)
        // Taken, so that of two who end it at once one gets the tokens.
        let isThere = try await self.store.take(key.session) != nil
        self.tell([key])
        let sealed = try await self.store.take(key.person)
        try await self.store.apply(try self.endings(of: session))
        guard isThere, let sealed else { return nil }
        return self.person(sealed, key, owner.secret)?.signIn
    }

    /// Ends all sessions that came from one session of the provider's.
    ///
    /// - Parameters:
    ///   - issuer: the provider.
    ///   - sid: the provider's name for its session.
    /// - Returns: how many sessions were listed; none is no error.
    /// - Throws: that the store cannot be reached.
    package func endProviderSession(issuer: String, sid: String) async throws(StateStoreFailure) -> Int {
        let (sessions, ended) = try Self.sealing { () throws(OpenSSLError) in
            (
                try SessionIndex.providerSession(sid, of: issuer),
                try SessionIndex.endedProviderSession(sid, of: issuer)
            )
        }
        // Before looking: a session that begins just now finds it, or is found.
        try await self.store.apply([.set(key: ended, value: [1], lifetime: Self.endedLifetime)])
        return try await self.endMembers(of: sessions)
    }

    /// Ends all of somebody's sessions, those that no set lists among them.
    ///
    /// - Parameters:
    ///   - issuer: the provider.
    ///   - subject: the provider's name for the person.
    /// - Returns: how many sessions were listed.
    /// - Throws: that the store cannot be reached.
    package func endAll(issuer: String, subject: String) async throws(StateStoreFailure) -> Int {
        let (sessions, generation, mark) = try Self.sealing { () throws(OpenSSLError) in
            (
                try SessionIndex.subject(subject, of: issuer),
                try SessionIndex.generation(subject, of: issuer),
                try SecureRandom.bytes(16)
            )
        }
        // Another generation than all before. A number would begin anew once it has run out, and could meet a session's.
        let lifetime = self.settings.absolute + .seconds(86_400)
        try await self.store.apply([.set(key: generation, value: mark, lifetime: lifetime)])
        return try await self.endMembers(of: sessions)
    }

    private func endMembers(of set: String) async throws(StateStoreFailure) -> Int {
        let keys = try await self.store.members(of: set).compactMap { SessionKey(member: $0) }
        try await self.store.apply(keys.flatMap(\.endings) + [.delete(key: set)])
        self.tell(Set(keys))
        return keys.count
    }

    /// What ends a session and takes it off the lists.
    func endings(of session: Session) throws(StateStoreFailure) -> [StateChange] {
        guard let owner = session.owner else { return [] }
        let key = SessionKey(host: session.host, id: session.id)
        return try Self.sealing { () throws(OpenSSLError) in
            key.endings + [
                .remove(
                    member: key.member,
                    set: try SessionIndex.subject(owner.person.subject, of: owner.person.issuer)
                ),
                .remove(
                    member: key.member,
                    set: try SessionIndex.providerSession(owner.providerSession, of: owner.person.issuer)
                ),
            ]
        }
    }
}
