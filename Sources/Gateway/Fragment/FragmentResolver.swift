import FragmentProtocol
import NIOCore

/// Gets fragments for the pages of one event loop, by the steps of the ladder: memory, Redis, the service.
///
/// It belongs to its loop. The steps after it, a stale copy and the template's own fallback, are the page's.
final class FragmentResolver {
    let eventLoop: any EventLoop
    let memory: MemoryTier
    let redis: RedisTier?
    /// What is being read from Redis; nil without it.
    private let reads: CopyReads?
    /// The turns that gateways take; nil without Redis.
    let leases: FragmentLeases?
    let hasher: CacheKeyHasher
    private let flights: FlightBoard
    private var unshared = UnsharedKeys()
    /// Tells this loop's draws from the others'.
    private let salt = UInt64.random(in: 0 ... .max)
    private let signer: IdentitySigner?
    /// Looks at some of the answers that are shared; nil where nobody has an identity to be told of.
    let audit: FragmentAudit?
    /// What services have named to be shown in the place of fragments that fail.
    let fallbacks: FallbackShelf
    /// The other loops' resolvers, which get a copy of what is fetched while there is no Redis to find it in.
    var peers: [NIOLoopBound<FragmentResolver>] = []
    var fetcher: Fetcher
    private(set) var counters = Counters()

    struct Counters {
        var fetches = 0
        var failures = 0
        var collapsed = 0
        var cookiesDropped = 0
    }

    init(
        eventLoop: any EventLoop,
        memory: MemoryTier,
        redis: RedisTier?,
        leases: FragmentLeases? = nil,
        hasher: CacheKeyHasher,
        flights: FlightBoard,
        signer: IdentitySigner?,
        audit: FragmentAudit? = nil,
        fallbacks: FallbackShelf = FallbackShelf(),
        fetcher: Fetcher
    ) {
        self.eventLoop = eventLoop
        self.memory = memory
        self.redis = redis
        self.reads = redis.map { CopyReads(redis: $0, purges: memory.purges) }
        self.leases = leases
        self.hasher = hasher
        self.flights = flights
        self.signer = signer
        self.audit = audit
        self.fallbacks = fallbacks
        self.fetcher = fetcher
    }

    /// The copy in memory, whatever its age.
    @inline(__always)
    func lookup(_ identifier: FragmentIdentifier) -> CacheEntry? {
        identifier.isOwned
            ? self.memory.lookup(identifier.key, confirming: identifier.text) : self.memory.lookup(identifier.key)
    }

    /// Gets copies that memory does not have fresh: all of them from Redis in one read, the rest from their services.
    ///
    /// The completion is called once for each want with its position, on this loop, and never before this returns;
    /// the last closure once after Redis has told what it has, or has had its time.
    /// What is given back is whether Redis is asked.
    func resolve(
        _ wants: [FragmentWant],
        completion: @escaping (Int, FragmentOutcome) -> Void,
        redisHasAnswered: @escaping () -> Void
    ) -> Bool {
        let askRedis = self.asksRedis
        var asked: [Int] = []
        let now = Instant.now()
        for (position, want) in wants.enumerated() {
            if askRedis, self.keeps(want), !self.unshared.contains(want.identifier.key, at: now) {
                asked.append(position)
            } else {
                self.fetch(want, at: now) { completion(position, $0) }
            }
        }
        guard !asked.isEmpty, let reads = self.reads else { return false }
        reads.read(asked.map { wants[$0].identifier }) { found in
            let now = Instant.now()
            for (index, position) in asked.enumerated() {
                let want = wants[position]
                guard let found = found[index], found.copy.kind == want.kind else {
                    self.fetch(want, at: now) { completion(position, $0) }
                    continue
                }
                switch found.copy.usability(at: now) {
                case .fresh:
                    completion(position, .served(self.entry(of: found, want.identifier), .redis))
                case .staleWhileRevalidate:
                    let entry = self.entry(of: found, want.identifier)
                    want.held = entry
                    entry.dueAt = EarlyRefreshPolicy.retryAt(entry.fragment, now: now)
                    self.refresh(want)
                    completion(position, .served(entry, .stale))
                case .staleIfError, .expired:
                    let copy = found.copy
                    if (want.held?.fragment.storedAt ?? .distantPast) < copy.storedAt {
                        want.held = CacheEntry(want.identifier, copy)
                    }
                    self.fetch(want, at: now) { outcome in
                        if case .failed = outcome, copy.usability(at: Instant.now()) != .expired {
                            completion(position, .served(self.entry(of: found, want.identifier), .staleIfError))
                        } else {
                            completion(position, outcome)
                        }
                    }
                }
            }
            redisHasAnswered()
        }
        return true
    }

    /// The entry of a copy out of Redis, one for all who have waited for it.
    private func entry(of found: CopyReads.Found, _ identifier: FragmentIdentifier) -> CacheEntry {
        if let entry = found.entry { return entry }
        let entry = self.keepInMemory(found.copy, identifier)
        found.entry = entry
        return entry
    }

    /// What has been purged.
    var purges: PurgeLog { self.memory.purges }

    /// Whether copies in Redis can be had, and be judged.
    private var asksRedis: Bool { self.redis?.isAvailable ?? false && self.purges.isRead }

    /// What Redis has under names, as it may be used; for whoever wants to know, and not for pages.
    func copiesInRedis(_ names: [String], completion: @escaping ([StoredFragment?]) -> Void) {
        guard self.asksRedis, let redis else { return completion(names.map { _ in nil }) }
        redis.mget(names) { copies in
            completion(
                zip(names, copies).map { name, copy in copy.flatMap { self.purges.admitted($0, named: name) } }
            )
        }
    }

    /// Whether a copy of it may be kept.
    private func keeps(_ want: FragmentWant) -> Bool {
        want.isKept && !(self.audit?.isDemoted(want.bound.use.name) ?? false)
    }

    /// A copy of Redis's as it may be used for a want.
    private func admitted(_ copy: StoredFragment?, as want: FragmentWant) -> StoredFragment? {
        guard let copy, copy.kind == want.kind else { return nil }
        return self.purges.admitted(copy, named: want.identifier.text)
    }

    /// Fetches a newer copy in the background, unless someone does already.
    func refresh(_ want: FragmentWant) {
        guard self.flights.begin(want.identifier.key) else { return }
        let landed = { landing in self.flights.land(want.identifier.key, landing) }
        guard self.asksRedis, !want.identifier.isOwned else {
            self.ask(want, budget: nil, landed: landed, completion: { _ in })
            return
        }
        // Another gateway, or another loop of this one, may have been first.
        self.redis?.mget([want.identifier.text]) { copies in
            if let newer = self.newer(copies[0], than: want) {
                landed(.shared(self.keepInMemory(newer, want.identifier).fragment))
            } else {
                self.askInTurn(want, waits: false, landed: landed, completion: { _ in })
            }
        }
    }

    /// A copy of Redis's that is fresh, and newer than the one that is held.
    private func newer(_ copy: StoredFragment?, than want: FragmentWant) -> StoredFragment? {
        guard let copy = self.admitted(copy, as: want), copy.usability(at: .now()) == .fresh,
            copy.storedAt > want.held?.fragment.storedAt ?? .distantPast
        else { return nil }
        return copy
    }

    /// Counts `Set-Cookie` fields of services, which hold no browser state and so mean a mistake.
    func countDroppedCookies(_ count: Int) { self.counters.cookiesDropped += count }

    // MARK: The service

    private func fetch(
        _ want: FragmentWant,
        at now: Instant,
        completion: @escaping (FragmentOutcome) -> Void
    ) {
        // A person's own copy, and one that is never kept, is asked for anew each time: an answer that was already on
        // its way may be older than what this very person has just changed.
        guard self.keeps(want), want.identity == nil, !self.unshared.contains(want.identifier.key, at: now) else {
            // Nobody else can wait for it.
            self.ask(want, budget: want.budget, isAlone: true, landed: { _ in }, completion: completion)
            return
        }
        let bound = NIOLoopBound((self, want, completion), eventLoop: self.eventLoop)
        let joined = self.flights.join(
            want.identifier.key,
            FlightBoard.Waiter(eventLoop: self.eventLoop) { landing in
                let (resolver, want, completion) = bound.value
                resolver.counters.collapsed += 1
                switch landing {
                case .shared(let fragment)
                where fragment.purgePosition < want.purgePosition
                    && resolver.purges.verdict(on: fragment, named: want.identifier.text) == .ended:
                    // It was on its way when it was purged, and this has been asked for since.
                    resolver.fetch(want, at: .now(), completion: completion)
                case .shared(let fragment):
                    let entry = resolver.keepInMemory(fragment.copiedForLoop(), want.identifier)
                    completion(.served(entry, .collapsed))
                case .unshared:
                    resolver.ask(want, budget: want.budget, isAlone: true, landed: { _ in }, completion: completion)
                case .failed(let failure): completion(.failed(failure))
                }
            }
        )
        guard !joined else { return }
        self.askInTurn(
            want,
            waits: true,
            landed: { landing in self.flights.land(want.identifier.key, landing) },
            completion: completion
        )
    }

    /// Asks the service when it is this gateway's turn, or takes what another has fetched meanwhile.
    private func askInTurn(
        _ want: FragmentWant,
        waits: Bool,
        landed: @escaping (FlightBoard.Landing) -> Void,
        completion: @escaping (FragmentOutcome) -> Void
    ) {
        let budget = waits ? want.budget : nil
        guard let leases, leases.isOfUse, self.asksRedis, !want.identifier.isOwned else {
            self.ask(want, budget: budget, landed: landed, completion: completion)
            return
        }
        leases.obtain(
            want.identifier.text,
            before: .now() + .nanoseconds(want.bound.timeout.nanoseconds),
            waits: waits,
            usable: { self.newer($0, than: want) },
            completion: { turn in
                switch turn {
                case .granted(let lease):
                    self.ask(want, under: lease, budget: budget, landed: landed, completion: completion)
                case .unleased: self.ask(want, budget: budget, landed: landed, completion: completion)
                case .found(let copy):
                    let entry = self.keepInMemory(copy, want.identifier)
                    landed(.shared(entry.fragment))
                    completion(.served(entry, .collapsed))
                case .late:
                    landed(.failed(.timeout))
                    completion(.failed(.timeout))
                }
            }
        )
    }

    /// Asks the service, and keeps what may be kept.
    ///
    /// - Parameters:
    ///   - want: what is asked for.
    ///   - lease: under which it is fetched for all gateways.
    ///   - budget: what is left of the page that asks; nil when no page does.
    ///   - isAlone: whether nobody else can come to wait for the answer; else the fetch may outlast the budget for them.
    ///   - landed: hears what those who wait are to hear.
    ///   - completion: hears the outcome.
    private func ask(
        _ want: FragmentWant,
        under lease: FragmentLeases.Lease? = nil,
        budget: Duration?,
        isAlone: Bool = false,
        landed: @escaping (FlightBoard.Landing) -> Void,
        completion: @escaping (FragmentOutcome) -> Void
    ) {
        let requestedAt = Instant.now()
        let purgePosition = self.purges.position
        let request: FetchRequest
        do {
            request = try self.request(for: want, at: requestedAt, budget: budget, isAlone: isAlone)
        } catch {
            let failure = FragmentFailure.badAnswer("the identity cannot be signed: \(error)")
            if let lease { self.leases?.conclude(lease) }
            landed(.failed(failure))
            self.eventLoop.assumeIsolated().execute { completion(.failed(failure)) }
            return
        }
        self.counters.fetches += 1
        let bound = NIOLoopBound((self, want, lease, landed, completion), eventLoop: self.eventLoop)
        let fetch = self.fetcher.fetch(request, on: self.eventLoop) { result in
            let (resolver, want, lease, landed, completion) = bound.value
            resolver.conclude(
                want,
                result,
                requestedAt: requestedAt,
                purgePosition: purgePosition,
                lease: lease,
                landed: landed,
                completion: completion
            )
        }
        if !isAlone, lease == nil, let budget = request.budget, budget < request.timeout {
            // When the page has gone, the fetch goes on for those who have joined it, and for nobody else.
            self.eventLoop.scheduleTask(in: TimeAmount(budget)) { [flights, key = want.identifier.key] in
                if !flights.isAwaited(key) { fetch.cancel() }
            }
        }
    }

    private func request(
        for want: FragmentWant,
        at now: Instant,
        budget: Duration?,
        isAlone: Bool
    ) throws -> FetchRequest {
        var further: [(name: String, value: String)] = []
        if let etag = want.held?.fragment.etag { further.append((HeaderName.ifNoneMatch, etag)) }
        if let identity = want.identity, let signer = self.signer {
            let assertion = try signer.assertion(
                for: identity,
                audience: want.bound.use.name.service,
                now: now
            )
            further.append((HeaderName.gatewayIdentity, assertion))
        }
        return FetchRequest(
            service: want.bound.use.name.service,
            path: want.bound.constantPath ?? want.identifier.reference.path,
            headers: want.bound.headers(language: want.language, further: further),
            timeout: isAlone ? min(want.bound.timeout, budget ?? want.bound.timeout) : want.bound.timeout,
            budget: budget,
            maximumBodyBytes: want.bound.settings.maximumSize,
            retries: want.bound.settings.retries,
            isHedged: want.bound.settings.hedge
        )
    }

    private func conclude(
        _ want: FragmentWant,
        _ result: Result<FetchResponse, FetchFailure>,
        requestedAt: Instant,
        purgePosition: PurgePosition,
        lease: FragmentLeases.Lease?,
        landed: (FlightBoard.Landing) -> Void,
        completion: (FragmentOutcome) -> Void
    ) {
        let verdict: FragmentAnswerPolicy.Verdict
        switch result {
        case .failure(let failure): verdict = .failure(FragmentFailure(failure))
        case .success(let answer):
            if answer.firstValue(of: HeaderName.setCookie) != nil { self.counters.cookiesDropped += 1 }
            var context = FreshnessContext(
                requestedAt: requestedAt,
                receivedAt: Instant.now(),
                purgePosition: purgePosition,
                isPersonal: want.identifier.isOwned
            )
            if want.bound.variesByLanguage { context.keyedHeaders.insert("accept-language") }
            verdict = FragmentAnswerPolicy.judge(
                answer,
                kind: want.kind,
                held: want.held?.fragment,
                bound: want.bound,
                context: context
            )
        }
        switch verdict {
        case .keep(let fragment), .confirmed(let fragment):
            guard self.keeps(want) else {
                if let lease { self.leases?.conclude(lease) }
                landed(.unshared)
                completion(.served(CacheEntry(want.identifier, fragment), .fetched))
                return
            }
            self.unshared.remove(want.identifier.key)
            let entry = self.keep(fragment, want.identifier, under: lease)
            landed(.shared(fragment))
            self.audit?.note(fragment, of: want, fetcher: self.fetcher)
            completion(.served(entry, .fetched))
        case .useOnce(let fragment):
            if self.keeps(want), want.identity == nil, fragment.status < 400 {
                self.unshared.insert(want.identifier.key, at: fragment.storedAt)
            }
            if let lease { self.leases?.conclude(lease) }
            landed(.unshared)
            completion(.served(CacheEntry(want.identifier, fragment), .fetched))
        case .failure(let failure):
            self.counters.failures += 1
            if let lease { self.leases?.conclude(lease) }
            // Those who have joined while it was given up ask for themselves.
            landed(result.isCancelled ? .unshared : .failed(failure))
            completion(.failed(failure))
        }
    }

    // MARK: Keeping

    private func keep(
        _ fragment: StoredFragment,
        _ identifier: FragmentIdentifier,
        under lease: FragmentLeases.Lease?
    ) -> CacheEntry {
        if let redis = self.redis, redis.isAvailable {
            // What has been purged meanwhile would only stand in the place of a newer copy.
            if self.purges.verdict(on: fragment, named: identifier.text) == .ended {
                if let lease { self.leases?.conclude(lease) }
                return CacheEntry(identifier, fragment)
            }
            let ttl = fragment.lifetime(at: Instant.now())
            if let lease {
                self.leases?.conclude(lease, storing: fragment, ttl: ttl)
            } else {
                redis.set(identifier.text, fragment, ttl: ttl)
            }
        } else if !identifier.isOwned {
            for peer in self.peers {
                peer.eventLoop.execute { _ = peer.value.keepInMemory(fragment.copiedForLoop(), identifier) }
            }
        }
        return self.keepInMemory(fragment, identifier)
    }

    private func keepInMemory(_ fragment: StoredFragment, _ identifier: FragmentIdentifier) -> CacheEntry {
        let entry = self.memory.insert(
            identifier.key,
            text: identifier.text,
            fragment,
            isOwned: identifier.isOwned
        )
        if !identifier.isOwned {
            entry.dueAt = EarlyRefreshPolicy.dueAt(
                fragment,
                draw: EarlyRefreshPolicy.draw(identifier.key, storedAt: fragment.storedAt, salt: self.salt)
            )
        }
        return entry
    }
}

extension CacheEntry {
    /// An entry that no tier keeps.
    fileprivate convenience init(_ identifier: FragmentIdentifier, _ fragment: StoredFragment) {
        self.init(key: identifier.key, text: identifier.text, fragment: fragment, isOwned: identifier.isOwned)
    }
}

extension FragmentFailure {
    init(_ failure: FetchFailure) {
        switch failure.code {
        case .timeout: self = .timeout
        case .connect, .refused, .reset, .cancelled, .circuitOpen: self = .unavailable(failure.message)
        case .tooLarge, .protocolError: self = .badAnswer(failure.message)
        }
    }
}

extension Result<FetchResponse, FetchFailure> {
    fileprivate var isCancelled: Bool {
        if case .failure(let failure) = self { failure.code == .cancelled } else { false }
    }
}
