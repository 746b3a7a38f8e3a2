package import NIOCore
import NIOPosix

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
    private var machine: StateMachine
    private var connection: RedisConnection?
    private var channel: (any Channel)?
    /// Runs out when a connection is not usable in time, or when the next one is due.
    private var timer: Scheduled<Void>?

    /// Why the last connection ended or could not be made; nil while all is well.
    package private(set) var lastFailure: RedisFailure?

    /// A tier that does nothing until it is started.
    ///
    /// - Parameters:
    ///   - settings: where Redis is, and how long it may take.
    ///   - eventLoop: the loop on which everything happens.
    ///   - onStateChange: called on the loop when the tier goes to another state, ``State/slow`` excepted.
    package init(
        settings: RedisTierSettings,
        eventLoop: any EventLoop,
        onStateChange: ((State) -> Void)? = nil
    ) {
        self.settings = settings
        self.eventLoop = eventLoop
        self.onStateChange = onStateChange
        self.machine = StateMachine(backoff: settings.backoff)
    }

    package var counters: Counters { self.tally.counters }

    package var state: State {
        switch self.machine.state {
        case .stopped: .stopped
        case .connecting(failures: 0): .connecting
        case .connecting, .waiting: .down
        case .up: self.connection?.isSlow == true ? .slow : .up
        }
    }

    /// The longest that a lookup takes.
    package var timeout: Duration { self.settings.timeout }

    /// Whether a command would be sent now; when not, every lookup is a miss.
    package var isAvailable: Bool { self.connection?.isAvailable ?? false }

    // MARK: Commands

    /// Looks up all keys in one command.
    ///
    /// `completion` gets as many values as there are keys, in their order, nil for a miss. It is called exactly once, on
    /// the loop, and never before this method has returned.
    package func mget(_ keys: [String], completion: @escaping ([StoredFragment?]) -> Void) {
        self.eventLoop.assertInEventLoop()
        if !keys.isEmpty, let connection, connection.isAvailable, connection.lookup(keys, completion: completion) {
            return
        }
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
        self.count(self.isAvailable && self.connection?.set(key, fragment, ttl: ttl) ?? false)
    }

    /// Deletes keys; only the attempt is certain.
    package func delete(_ keys: [String]) {
        self.eventLoop.assertInEventLoop()
        guard !keys.isEmpty else { return }
        self.count(self.isAvailable && self.connection?.delete(keys) ?? false)
    }

    /// What Redis knows a copy by.
    func key(_ name: String) -> String { self.settings.keyPrefix + name }

    /// Sends a command whose reply is yes or no: `OK` and a number but 0 are yes, 0 and null are no.
    ///
    /// - Parameters:
    ///   - arguments: the command's name and its arguments.
    ///   - value: a copy as the next argument, and what it is known by.
    ///   - further: the arguments after it.
    ///   - completion: called once, on the loop; gets nil when there is no reply in time, or an error.
    func call(
        _ arguments: [String],
        value: (fragment: StoredFragment, name: String)? = nil,
        _ further: [String] = [],
        completion: @escaping (Bool?) -> Void
    ) {
        self.eventLoop.assertInEventLoop()
        if let connection, connection.isAvailable,
            connection.call(arguments, value: value, further, completion: completion)
        {
            return
        }
        self.tally.counters.unsent += 1
        self.eventLoop.assumeIsolated().execute { completion(nil) }
    }

    private func count(_ isWritten: Bool) {
        if isWritten { self.tally.counters.writes += 1 } else { self.tally.counters.unsent += 1 }
    }

    // MARK: Life

    /// Begins to connect, in the background.
    package func start() {
        self.eventLoop.assertInEventLoop()
        self.perform { $0.start() }
    }

    /// Ends the connection; lookups under way are misses.
    ///
    /// The tier can be started again.
    ///
    /// - Returns: a future that is done when the connection is closed; it does not fail.
    package func stop() -> EventLoopFuture<Void> {
        self.eventLoop.assertInEventLoop()
        let channel = self.channel
        self.perform { $0.stop() }
        // A channel that is closed already says so by an error, and that is what is wanted here.
        return channel?.closeFuture.recover { _ in } ?? self.eventLoop.makeSucceededVoidFuture()
    }

    /// The one door to the state machine: changes the state, then acts, then tells.
    private func perform(_ input: (inout StateMachine) -> StateMachine.Action) {
        let before = self.state
        let action = input(&self.machine)
        switch action {
        case .nothing: break
        case .connect: self.connect()
        case .wait(let duration):
            self.startTimer(duration) { tier in tier.perform { $0.retry() } }
        case .close: self.disconnect()
        }
        let after = self.state
        if after != before { self.onStateChange?(after) }
    }

    private func connect() {
        let connection = RedisConnection(
            settings: self.settings,
            tally: self.tally,
            onReady: { [weak self] connection in self?.becameReady(connection) },
            onEnd: { [weak self] connection, failure in self?.ended(connection, failure) }
        )
        self.connection = connection
        self.startTimer(self.settings.connectTimeout) { tier in
            tier.abandon(
                RedisFailure(code: .handshakeTimeout, message: "no answer within \(tier.settings.connectTimeout)")
            )
        }
        let handler = NIOLoopBound(connection, eventLoop: self.eventLoop)
        let bootstrap = ClientBootstrap(group: self.eventLoop)
            .connectTimeout(TimeAmount(self.settings.connectTimeout))
            .channelOption(.writeBufferWaterMark, value: .init(low: 1 << 20, high: 4 << 20))
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 16384, maximum: 262_144)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(handler.value)
                }
            }
        let connected =
            switch self.settings.address {
            case .tcp(let host, let port):
                bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
            case .unixSocket(let path): bootstrap.connect(unixDomainSocketPath: path)
            }
        connected.assumeIsolated().whenComplete { [weak self] result in
            switch result {
            case .success(let channel):
                // One that took too long has been given up, and another may have taken its place.
                if let self, self.connection === connection {
                    self.channel = channel
                } else {
                    channel.close(promise: nil)
                }
            case .failure(let error):
                self?.ended(connection, RedisFailure(code: .connect, message: String(describing: error)))
            }
        }
    }

    private func becameReady(_ connection: RedisConnection) {
        guard connection === self.connection else { return }
        self.cancelTimer()
        self.lastFailure = nil
        self.tally.counters.connections += 1
        self.perform {
            $0.connected(at: .now())
            return .nothing
        }
    }

    private func ended(_ connection: RedisConnection, _ failure: RedisFailure) {
        guard connection === self.connection else { return }
        self.cancelTimer()
        self.connection = nil
        self.channel = nil
        self.lastFailure = failure
        self.perform { $0.ended(at: .now(), jitter: .random(in: 0...1)) }
    }

    /// Gives up the present attempt to connect.
    private func abandon(_ failure: RedisFailure) {
        guard let connection else { return }
        if self.channel == nil { self.ended(connection, failure) } else { connection.close(failure) }
    }

    private func disconnect() {
        self.cancelTimer()
        let connection = self.connection
        self.connection = nil
        self.channel = nil
        connection?.close(RedisFailure(code: .closed, message: "stopped"))
    }

    private func startTimer(_ duration: Duration, _ action: @escaping (RedisTier) -> Void) {
        self.cancelTimer()
        self.timer = self.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(duration)) { [weak self] in
            guard let self else { return }
            self.timer = nil
            action(self)
        }
    }

    private func cancelTimer() {
        self.timer?.cancel()
        self.timer = nil
    }
}
