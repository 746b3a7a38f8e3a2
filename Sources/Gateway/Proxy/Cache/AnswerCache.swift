import NIOCore

/// The answers of services' public hosts that are stored, as one event loop sees them: in the tiers that fragments are
/// kept in.
///
/// It belongs to its loop. What a request gets is ``AnswerUsePolicy``'s affair, and what is stored
/// ``AnswerStoragePolicy``'s.
final class AnswerCache {
    /// What is stored for a request.
    struct Found {
        var answer: StoredAnswer?
        /// The fields that the address's answers vary by, where they do.
        var variants: AnswerVariants?

        var isVaryMiss: Bool { self.answer == nil && self.variants != nil }
    }

    /// How long a stale answer with a validator stays in Redis, to be confirmed.
    private static let confirmationTime = Duration.seconds(3600)

    let eventLoop: any EventLoop
    let memory: MemoryTier
    let redis: RedisTier?
    private let hasher: CacheKeyHasher
    /// The other loops' caches: what is removed here is removed there, and without Redis they get a copy of what is
    /// stored.
    var peers: [NIOLoopBound<AnswerCache>] = []
    var flights = AnswerFlights()
    /// The addresses whose last answer was its asker's alone.
    private var unshared = UnsharedKeys()

    init(eventLoop: any EventLoop, memory: MemoryTier, redis: RedisTier?, hasher: CacheKeyHasher) {
        self.eventLoop = eventLoop
        self.memory = memory
        self.redis = redis
        self.hasher = hasher
    }

    /// What has been purged: nothing is given that it ends.
    var purges: PurgeLog { self.memory.purges }

    /// Redis, while copies from there can be had and be judged.
    var usableRedis: RedisTier? { self.purges.isRead ? self.redis.flatMap { $0.isAvailable ? $0 : nil } : nil }

    /// Whether it is worth while to wait for another's answer.
    func isShared(_ address: AnswerAddress, at now: Instant) -> Bool {
        !self.unshared.contains(self.hasher.hash(address.text), at: now)
    }

    /// Notes whether an address's answers can be shared.
    func note(_ address: AnswerAddress, isShared: Bool, at now: Instant) {
        let key = self.hasher.hash(address.text)
        if isShared { self.unshared.remove(key) } else { self.unshared.insert(key, at: now) }
    }

    // MARK: Looking up

    /// What memory has for a request, whatever its age.
    func inMemory(_ address: AnswerAddress, for fields: [(name: String, value: String)]) -> Found {
        guard let block = self.block(address.text) else { return Found() }
        guard case .variants(let variants) = block.block else { return Found(answer: StoredAnswer(block.fragment)) }
        return Found(
            answer: self.block(address.text(of: variants, for: fields)).flatMap { StoredAnswer($0.fragment) },
            variants: variants
        )
    }

    /// What Redis has for a request; called back on the loop, never before this returns.
    func inRedis(
        _ address: AnswerAddress,
        for fields: [(name: String, value: String)],
        completion: @escaping (Found) -> Void
    ) {
        guard let redis = self.usableRedis else {
            self.eventLoop.assumeIsolated().execute { completion(Found()) }
            return
        }
        redis.mget([address.text]) { copies in
            guard let (fragment, block) = self.sound(copies.first ?? nil, named: address.text) else {
                completion(Found())
                return
            }
            self.keepInMemory(address.text, fragment)
            guard case .variants(let variants) = block else {
                completion(Found(answer: StoredAnswer(fragment)))
                return
            }
            let text = address.text(of: variants, for: fields)
            redis.mget([text]) { copies in
                guard let (fragment, _) = self.sound(copies.first ?? nil, named: text),
                    let answer = StoredAnswer(fragment)
                else {
                    completion(Found(variants: variants))
                    return
                }
                self.keepInMemory(text, fragment)
                completion(Found(answer: answer, variants: variants))
            }
        }
    }

    private func block(_ text: String) -> (block: AnswerBlock, fragment: StoredFragment)? {
        guard let entry = self.memory.lookup(self.hasher.hash(text), confirming: text),
            entry.fragment.kind == .answer, let block = AnswerBlock(entry.fragment.body)
        else { return nil }
        return (block, entry.fragment)
    }

    /// What came from Redis, as far as purges leave it and if it can be sent to clients.
    private func sound(
        _ copy: StoredFragment?,
        named text: String
    ) -> (fragment: StoredFragment, block: AnswerBlock)? {
        guard let copy, copy.kind == .answer, let fragment = self.purges.admitted(copy, named: text),
            let block = AnswerBlock(fragment.body), block.hasSoundLines
        else { return nil }
        return (fragment, block)
    }

    /// Whether a purge has ended a stored answer, since it was found for a request.
    func hasEnded(_ answer: StoredAnswer, at address: AnswerAddress) -> Bool {
        self.purges.verdict(on: answer.fragment, named: address.text) == .ended
    }

    // MARK: Storing

    /// Stores an answer, unless it was purged while it was on its way.
    ///
    /// - Parameters:
    ///   - answer: the answer.
    ///   - varies: the request's fields that it varies by.
    ///   - address: where it was asked for.
    ///   - fields: the request's fields.
    ///   - known: what the address's answers were known to vary by.
    func store(
        _ answer: StoredAnswer,
        varies: [String],
        at address: AnswerAddress,
        for fields: [(name: String, value: String)],
        known: AnswerVariants?
    ) {
        guard !self.hasEnded(answer, at: address) else { return }
        guard !varies.isEmpty else {
            self.keep(address.text, answer.fragment, hasValidator: answer.fragment.hasValidator)
            return
        }
        var variants = AnswerVariants(names: varies, generation: .random(in: 0...UInt64.max))
        var held: StoredFragment?
        if let block = self.block(address.text), case .variants(let present) = block.block {
            if present.names == varies { (variants, held) = (present, block.fragment) }
        } else if let known, known.names == varies {
            variants = known
        }
        // It lives as long as the longest of its answers.
        let until = max(self.end(of: answer.fragment), held?.errorUntil ?? .distantPast)
        self.keep(
            address.text,
            StoredFragment(
                kind: .answer,
                requestedAt: answer.fragment.requestedAt,
                purgePosition: answer.fragment.purgePosition,
                storedAt: answer.fragment.storedAt,
                freshUntil: until,
                body: AnswerBlock.variants(variants).encoded()
            ),
            hasValidator: false
        )
        self.keep(
            address.text(of: variants, for: fields),
            answer.fragment,
            hasValidator: answer.fragment.hasValidator
        )
    }

    /// Forgets the answer that is stored for a request.
    func remove(_ address: AnswerAddress, for fields: [(name: String, value: String)], variants: AnswerVariants?) {
        let text = variants.map { address.text(of: $0, for: fields) } ?? address.text
        self.removeEverywhere(text)
    }

    private func removeEverywhere(_ text: String) {
        self.redis?.delete([text])
        let key = self.hasher.hash(text)
        self.memory.remove(key)
        for peer in self.peers {
            peer.eventLoop.execute { peer.value.memory.remove(key) }
        }
    }

    private func keep(_ text: String, _ fragment: StoredFragment, hasValidator: Bool) {
        if let redis, redis.isAvailable {
            let confirmation = hasValidator ? Self.confirmationTime : .zero
            redis.set(text, fragment, ttl: fragment.lifetime(at: Instant.now()) + confirmation)
        } else {
            for peer in self.peers {
                peer.eventLoop.execute { peer.value.keepInMemory(text, fragment.copiedForLoop()) }
            }
        }
        self.keepInMemory(text, fragment)
    }

    private func keepInMemory(_ text: String, _ fragment: StoredFragment) {
        // What has taken the place of a purged answer is not replaced by it.
        guard self.purges.verdict(on: fragment, named: text) != .ended else { return }
        self.memory.insert(self.hasher.hash(text), text: text, fragment)
    }

    /// Until when an answer may be of use.
    private func end(of fragment: StoredFragment) -> Instant {
        let end = max(fragment.revalidateUntil, fragment.errorUntil)
        return fragment.hasValidator ? max(end, fragment.storedAt) + Self.confirmationTime : end
    }
}
