import Synchronization

@testable import Gateway

/// Keeps sessions in the memory of a test.
final class MemorySessionKeeper: SessionKeeper {
    /// One session that was begun.
    struct Kept: Sendable {
        let session: Session
        let cookie: String
        let signIn: SignIn
        let former: Session?
        let browser: String
    }

    private struct State {
        var kept: [Kept] = []
        var begun = 0
        var isDown = false
    }

    private let state = Mutex(State())

    /// The sessions that have not ended.
    var kept: [Kept] { self.state.withLock { $0.kept } }
    /// How many were ever begun.
    var begun: Int { self.state.withLock { $0.begun } }
    /// Whether nothing can be reached.
    func setDown(_ isDown: Bool) { self.state.withLock { $0.isDown = isDown } }

    private func access<Result>(_ body: (inout State) -> Result) throws(StateStoreFailure) -> Result {
        let result = self.state.withLock { state in state.isDown ? nil : body(&state) }
        guard let result else { throw StateStoreFailure("the sessions are down") }
        return result
    }

    func begin(
        _ signIn: SignIn,
        host: String,
        replacing former: Session?,
        browser: String
    ) async throws(StateStoreFailure) -> (session: Session, cookie: String) {
        try self.access { state in
            state.begun += 1
            let number = state.begun
            let bytes = (0..<16).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
            guard let id = SessionIdentifier(bytes) else { preconditionFailure("16 bytes are an id") }
            let session = Session(
                id: id,
                sealedAt: .now(),
                host: host,
                subject: signIn.person.subject,
                csrfToken: "token-\(number)",
                sessionHash: "hash-\(number)"
            )
            let cookie = "session-\(number)"
            state.kept.removeAll { $0.session == former }
            state.kept.append(
                Kept(session: session, cookie: cookie, signIn: signIn, former: former, browser: browser)
            )
            return (session, cookie)
        }
    }

    func end(_ session: Session) async throws(StateStoreFailure) -> SignIn? {
        let ended = try self.access { state in
            let signIn = state.kept.first { $0.session == session }?.signIn
            state.kept.removeAll { $0.session == session }
            return [signIn]
        }
        return ended[0]
    }

    func endProviderSession(issuer: String, sid: String) async throws(StateStoreFailure) -> Int {
        try self.end { $0.signIn.person.issuer == issuer && $0.signIn.providerSession == sid }
    }

    func endAll(issuer: String, subject: String) async throws(StateStoreFailure) -> Int {
        try self.end { $0.signIn.person.issuer == issuer && $0.signIn.person.subject == subject }
    }

    private func end(_ isEnding: (Kept) -> Bool) throws(StateStoreFailure) -> Int {
        try self.access { state in
            let count = state.kept.count(where: isEnding)
            state.kept.removeAll(where: isEnding)
            return count
        }
    }
}
