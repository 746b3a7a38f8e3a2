import NIOCore
import NIOPosix

/// One server, as an event loop sees it: a connection, and the next one when that has ended.
final class RedisNode: RedisServers {
    typealias Address = RedisTierSettings.Address

    /// Where it is; nil for the master that the sentinels name, who are asked before each connection.
    let address: Address?
    private let settings: RedisTierSettings
    private let tally: RedisTally
    private let compressor: BodyCompressor?
    private let eventLoop: any EventLoop
    var onChange: () -> Void = {}
    private var machine: StateMachine
    private var connection: RedisConnection?
    private var channel: (any Channel)?
    /// Runs out when a connection is not usable in time, or when the next one is due.
    private var timer: Scheduled<Void>?
    private(set) var lastFailure: RedisFailure?

    /// - Parameters:
    ///   - address: where it is; nil for the master that the sentinels name.
    ///   - settings: how to sign in, and how long to wait.
    ///   - tally: where to count what happens.
    ///   - compressor: makes large bodies smaller, and reads them again.
    ///   - eventLoop: the loop on which everything happens.
    init(
        address: Address?,
        settings: RedisTierSettings,
        tally: RedisTally,
        compressor: BodyCompressor?,
        eventLoop: any EventLoop
    ) {
        self.address = address
        self.settings = settings
        self.tally = tally
        self.compressor = compressor
        self.eventLoop = eventLoop
        self.machine = StateMachine(backoff: settings.backoff)
    }

    var state: RedisTier.State {
        switch self.machine.state {
        case .stopped: .stopped
        case .connecting(failures: 0): .connecting
        case .connecting, .waiting: .down
        case .up: self.connection?.isSlow == true ? .slow : .up
        }
    }

    var isAvailable: Bool { self.connection?.isAvailable ?? false }

    // MARK: Commands

    /// The connection, if a command would be sent now.
    private var available: RedisConnection? {
        guard let connection, connection.isAvailable else { return nil }
        return connection
    }

    func lookup(_ keys: [String], completion: @escaping ([StoredFragment?]) -> Void) -> Bool {
        self.available?.lookup(keys, completion: completion) ?? false
    }

    func set(_ key: String, _ fragment: StoredFragment, ttl: Duration) -> Bool {
        self.available?.set(key, fragment, ttl: ttl) ?? false
    }

    func delete(_ keys: [String]) -> Bool { self.available?.delete(keys) ?? false }

    func call(_ call: RedisCall, completion: @escaping (Bool?) -> Void) -> Bool {
        self.available?.call(call, completion: completion) ?? false
    }

    /// Sends a command as one that may be answered elsewhere.
    ///
    /// - Parameters:
    ///   - isAsked: whether it is about a slot that is on its way here.
    ///   - command: sends it, and says whether it did.
    /// - Returns: whether it was sent.
    func send(asking isAsked: Bool, _ command: (RedisConnection) -> Bool) -> Bool {
        guard let connection = self.available, !isAsked || connection.ask() else { return false }
        return command(connection)
    }

    // MARK: Life

    func start() {
        self.eventLoop.assertInEventLoop()
        self.perform { $0.start() }
    }

    func stop() -> EventLoopFuture<Void> {
        self.eventLoop.assertInEventLoop()
        let channel = self.channel
        self.perform { $0.stop() }
        // A channel that is closed already says so by an error, and that is what is wanted here.
        return channel?.closeFuture.recover { _ in } ?? self.eventLoop.makeSucceededVoidFuture()
    }

    /// The one door to the state machine: changes the state, then acts, then tells.
    private func perform(_ input: (inout StateMachine) -> StateMachine.Action) {
        switch input(&self.machine) {
        case .nothing: break
        case .connect: self.connect()
        case .wait(let duration):
            self.startTimer(duration) { node in node.perform { $0.retry() } }
        case .close: self.disconnect()
        }
        self.onChange()
    }

    private func connect() {
        let connection = RedisConnection(
            settings: self.settings,
            mustBeMaster: self.address == nil,
            tally: self.tally,
            compressor: self.compressor,
            onReady: { [weak self] connection in self?.becameReady(connection) },
            onEnd: { [weak self] connection, failure in self?.ended(connection, failure) }
        )
        self.connection = connection
        self.startTimer(self.settings.connectTimeout) { node in
            node.abandon(
                RedisFailure(code: .handshakeTimeout, message: "no answer within \(node.settings.connectTimeout)")
            )
        }
        if let address {
            self.connect(connection, to: address)
            return
        }
        let directory = RedisDirectory(settings: self.settings, loop: self.eventLoop)
        let found = self.eventLoop.makePromise(of: Result<Address, RedisFailure>.self)
        found.completeWithTask {
            do throws(RedisFailure) {
                // There is one master for all keys.
                return .success(try await directory.owner(of: ""))
            } catch {
                return .failure(error)
            }
        }
        found.futureResult.assumeIsolated().whenSuccess { [weak self] result in
            // One that took too long has been given up, and another may have taken its place.
            guard let self, self.connection === connection else { return }
            switch result {
            case .success(let address): self.connect(connection, to: address)
            case .failure(let failure): self.ended(connection, failure)
            }
        }
    }

    private func connect(_ connection: RedisConnection, to address: Address) {
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
            switch address {
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

    private func startTimer(_ duration: Duration, _ action: @escaping (RedisNode) -> Void) {
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
