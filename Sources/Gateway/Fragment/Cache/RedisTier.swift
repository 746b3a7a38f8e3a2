package import NIOCore

/// The cache in Redis, as one event loop sees it; every method is called on that loop.
///
/// It never fails for those who use it: whatever is wrong with Redis is a miss, at the latest after
/// ``RedisTierSettings/timeout``. A server that does not answer in time is left alone until its replies arrive, and a
/// connection on which they do not is closed. A new one is made in the background, and until it is there a lookup is a
/// miss at once.
package final class RedisTier {
    /// How things stand with Redis.
    package enum State: Sendable, Hashable {
        /// Not started, or stopped.
        case stopped
        /// The first connection is being made.
        case connecting
        /// Commands are sent.
        case up
        /// A reply is overdue; nothing is sent until it comes.
        case slow
        /// There is no connection; one is tried now and then.
        case down
        /// There is no connection to some of the masters of a cluster; what they keep is missed.
        case partly
    }

    /// What has happened since the start.
    package struct Counters: Sendable, Equatable {
        /// Keys that were found.
        package var hits = 0
        /// Keys that were not found, for whatever reason.
        package var misses = 0
        /// Commands to store or delete that were sent.
        package var writes = 0
        /// Commands that were not answered in time.
        package var timeouts = 0
        /// Commands that were not sent, because Redis was away or busy.
        package var unsent = 0
        /// Commands that were answered by an error, or could not be formed.
        package var failures = 0
        /// Values that were no fragments of their keys.
        package var poisoned = 0
        /// Connections that became usable.
        package var connections = 0
    }

    private let settings: RedisTierSettings
    private let eventLoop: any EventLoop
    private let onStateChange: ((State) -> Void)?
    private let tally = RedisTally()
    private let servers: any RedisServers
    private var toldState = State.stopped

    /// A tier that does nothing until it is started.
    ///
    /// - Parameters:
    ///   - settings: where Redis is, and how long it may take.
    ///   - compressor: makes large bodies smaller, and reads them again; without one, they are kept as they are, and what
    ///     another gateway has made smaller is a miss.
    ///   - eventLoop: the loop on which everything happens.
    ///   - onStateChange: called on the loop when the tier goes to another state, ``State/slow`` excepted.
    package init(
        settings: RedisTierSettings,
        compressor: BodyCompressor? = nil,
        eventLoop: any EventLoop,
        onStateChange: ((State) -> Void)? = nil
    ) {
        self.settings = settings
        self.eventLoop = eventLoop
        self.onStateChange = onStateChange
        switch settings.place {
        case .single(let address):
            self.servers = RedisNode(
                address: address,
                settings: settings,
                tally: self.tally,
                compressor: compressor,
                eventLoop: eventLoop
            )
        case .sentinel:
            self.servers = RedisNode(
                address: nil,
                settings: settings,
                tally: self.tally,
                compressor: compressor,
                eventLoop: eventLoop
            )
        case .cluster(let seeds):
            self.servers = RedisCluster(
                seeds: seeds,
                settings: settings,
                tally: self.tally,
                compressor: compressor,
                eventLoop: eventLoop
            )
        }
        self.servers.onChange = { [weak self] in self?.tell() }
    }

    package var counters: Counters { self.tally.counters }

    package var state: State { self.servers.state }

    /// Why the last connection ended or could not be made; nil while all is well.
    package var lastFailure: RedisFailure? { self.servers.lastFailure }

    /// The longest that a lookup takes.
    package var timeout: Duration { self.settings.timeout }

    /// Whether a command would be sent now; when not, every lookup is a miss.
    package var isAvailable: Bool { self.servers.isAvailable }

    // MARK: Commands

    /// Looks up all keys at once.
    ///
    /// `completion` gets as many values as there are keys, in their order, nil for a miss. It is called exactly once, on
    /// the loop, and never before this method has returned.
    package func mget(_ keys: [String], completion: @escaping ([StoredFragment?]) -> Void) {
        self.eventLoop.assertInEventLoop()
        if !keys.isEmpty, self.servers.lookup(keys, completion: completion) { return }
        if !keys.isEmpty { self.tally.counters.unsent += 1 }
        self.tally.counters.misses += keys.count
        self.eventLoop.assumeIsolated().execute {
            completion(Array(repeating: nil, count: keys.count))
        }
    }

    /// Stores a fragment, which Redis forgets after `ttl`; nothing is stored when that is no time at all.
    ///
    /// ``StoredFragment/lifetime(at:)`` is how long one can be of use.
    package func set(_ key: String, _ fragment: StoredFragment, ttl: Duration) {
        self.eventLoop.assertInEventLoop()
        guard ttl.milliseconds > 0 else { return }
        self.count(self.servers.set(key, fragment, ttl: ttl))
    }

    /// Deletes keys; only the attempt is certain.
    package func delete(_ keys: [String]) {
        self.eventLoop.assertInEventLoop()
        guard !keys.isEmpty else { return }
        self.count(self.servers.delete(keys))
    }

    /// What Redis knows a copy by.
    func key(_ name: String) -> String { self.settings.keyPrefix + name }

    /// Sends a command whose reply is yes or no.
    ///
    /// - Parameters:
    ///   - call: the command.
    ///   - completion: called once, on the loop; gets nil when there is no reply in time, or an error.
    func call(_ call: RedisCall, completion: @escaping (Bool?) -> Void) {
        self.eventLoop.assertInEventLoop()
        if self.servers.call(call, completion: completion) { return }
        self.tally.counters.unsent += 1
        self.eventLoop.assumeIsolated().execute { completion(nil) }
    }

    private func count(_ isWritten: Bool) {
        if isWritten { self.tally.counters.writes += 1 } else { self.tally.counters.unsent += 1 }
    }

    // MARK: Life

    /// Begins to connect, in the background.
    package func start() { self.servers.start() }

    /// Ends the connections; lookups under way are misses.
    ///
    /// The tier can be started again.
    ///
    /// - Returns: a future that is done when they are closed; it does not fail.
    package func stop() -> EventLoopFuture<Void> { self.servers.stop() }

    /// Tells what has become of the state; that replies are overdue is none of it.
    private func tell() {
        let state = self.state == .slow ? .up : self.state
        guard state != self.toldState else { return }
        self.toldState = state
        self.onStateChange?(state)
    }
}
