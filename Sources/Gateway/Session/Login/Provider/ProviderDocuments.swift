import Logging
import OpenSSL

/// What is known of the provider: its discovery document and its keys, fetched when they are needed and kept.
///
/// Whoever asks while a fetch is under way waits for that one. What was fetched goes on being used when a later fetch fails.
actor ProviderDocuments {
    /// After how long the discovery document is fetched again, in the background.
    static let age = Duration.seconds(3600)
    /// The shortest time between two attempts of that.
    static let pause = Duration.seconds(30)

    private let issuer: String
    private let transport: ProviderTransport
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private var metadata: ProviderMetadata?
    private var metadataTriedAt: ContinuousClock.Instant?
    private var metadataFetchedAt: ContinuousClock.Instant?
    private var metadataFetch: Task<Result<ProviderMetadata, ProviderFailure>, Never>?
    private var keys: KeySet?
    private var keyPolicy = KeyRefetchPolicy()
    private var keyFetch: Task<Result<KeySet, ProviderFailure>, Never>?

    init(
        issuer: String,
        transport: ProviderTransport,
        logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.issuer = issuer
        self.transport = transport
        self.logger = logger
        self.now = now
    }

    /// The discovery document.
    func provider() async throws(ProviderFailure) -> ProviderMetadata {
        guard let metadata = self.metadata else { return try await self.fetchMetadata().value.get() }
        let now = self.now()
        let isOld = self.metadataFetchedAt.map { now - $0 >= Self.age } ?? true
        if isOld, self.metadataTriedAt.map({ now - $0 >= Self.pause }) ?? true { _ = self.fetchMetadata() }
        return metadata
    }

    /// Checks the signature of a token; keys that are not known are looked for once in a while.
    func check(_ token: JSONWebSignature) async throws(ProviderFailure) {
        let metadata = try await self.provider()
        guard metadata.algorithms.contains(token.algorithm) else {
            throw .invalid("a token is signed with \(token.algorithm.rawValue), which the provider does not announce")
        }
        if self.keys == nil { _ = try await self.fetchKeys(metadata, isUnknown: false) }
        guard let keys = self.keys else { throw .unavailable("the provider's keys have not come") }
        if keys.fits(token) {
            try Self.check(token, keys)
            if self.keyPolicy.isOld(now: self.now()) {
                // Old keys are fetched again for the next token, and this one does not wait; a failure is in the log already.
                Task { _ = try? await self.fetchKeys(metadata, isUnknown: false) }
            }
            return
        }
        // It may be signed with a key that has come since.
        try Self.check(token, try await self.fetchKeys(metadata, isUnknown: true) ?? keys)
    }

    private static func check(_ token: JSONWebSignature, _ keys: KeySet) throws(ProviderFailure) {
        do throws(KeySet.Mismatch) {
            try keys.check(token)
        } catch {
            switch error {
            case .unknownKey: throw .invalid("a token is signed with a key that the provider does not have")
            case .ambiguous: throw .invalid("a token does not say which of the provider's keys it is signed with")
            case .badSignature: throw .invalid("the signature of a token is wrong")
            }
        }
    }

    private func fetchMetadata() -> Task<Result<ProviderMetadata, ProviderFailure>, Never> {
        if let running = self.metadataFetch { return running }
        self.metadataTriedAt = self.now()
        let (issuer, transport) = (self.issuer, self.transport)
        let task = Task { () -> Result<ProviderMetadata, ProviderFailure> in
            let result = await Self.metadata(of: issuer, over: transport)
            self.take(result)
            return result
        }
        self.metadataFetch = task
        return task
    }

    private func take(_ result: Result<ProviderMetadata, ProviderFailure>) {
        self.metadataFetch = nil
        switch result {
        case .success(let metadata):
            self.metadata = metadata
            self.metadataFetchedAt = self.now()
        case .failure(let failure):
            self.logger.error("the sign-on provider's discovery document", metadata: ["reason": "\(failure)"])
        }
    }

    /// Reads a provider's discovery document once.
    static func metadata(
        of issuer: String,
        over transport: ProviderTransport
    ) async -> Result<ProviderMetadata, ProviderFailure> {
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        guard let address = ProviderAddress(base + ProviderMetadata.path) else {
            return .failure(.misconfigured("sso.issuer is no address"))
        }
        do throws(ProviderFailure) {
            let answer = try await transport.send(
                ProviderTransport.Request(address: address, headers: [("Accept", "application/json")])
            )
            guard answer.status == 200 else {
                let what = "its discovery document has the status \(answer.status)"
                return .failure(answer.status >= 500 ? .unavailable(what) : .misconfigured(what))
            }
            guard MediaType.isJSON(answer.contentType) else {
                return .failure(.misconfigured("its discovery document is not JSON"))
            }
            do throws(ProviderMetadata.Refusal) {
                return .success(try ProviderMetadata(answer.body, issuer: issuer))
            } catch {
                return .failure(.misconfigured("\(error)"))
            }
        } catch {
            return .failure(error)
        }
    }

    /// Fetches the keys where the policy lets it; nil when it does not.
    private func fetchKeys(_ metadata: ProviderMetadata, isUnknown: Bool) async throws(ProviderFailure) -> KeySet? {
        if let running = self.keyFetch { return try await running.value.get() }
        guard self.keyPolicy.begins(isUnknown: isUnknown, now: self.now()) else { return nil }
        let transport = self.transport
        let task = Task { () -> Result<KeySet, ProviderFailure> in
            let result = await Self.keys(at: metadata.keys, over: transport)
            self.take(result)
            return result
        }
        self.keyFetch = task
        return try await task.value.get()
    }

    private func take(_ result: Result<KeySet, ProviderFailure>) {
        self.keyFetch = nil
        switch result {
        case .success(let keys):
            self.keys = keys
            self.keyPolicy.succeeded(now: self.now())
        case .failure(let failure):
            self.logger.error("the sign-on provider's keys", metadata: ["reason": "\(failure)"])
        }
    }

    private static func keys(
        at address: ProviderAddress,
        over transport: ProviderTransport
    ) async -> Result<KeySet, ProviderFailure> {
        do throws(ProviderFailure) {
            let answer = try await transport.send(
                ProviderTransport.Request(address: address, headers: [("Accept", "application/json")])
            )
            // Some providers call the format application/jwk-set+json, which is JSON too.
            guard answer.status == 200, MediaType.isJSON(answer.contentType) else {
                return .failure(.unavailable("its keys have the status \(answer.status), or are not JSON"))
            }
            do throws(KeySet.Refusal) {
                return .success(try KeySet(answer.body))
            } catch {
                return .failure(.invalid("its keys: \(error.rawValue)"))
            }
        } catch {
            return .failure(error)
        }
    }
}
