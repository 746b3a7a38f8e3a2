import OpenSSL

/// The logins under way, in the shared state: each under the hash of its `state`, sealed, and taken once.
///
/// A browser holds one id for all its logins, so that any number of tabs can sign in at once with cookies that do not grow.
struct LoginTransactions: Sendable {
    /// How long a login may take.
    static let lifetime = Duration.seconds(600)
    /// The version of what is sealed.
    private static let version: UInt8 = 1

    /// Why a login cannot be stored.
    enum Failure: Error, Equatable, CustomStringConvertible {
        case store(StateStoreFailure)
        /// The system has no entropy or no memory.
        case sealing(String)

        var description: String {
            switch self {
            case .store(let failure): "\(failure)"
            case .sealing(let what): "a login cannot be sealed: \(what)"
            }
        }
    }

    private let store: any StateStore
    /// The first seals, all open.
    private let ciphers: [AES256GCM]

    /// - Parameters:
    ///   - store: where logins lie.
    ///   - secrets: what they are sealed with, the newest first; with none, a random key does, and logins end with the process.
    /// - Throws: that the system has no entropy.
    init(store: any StateStore, secrets: [Secret]) throws(OpenSSLError) {
        self.store = store
        var ciphers: [AES256GCM] = []
        var keys = secrets.map { Array($0.reveal().utf8) }
        if keys.isEmpty { keys.append(try SecureRandom.bytes(32)) }
        for key in keys {
            ciphers.append(
                try AES256GCM(
                    key: try HKDFSHA256.derive(
                        from: key,
                        salt: Array("rose-ash gateway sign-on".utf8),
                        info: Array("login".utf8),
                        length: AES256GCM.keyLength
                    )
                )
            )
        }
        self.ciphers = ciphers
    }

    /// A `state`, a `nonce` or a browser's id that nobody can guess.
    static func randomName(bytes count: Int = 32) throws(Failure) -> String {
        try Self.sealing { () throws(OpenSSLError) in SessionTokenText.encode(try SecureRandom.bytes(count)) }
    }

    /// The hash of a name, as it is stored.
    static func hash(_ name: String) throws(Failure) -> String {
        try Self.sealing { () throws(OpenSSLError) in SessionTokenText.encode(try ProofKey.hash(name)) }
    }

    /// Keeps a login until the browser comes back.
    func keep(_ transaction: LoginTransaction, state: String) async throws(Failure) {
        let key = "tx:\(try Self.hash(state))"
        let message: [UInt8]
        do {
            message = try transaction.encoded()
        } catch {
            throw .sealing("\(error)")
        }
        let sealed = try Self.sealing { () throws(OpenSSLError) in try self.seal(message, as: key) }
        do throws(StateStoreFailure) {
            try await self.store.apply([.set(key: key, value: sealed, lifetime: Self.lifetime)])
        } catch {
            throw .store(error)
        }
    }

    private func seal(_ message: [UInt8], as key: String) throws(OpenSSLError) -> [UInt8] {
        let nonce = try SecureRandom.bytes(AES256GCM.nonceLength)
        let associated = Self.associatedData(key)
        let sealed = try self.ciphers[0].seal(message.span, nonce: nonce.span, associatedData: associated.span)
        return [Self.version] + nonce + sealed
    }

    /// Takes a login away, so that it ends once; nil when there is none, or not any more.
    func take(state: String) async throws(Failure) -> LoginTransaction? {
        let key = "tx:\(try Self.hash(state))"
        let sealed: [UInt8]?
        do throws(StateStoreFailure) {
            sealed = try await self.store.take(key)
        } catch {
            throw .store(error)
        }
        guard let sealed, sealed.first == Self.version, sealed.count > 1 + AES256GCM.nonceLength else { return nil }
        let associated = Self.associatedData(key)
        for cipher in self.ciphers {
            do throws(OpenSSLError) {
                let message = try cipher.open(
                    sealed.span.extracting((1 + AES256GCM.nonceLength)..<sealed.count),
                    nonce: sealed.span.extracting(1..<(1 + AES256GCM.nonceLength)),
                    associatedData: associated.span
                )
                return LoginTransaction.decoded(message)
            } catch {
                // Sealed with another of the keys, or by somebody who has none of them.
            }
        }
        return nil
    }

    /// Marks a name as used; false when it is so already.
    func markUsed(_ name: String, of kind: String, lifetime: Duration) async throws(Failure) -> Bool {
        let key = "\(kind):\(try Self.hash(name))"
        do throws(StateStoreFailure) {
            return try await self.store.create(key, [1], lifetime: lifetime)
        } catch {
            throw .store(error)
        }
    }

    /// Takes the mark away again, because what it stands for has not been done.
    func unmark(_ name: String, of kind: String) async throws(Failure) {
        let key = "\(kind):\(try Self.hash(name))"
        do throws(StateStoreFailure) {
            _ = try await self.store.delete(key, holding: [1])
        } catch {
            throw .store(error)
        }
    }

    /// What is bound to a login without being in it: a value that was moved under another key does not open.
    private static func associatedData(_ key: String) -> [UInt8] { [Self.version] + Array(key.utf8) }

    private static func sealing<Result>(_ body: () throws(OpenSSLError) -> Result) throws(Failure) -> Result {
        do throws(OpenSSLError) {
            return try body()
        } catch {
            throw .sealing("\(error)")
        }
    }
}
