import NIOCore

/// The masters of a cluster, as an event loop sees them: one connection to each, and the map of who answers for what.
///
/// The map is asked for at the start, when a server says that a slot has moved, and while a connection is missing. A
/// command goes to another server once, when the one that got it says so.
final class RedisCluster: RedisServers {
    typealias Address = RedisTierSettings.Address
    /// Sends a command to a server, which may name another one.
    private typealias Attempt = (RedisConnection, RedisConnection.Redirected?) -> Bool

    /// How far the next map is.
    private enum Inquiry {
        case none
        case due(Scheduled<Void>)
        /// It may be old already when it comes, and then another one is needed.
        case underWay(isOutdated: Bool)
    }

    var onChange: () -> Void = {}
    private let seeds: [Address]
    private let settings: RedisTierSettings
    private let tally: RedisTally
    private let compressor: BodyCompressor?
    private let eventLoop: any EventLoop
    private let directory: RedisDirectory
    private var isStarted = false
    private var map = RedisSlotMap()
    private var nodes: [Address: RedisNode] = [:]
    private var inquiry = Inquiry.none
    /// Counts the starts: what was asked before a stop is of no use after it.
    private var generation = 0
    private var failedInquiries = 0
    private var inquiryFailure: RedisFailure?

    /// The shortest time between two questions for the map.
    private static let interval = Duration.milliseconds(250)

    /// - Parameters:
    ///   - seeds: the servers that are known to begin with.
    ///   - settings: how to sign in, and how long to wait.
    ///   - tally: where to count what happens.
    ///   - compressor: makes large bodies smaller, and reads them again.
    ///   - eventLoop: the loop on which everything happens.
    init(
        seeds: [Address],
        settings: RedisTierSettings,
        tally: RedisTally,
        compressor: BodyCompressor?,
        eventLoop: any EventLoop
    ) {
        self.seeds = seeds
        self.settings = settings
        self.tally = tally
        self.compressor = compressor
        self.eventLoop = eventLoop
        self.directory = RedisDirectory(settings: settings, loop: eventLoop)
    }

    var state: RedisTier.State {
        guard self.isStarted else { return .stopped }
        let states = self.nodes.values.map(\.state)
        let usable = states.count { $0 == .up || $0 == .slow }
        if usable == 0 {
            return self.failedInquiries > 0 || states.contains(.down) ? .down : .connecting
        }
        if usable < states.count { return .partly }
        return states.contains(.slow) ? .slow : .up
    }

    var lastFailure: RedisFailure? {
        self.inquiryFailure ?? self.nodes.values.lazy.compactMap(\.lastFailure).first
    }

    var isAvailable: Bool { self.nodes.values.contains { $0.isAvailable } }

    // MARK: Commands

    /// Looks each key up with a command of its own: a server refuses one about several slots.
    func lookup(_ keys: [String], completion: @escaping ([StoredFragment?]) -> Void) -> Bool {
        let lookup = RedisClusterLookup(
            count: keys.count,
            timeout: self.settings.timeout,
            eventLoop: self.eventLoop,
            completion: completion
        )
        var unsent = 0
        for (position, key) in keys.enumerated() {
            let isSent = self.send(self.slot(of: key)) { connection, redirected in
                connection.lookup(
                    [key],
                    redirected: redirected.map { redirected in
                        { redirection in
                            // What is asked a second time may not take the whole time again.
                            lookup.limit()
                            return redirected(redirection)
                        }
                    }
                ) { lookup.answer(position, $0[0]) }
            }
            if !isSent { unsent += 1 }
        }
        guard unsent < keys.count else { return false }
        self.tally.counters.unsent += unsent
        self.tally.counters.misses += unsent
        lookup.skip(unsent)
        return true
    }

    func set(_ key: String, _ fragment: StoredFragment, ttl: Duration) -> Bool {
        self.send(self.slot(of: key)) { $0.set(key, fragment, ttl: ttl, redirected: $1) }
    }

    func delete(_ keys: [String]) -> Bool {
        var isSent = true
        for key in keys {
            isSent = self.send(self.slot(of: key)) { $0.delete([key], redirected: $1) } && isSent
        }
        return isSent
    }

    func call(_ call: RedisCall, completion: @escaping (Bool?) -> Void) -> Bool {
        self.send(RedisHashSlot.of(call.key)) { $0.call(call, redirected: $1, completion: completion) }
    }

    private func slot(of key: String) -> Int { RedisHashSlot.of(self.settings.keyPrefix + key) }

    /// Sends a command to the master of a slot; false when it cannot be sent.
    private func send(_ slot: Int, _ attempt: @escaping Attempt) -> Bool {
        guard let owner = self.map.owner(of: slot), let node = self.nodes[owner] else {
            // Until there is a map it is being asked for.
            if !self.map.isEmpty { self.learn() }
            return false
        }
        return node.send(asking: false) { connection in
            attempt(connection) { [weak self] in self?.follow($0, of: owner, attempt) ?? false }
        }
    }

    /// Sends a command to the server that another one has named; false when it cannot be sent.
    private func follow(_ redirection: RedisRedirection, of teller: Address, _ attempt: Attempt) -> Bool {
        guard self.isStarted else { return false }
        switch redirection {
        case .moved(let slot, let address):
            let owner = address.completed(by: teller)
            self.map.assign(slot, to: owner)
            self.learn()
            return self.node(at: owner).send(asking: false) { attempt($0, nil) }
        case .ask(let address):
            return self.node(at: address.completed(by: teller)).send(asking: true) { attempt($0, nil) }
        }
    }

    // MARK: Life

    func start() {
        self.eventLoop.assertInEventLoop()
        guard !self.isStarted else { return }
        self.isStarted = true
        self.generation += 1
        self.inquire()
        self.onChange()
    }

    func stop() -> EventLoopFuture<Void> {
        self.eventLoop.assertInEventLoop()
        self.isStarted = false
        if case .due(let timer) = self.inquiry { timer.cancel() }
        self.inquiry = .none
        self.failedInquiries = 0
        self.map = RedisSlotMap()
        let closed = self.nodes.values.map { $0.stop() }
        self.nodes.removeAll()
        self.onChange()
        return EventLoopFuture.andAllSucceed(closed, on: self.eventLoop)
    }

    /// The server at an address, to which a connection is made if there is none.
    private func node(at address: Address) -> RedisNode {
        if let node = self.nodes[address] { return node }
        let node = RedisNode(
            address: address,
            settings: self.settings,
            tally: self.tally,
            compressor: self.compressor,
            eventLoop: self.eventLoop
        )
        self.nodes[address] = node
        node.onChange = { [weak self, weak node] in
            // Another one may have taken its place.
            if node?.state == .down { self?.learn() }
            self?.onChange()
        }
        node.start()
        return node
    }

    // MARK: The map

    /// Sees to it that the map is asked for soon.
    private func learn() {
        guard self.isStarted else { return }
        switch self.inquiry {
        case .due: break
        case .none: self.inquire(after: Self.interval)
        case .underWay: self.inquiry = .underWay(isOutdated: true)
        }
    }

    private func inquire(after wait: Duration) {
        let timer = self.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(wait)) { [weak self] () -> Void in
            self?.inquire()
        }
        self.inquiry = .due(timer)
    }

    private func inquire() {
        self.inquiry = .underWay(isOutdated: false)
        let directory = self.directory
        // Those that answer know the map; those of the file may be gone for long.
        let (up, others) = (self.nodes.values.filter { $0.isAvailable }, self.nodes.values.filter { !$0.isAvailable })
        var servers = up.compactMap(\.address).shuffled()
        for server in self.seeds.shuffled() + others.compactMap(\.address) where !servers.contains(server) {
            servers.append(server)
        }
        let asked = servers
        let found = self.eventLoop.makePromise(of: Result<RedisSlotMap, RedisFailure>.self)
        found.completeWithTask {
            do throws(RedisFailure) {
                return .success(try await directory.slots(asking: asked))
            } catch {
                return .failure(error)
            }
        }
        let generation = self.generation
        found.futureResult.assumeIsolated().whenSuccess { [weak self] result in
            guard let self, self.isStarted, self.generation == generation else { return }
            self.take(result)
        }
    }

    private func take(_ result: Result<RedisSlotMap, RedisFailure>) {
        let isOutdated = if case .underWay(let isOutdated) = self.inquiry { isOutdated } else { false }
        switch result {
        case .success(let map):
            self.failedInquiries = 0
            self.inquiryFailure = nil
            self.map = map
            self.inquiry = .none
            for address in map.masters { _ = self.node(at: address) }
            for (address, node) in self.nodes where !map.masters.contains(address) {
                self.nodes[address] = nil
                node.onChange = {}
                _ = node.stop()
            }
            // Where a master is gone, a replica may take its place.
            if isOutdated || self.nodes.values.contains(where: { $0.state == .down }) { self.learn() }
        case .failure(let failure):
            self.inquiryFailure = failure
            let wait = RedisBackoff.wait(
                after: self.failedInquiries,
                within: self.settings.backoff,
                jitter: .random(in: 0...1)
            )
            self.failedInquiries += 1
            self.inquire(after: wait)
        }
        self.onChange()
    }
}
