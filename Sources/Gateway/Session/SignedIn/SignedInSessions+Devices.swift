/// One of somebody's devices: all sessions that came from one session of the provider's.
package struct Device: Sendable, Equatable {
    /// Names the device in a form; it gives no access to anything.
    package let name: String
    /// The browser in plain words.
    package let browser: String
    /// The hosts that it is signed in on, sorted.
    package let hosts: [String]
    package let firstSeen: Instant
    /// To a few minutes.
    package let lastSeen: Instant
    /// Whether it is the one that asks.
    package let isCurrent: Bool
}

/// What the form of a page of devices asks for.
package enum DeviceEnding: Sendable, Equatable {
    /// One device is signed out, by its ``Device/name``.
    case one(String)
    /// All but the one that asks are.
    case others

    /// Reads a form: the field `device` with a device's name, or `others` with anything.
    ///
    /// - Parameter form: the form; nil is made of one that asks for neither.
    package init?(_ form: FormBody) {
        if let name = form.first(named: "device"), !name.isEmpty {
            self = .one(name)
        } else if form.first(named: "others") != nil {
            self = .others
        } else {
            return nil
        }
    }
}

extension SignedInSessions {
    /// Does what the form of a page of devices asks for.
    ///
    /// - Parameters:
    ///   - ending: what it asks for.
    ///   - session: the session that asks.
    /// - Returns: how many devices are signed out by it.
    /// - Throws: that the store cannot be reached.
    package func end(_ ending: DeviceEnding, of session: Session) async throws(StateStoreFailure) -> Int {
        switch ending {
        case .one(let name): try await self.endDevice(name, of: session) ? 1 : 0
        case .others: try await self.endOtherDevices(of: session)
        }
    }

    /// The devices that somebody is signed in on, the one that asks first, and then those that were used last.
    ///
    /// - Parameter session: the session that asks.
    /// - Returns: the devices; empty for a person without a name.
    /// - Throws: that the store cannot be reached.
    package func devices(of session: Session) async throws(StateStoreFailure) -> [Device] {
        guard let owner = session.owner else { return [] }
        let sessions = try await self.listed(of: owner.person)
        return Dictionary(grouping: sessions, by: \.record.providerSession).map { name, members in
            let first = members.map(\.record.began).min() ?? 0
            let latest = members.max { $0.record.seen < $1.record.seen }
            return Device(
                name: name,
                browser: latest?.record.browser ?? "",
                hosts: Set(members.map(\.key.host)).sorted(),
                firstSeen: Instant(milliseconds: first),
                lastSeen: Instant(milliseconds: latest?.record.seen ?? first),
                isCurrent: name == owner.providerSession
            )
        }.sorted { ($0.isCurrent ? 0 : 1, $1.lastSeen, $0.name) < ($1.isCurrent ? 0 : 1, $0.lastSeen, $1.name) }
    }

    /// Ends all sessions of one of somebody's devices.
    ///
    /// - Parameters:
    ///   - name: the ``Device/name``.
    ///   - session: the session that asks; only devices of its person are ended.
    /// - Returns: whether there was such a device.
    /// - Throws: that the store cannot be reached.
    package func endDevice(_ name: String, of session: Session) async throws(StateStoreFailure) -> Bool {
        try await self.endDevices(of: session) { $0 == name } > 0
    }

    /// Ends all sessions of all devices but the one that asks.
    ///
    /// - Parameter session: the session that asks.
    /// - Returns: how many devices there were.
    /// - Throws: that the store cannot be reached.
    package func endOtherDevices(of session: Session) async throws(StateStoreFailure) -> Int {
        let current = session.owner?.providerSession
        return try await self.endDevices(of: session) { $0 != current }
    }

    private func endDevices(
        of session: Session,
        where isMeant: (String) -> Bool
    ) async throws(StateStoreFailure) -> Int {
        guard let owner = session.owner else { return 0 }
        let names = Set(try await self.listed(of: owner.person).map(\.record.providerSession)).filter(isMeant)
        // Under the provider's own name for it, so that a login of it that is under way ends too.
        for name in names { _ = try await self.endProviderSession(issuer: owner.person.issuer, sid: name) }
        return names.count
    }

    /// Somebody's sessions that are alive, with what is shown of them.
    private func listed(
        of person: Person
    ) async throws(StateStoreFailure) -> [(key: SessionKey, record: DeviceRecord)] {
        let set: String
        do {
            set = try SessionIndex.subject(person.subject, of: person.issuer)
        } catch {
            throw StateStoreFailure("a session's name cannot be made: \(error)")
        }
        let keys = try await self.store.members(of: set).compactMap { SessionKey(member: $0) }
        let values = try await self.store.values(of: keys.map(\.session) + keys.map(\.device))
        return keys.indices.compactMap { index in
            guard values[index] != nil, let sealed = values[keys.count + index],
                let record = self.device(sealed, of: keys[index])
            else { return nil }
            return (keys[index], record)
        }
    }
}
