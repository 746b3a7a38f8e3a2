import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The event loops with a pipeline each, which share nothing that changes on the request's way.
final class LoopFleet: Sendable {
    private let pipelines: [NIOLoopBound<PagePipeline>]
    private let byLoop: [ObjectIdentifier: NIOLoopBound<PagePipeline>]
    private let group: MultiThreadedEventLoopGroup
    private let limits: LimitSettings
    private let redisStatesSeen: RedisStates
    /// What turned out to depend on who asks.
    let audits: AuditBoard
    /// What services have named to be shown in the place of fragments that fail.
    let fallbacks: FallbackShelf
    private let logger: Logger

    /// How often connections are looked through for those that stand still.
    private static let sweepInterval = TimeAmount.milliseconds(500)

    private init(
        pipelines: [NIOLoopBound<PagePipeline>],
        group: MultiThreadedEventLoopGroup,
        limits: LimitSettings,
        redisStates: RedisStates,
        audits: AuditBoard,
        fallbacks: FallbackShelf,
        logger: Logger
    ) {
        self.pipelines = pipelines
        self.byLoop = Dictionary(uniqueKeysWithValues: pipelines.map { (ObjectIdentifier($0.eventLoop), $0) })
        self.group = group
        self.limits = limits
        self.redisStatesSeen = redisStates
        self.audits = audits
        self.fallbacks = fallbacks
        self.logger = logger
    }

    /// Makes a pipeline on every loop, and lets them connect to Redis.
    ///
    /// - Parameters:
    ///   - site: what is served first.
    ///   - group: the loops.
    ///   - hasher: makes the keys of copies.
    ///   - signedIn: the sessions of people who are signed in; nil where nobody can sign in.
    ///   - signOn: signs people in and out; nil where nobody can.
    ///   - logger: the pipelines' log.
    /// - Returns: the loops with their pipelines.
    /// - Throws: that a key cannot be used, or that the system has no entropy.
    static func make(
        site: Site,
        on group: MultiThreadedEventLoopGroup,
        hasher: CacheKeyHasher,
        signedIn: SignedInSessions? = nil,
        signOn: SignOn? = nil,
        logger: Logger
    ) async throws -> LoopFleet {
        let configuration = site.configuration
        let sessions = try SessionSealer(settings: configuration.session)
        if configuration.session.key == nil {
            logger.warning("session.key is not set: sessions end when this gateway does")
        }
        let flash = try FlashCookie(settings: configuration.session)
        let signer = try configuration.identity.map { try IdentitySigner($0) }
        let flights = FlightBoard()
        let audits = AuditBoard()
        let fallbacks = FallbackShelf()
        let tagger = PageTagger(
            hasher: try CacheKeyHasher(derivedFrom: configuration.session.key, for: "entity tags")
        )
        let loops = Array(group.makeIterator())
        let share = configuration.memory.fragments / loops.count
        let connections = (configuration.limits.connections + loops.count - 1) / loops.count
        let states = RedisStates(count: loops.count)
        var pipelines: [NIOLoopBound<PagePipeline>] = []
        for (index, loop) in loops.enumerated() {
            let pipeline = try await loop.submit {
                let redis = try configuration.redis.map { settings in
                    let tier = RedisTierSettings(settings)
                    return RedisTier(
                        settings: tier,
                        compressor: try BodyCompressor(from: settings.compressFrom, to: tier.maximumValueBytes),
                        eventLoop: loop
                    ) { state in states.set(index, state, logger: logger) }
                }
                let resolver = FragmentResolver(
                    eventLoop: loop,
                    memory: MemoryTier(
                        budget: share,
                        purges: PurgeLog(
                            hasher: hasher,
                            limit: configuration.purges.remembered,
                            isRead: configuration.redis == nil
                        )
                    ),
                    redis: redis,
                    leases: redis.map {
                        FragmentLeases(
                            redis: $0,
                            eventLoop: loop,
                            lifetime: configuration.redis?.lease ?? RedisSettings().lease
                        )
                    },
                    hasher: hasher,
                    flights: flights,
                    signer: signer,
                    audit: signer.flatMap { signer in
                        configuration.audit.interval.map {
                            FragmentAudit(interval: $0, signer: signer, board: audits, eventLoop: loop)
                        }
                    },
                    fallbacks: fallbacks,
                    fetcher: site.fetcher
                )
                let pipeline = PagePipeline(
                    eventLoop: loop,
                    resolver: resolver,
                    sessions: sessions,
                    signedIn: signedIn,
                    flash: flash,
                    signer: signer,
                    compressor: try PageCompressor(
                        settings: configuration.compression,
                        memory: configuration.compression.memory / loops.count,
                        hasher: hasher
                    ),
                    tagger: tagger,
                    site: site,
                    connectionLimit: connections,
                    signOn: signOn,
                    logger: logger
                )
                resolver.audit?.alarm = { [unowned pipeline] in pipeline.endSharing($0) }
                redis?.start()
                let bound = NIOLoopBound(pipeline, eventLoop: loop)
                loop.scheduleRepeatedTask(initialDelay: sweepInterval, delay: sweepInterval) { _ in
                    bound.value.closeOverdue()
                }
                signedIn?.observeEndings { keys in
                    loop.execute { bound.value.openSessions.signedIn?.end(keys, now: .now()) }
                }
                return bound
            }.get()
            pipelines.append(pipeline)
        }
        let resolvers = try await Self.resolvers(of: pipelines)
        for pipeline in pipelines {
            try await pipeline.eventLoop.submit {
                pipeline.value.resolver.peers = resolvers.filter { $0.eventLoop !== pipeline.eventLoop }
            }.get()
        }
        let caches = try await Self.caches(of: pipelines)
        for pipeline in pipelines {
            try await pipeline.eventLoop.submit {
                pipeline.value.answers.peers = caches.filter { $0.eventLoop !== pipeline.eventLoop }
            }.get()
        }
        return LoopFleet(
            pipelines: pipelines,
            group: group,
            limits: configuration.limits,
            redisStates: states,
            audits: audits,
            fallbacks: fallbacks,
            logger: logger
        )
    }

    private static func caches(
        of pipelines: [NIOLoopBound<PagePipeline>]
    ) async throws -> [NIOLoopBound<AnswerCache>] {
        var caches: [NIOLoopBound<AnswerCache>] = []
        for pipeline in pipelines {
            caches.append(
                try await pipeline.eventLoop.submit {
                    NIOLoopBound(pipeline.value.answers, eventLoop: pipeline.eventLoop)
                }.get()
            )
        }
        return caches
    }

    private static func resolvers(
        of pipelines: [NIOLoopBound<PagePipeline>]
    ) async throws -> [NIOLoopBound<FragmentResolver>] {
        var resolvers: [NIOLoopBound<FragmentResolver>] = []
        for pipeline in pipelines {
            resolvers.append(
                try await pipeline.eventLoop.submit {
                    NIOLoopBound(pipeline.value.resolver, eventLoop: pipeline.eventLoop)
                }.get()
            )
        }
        return resolvers
    }

    // MARK: Purges

    /// Does something with every loop's pipeline; done when all have.
    private func onEach(_ action: @escaping @Sendable (PagePipeline) -> Void) async {
        for pipeline in self.pipelines {
            do {
                try await pipeline.eventLoop.submit { action(pipeline.value) }.get()
            } catch {
                // A loop that has ended serves nothing.
                self.logger.error("a loop does not answer", metadata: ["error": "\(error)"])
            }
        }
    }

    /// What an action makes of every loop's pipeline.
    func onEachResult<Result: Sendable>(
        _ action: @escaping @Sendable (PagePipeline) throws -> Result
    ) async throws -> [Result] {
        var results: [Result] = []
        for pipeline in self.pipelines {
            results.append(try await pipeline.eventLoop.submit { try action(pipeline.value) }.get())
        }
        return results
    }

    /// What an action makes of one loop's pipeline.
    func onFirst<Result: Sendable>(
        _ action: @escaping @Sendable (PagePipeline) throws -> Result
    ) async throws -> Result {
        let pipeline = self.pipelines[0]
        return try await pipeline.eventLoop.submit { try action(pipeline.value) }.get()
    }

    /// The copies of names in Redis as they may be used; nil where there is none, or no Redis.
    func redisCopies(_ names: [String]) async throws -> [StoredFragment?] {
        let pipeline = self.pipelines[0]
        return try await pipeline.eventLoop.flatSubmit {
            let promise = pipeline.eventLoop.makePromise(of: [StoredFragment?].self)
            pipeline.value.resolver.copiesInRedis(names) { promise.succeed($0) }
            return promise.futureResult
        }.get()
    }

    /// Ends what purges name, on every loop.
    func apply(_ purges: [GatewayStreams.Purge]) async {
        let now = Instant.now()
        await self.onEach { pipeline in
            let log = pipeline.resolver.purges
            for purge in purges where !log.apply(purge.records, at: purge.position, now: now) {
                // Its place was overtaken by one that this gateway gave by itself.
                log.apply(purge.records, at: log.position.next, now: now)
            }
        }
    }

    /// Ends what purges name that no other gateway is told of, on every loop, at a place that is later than all that any of
    /// them knows.
    func applyHere(_ records: [PurgeRecord]) async -> PurgePosition {
        while true {
            let known = Mutex(PurgePosition.start)
            await self.onEach { pipeline in
                let position = pipeline.resolver.purges.position
                known.withLock { $0 = max($0, position) }
            }
            let place = known.withLock { $0.next }
            let isLater = Atomic(true)
            let now = Instant.now()
            await self.onEach { pipeline in
                if !pipeline.resolver.purges.apply(records, at: place, now: now) {
                    isLater.store(false, ordering: .relaxed)
                }
            }
            // Otherwise another purge came between: a place counts only if it is the same on all loops.
            if isLater.load(ordering: .relaxed) { return place }
        }
    }

    /// The link to the gateways that share a Redis; nil when there is none.
    func link(_ configuration: GatewayConfiguration, name: String) -> GatewayLink? {
        configuration.redis.map { settings in
            GatewayLink(
                name: name,
                redis: RedisTierSettings(settings),
                settings: configuration.purges,
                loop: self.group.next(),
                hooks: GatewayLink.Hooks(
                    apply: { await self.apply($0) },
                    endAll: { place in await self.onEach { $0.resolver.purges.endAll(before: place) } },
                    setKnowledge: { knowledge in
                        await self.onEach { pipeline in
                            if knowledge == .current { pipeline.resolver.purges.setRead() }
                            pipeline.resolver.purges.setKnowledge(knowledge)
                        }
                    },
                    arrived: { arrivals in
                        for pipeline in self.pipelines {
                            pipeline.eventLoop.execute { pipeline.value.resolver.leases?.arrived(arrivals) }
                        }
                    },
                    setGateways: { count in await self.onEach { $0.resolver.leases?.gateways = count } }
                ),
                logger: self.logger
            )
        }
    }

    /// Lets the pipelines end copies in all gateways.
    func setPurger(_ purger: Purger) async {
        await self.onEach { $0.purger = purger }
    }

    // MARK: Connections

    /// Listens; connections go to the loops in turn.
    func listen(on endpoint: Endpoint) async throws -> any Channel {
        let limits = self.limits
        let byLoop = self.byLoop
        do {
            return try await ServerBootstrap(group: self.group)
                .serverChannelOption(.backlog, value: 4096)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelOption(.maxMessagesPerRead, value: 4)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        guard let pipeline = byLoop[ObjectIdentifier(channel.eventLoop)] else { return }
                        let connection = Connection(
                            responder: pipeline.value,
                            limits: RequestLimits(
                                requestLine: limits.requestLine,
                                headerBytes: limits.headerBytes,
                                headerCount: limits.headerCount
                            ),
                            bodyLimit: limits.body,
                            timeouts: ConnectionTimeouts(
                                header: .nanoseconds(limits.headerTimeout.nanoseconds),
                                idle: .nanoseconds(limits.idleTimeout.nanoseconds),
                                body: .nanoseconds(limits.bodyTimeout.nanoseconds)
                            )
                        )
                        try channel.pipeline.syncOperations.addHandler(connection)
                    }
                }
                .bind(host: endpoint.host, port: endpoint.port).get()
        } catch {
            throw SiteLoader.Failure(description: "cannot listen on \(endpoint): \(error)")
        }
    }

    /// Serves another site, on every loop from its next request on.
    func adopt(_ site: Site) {
        // What was found wrong may have been mended.
        self.audits.clear()
        for pipeline in self.pipelines { pipeline.eventLoop.execute { pipeline.value.adopt(site) } }
    }

    /// Lets requests end for as long as the grace, then closes what is left.
    func quiesce(grace: Duration) async {
        let logger = self.logger
        await withTaskGroup(of: Void.self) { tasks in
            for pipeline in self.pipelines {
                tasks.addTask {
                    let isEmpty = pipeline.eventLoop.makePromise(of: Void.self)
                    let timeout = pipeline.eventLoop.scheduleTask(in: .nanoseconds(grace.nanoseconds)) {
                        logger.warning(
                            "requests outlast limits.shutdown-grace and are cut",
                            metadata: ["connections": "\(pipeline.value.connectionCount)"]
                        )
                        pipeline.value.closeAll()
                    }
                    pipeline.eventLoop.execute { pipeline.value.quiesce { isEmpty.succeed() } }
                    do {
                        try await isEmpty.futureResult.get()
                    } catch {
                        logger.error("a loop did not come to rest", metadata: ["error": "\(error)"])
                    }
                    timeout.cancel()
                }
            }
        }
    }

    func stopRedis() async {
        for pipeline in self.pipelines {
            do {
                try await pipeline.eventLoop.flatSubmit {
                    pipeline.value.resolver.redis?.stop() ?? pipeline.eventLoop.makeSucceededVoidFuture()
                }.get()
            } catch {
                self.logger.warning("Redis did not close", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Each loop's state of Redis; empty without one.
    var redisStates: [String] { self.redisStatesSeen.texts }
}

/// What the loops' Redis connections told last, for the admin address and the log.
final class RedisStates: Sendable {
    private let states: Mutex<[RedisTier.State?]>

    init(count: Int) {
        self.states = Mutex(Array(repeating: nil, count: count))
    }

    func set(_ index: Int, _ state: RedisTier.State, logger: Logger) {
        let isNews = self.states.withLock { states in
            let isNews = !states.contains(state)
            states[index] = state
            return isNews
        }
        // Every loop has a connection; the first one's news are enough for the log.
        if isNews { logger.notice("Redis", metadata: ["state": "\(state)"]) }
    }

    var texts: [String] { self.states.withLock { $0.compactMap { $0.map { "\($0)" } } } }
}
