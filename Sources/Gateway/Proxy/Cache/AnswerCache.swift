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
    /// The other loops' caches: what is ended here is ended there, and without Redis they get a copy of what is stored.
    var peers: [NIOLoopBound<AnswerCache>] = []
    var flights = AnswerFlights()
    private var ended = InvalidationLog()
    /// The addresses whose last answer was its asker's alone.
    private var unshared = UnsharedKeys()

    init(eventLoop: any EventLoop, memory: MemoryTier, redis: RedisTier?, hasher: CacheKeyHasher) {
        self.eventLoop = eventLoop
        self.memory = memory
        self.redis = redis
        self.hasher = hasher
    }

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
        guard let redis else {
            self.eventLoop.assumeIsolated().execute { completion(Found()) }
            return
        }
        redis.mget([address.text]) { copies in
            guard let fragment = copies.first ?? nil, let block = self.sound(fragment, of: address) else {
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
                guard let fragment = copies.first ?? nil, self.sound(fragment, of: address) != nil,
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

    /// What came from Redis, if it can be sent to clients: it may have outlived its end there while Redis was away.
    private func sound(_ fragment: StoredFragment, of address: AnswerAddress) -> AnswerBlock? {
        guard fragment.kind == .answer, self.allows(address.text, fragment),
            let block = AnswerBlock(fragment.body), block.hasSoundLines
        else { return nil }
        return block
    }

    // MARK: Storing

    /// Stores an answer, unless the answers of its address were ended while it was on its way.
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
        guard self.allows(address.text, answer.fragment) else { return }
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
        self.removeEverywhere([text]) {}
    }

    /// Ends all answers of addresses, in Redis and on every loop, and then calls back, on this loop: within the call
    /// where there is no other.
    func end(_ addresses: [AnswerAddress], at now: Instant, whenDone: @escaping () -> Void) {
        self.removeEverywhere(addresses.map(\.text), endedAt: now, whenDone: whenDone)
    }

    private func removeEverywhere(_ texts: [String], endedAt now: Instant? = nil, whenDone: @escaping () -> Void) {
        self.redis?.delete(texts)
        self.removeHere(texts, endedAt: now)
        var waiting = self.peers.count
        guard waiting > 0 else {
            whenDone()
            return
        }
        let here = self.eventLoop
        let done = NIOLoopBound(
            {
                waiting -= 1
                if waiting == 0 { whenDone() }
            },
            eventLoop: here
        )
        for peer in self.peers {
            peer.eventLoop.execute {
                peer.value.removeHere(texts, endedAt: now)
                here.execute { done.value() }
            }
        }
    }

    private func removeHere(_ texts: [String], endedAt now: Instant?) {
        for text in texts {
            let key = self.hasher.hash(text)
            self.memory.remove(key)
            if let now { self.ended.insert(key, at: now) }
        }
    }

    /// Whether an answer was asked for after the last end of what a text stands for.
    private func allows(_ text: String, _ fragment: StoredFragment) -> Bool {
        self.ended.allows(self.hasher.hash(text), askedFor: fragment.requestedAt)
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
        guard self.allows(text, fragment) else { return }
        self.memory.insert(self.hasher.hash(text), text: text, fragment)
    }

    /// Until when an answer may be of use.
    private func end(of fragment: StoredFragment) -> Instant {
        let end = max(fragment.revalidateUntil, fragment.errorUntil)
        return fragment.hasValidator ? max(end, fragment.storedAt) + Self.confirmationTime : end
    }
}
