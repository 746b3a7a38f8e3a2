import Curl
import NIOCore
import NIOPosix

/// Carries the fetches of one event loop over connections of its own, to upstreams that speak plain HTTP/1.1.
///
/// It belongs to its loop. Receivers are called on the loop, never within ``start(_:to:)`` or ``cancel(_:)``.
final class DirectDriver {
    /// Its bounds, which are those of libcurl's driver.
    private let settings: CurlDriverSettings
    private let eventLoop: any EventLoop
    private let keptAge: TimeAmount
    private var active: [ObjectIdentifier: DirectTransfer] = [:]
    /// The idle connections to each address, the one that was used last at the end.
    private var idle: [ObjectIdentifier: [DirectConnection]] = [:]
    /// Where names have led to.
    private var resolved: [ObjectIdentifier: (address: SocketAddress, until: NIODeadline)] = [:]
    private static let resolvedAge = TimeAmount.seconds(60)
    private var tick: (deadline: NIODeadline, task: Scheduled<Void>)?
    private var isShutDown = false

    init(eventLoop: any EventLoop, settings: CurlDriverSettings = CurlDriverSettings()) {
        self.eventLoop = eventLoop
        self.settings = settings
        self.keptAge = .seconds(Int64(settings.keptConnectionAge))
    }

    /// Begins a transfer, which is a `GET` without a body.
    ///
    /// Its receiver hears the end whatever becomes of it.
    func start(_ transfer: Transfer, to address: DirectAddress) {
        let request = transfer.request
        let deadline = request.deadline.map { NIODeadline.now() + TimeAmount($0 - .now) } ?? .distantFuture
        let direct = DirectTransfer(transfer, to: address, deadline: deadline)
        active[ObjectIdentifier(transfer)] = direct
        guard let lines = headerLines(of: direct) else { return }
        scheduleTick(deadline)
        if !request.usesFreshConnection, let connection = takeIdle(to: address) {
            connection.carry(direct, headerLines: lines)
        } else {
            connect(direct, headerLines: lines)
        }
    }

    /// Ends a transfer as `cancelled`, unless it has ended.
    func cancel(_ transfer: Transfer) {
        guard let direct = active[ObjectIdentifier(transfer)] else { return }
        end(direct, .cancelled, "cancelled")
    }

    /// Ends all transfers as `cancelled`, closes all connections, and refuses what comes.
    func shutdown() {
        isShutDown = true
        for direct in Array(active.values) { end(direct, .cancelled, "the fetcher was shut down") }
        for connection in idle.values.joined() { connection.close() }
        idle = [:]
        tick?.task.cancel()
        tick = nil
    }

    /// The checked header lines of a request; nil, and the transfer's end soon, when it cannot be sent.
    private func headerLines(of direct: DirectTransfer) -> String? {
        let request = direct.transfer.request
        do throws(TransferError) {
            if isShutDown { throw TransferError(.cancelled, "the fetcher was shut down") }
            guard direct.deadline > .now() else { throw TransferError(.timeout, "the deadline has passed") }
            guard request.method == "GET", request.hasValidTarget else {
                throw TransferError(.invalidRequest, "the request target is not a path")
            }
            return try request.headers.lines.get()
        } catch {
            finished(direct, error)
            return nil
        }
    }

    // MARK: Connections

    private func takeIdle(to address: DirectAddress) -> DirectConnection? {
        let key = ObjectIdentifier(address)
        guard let last = idle[key]?.popLast() else { return nil }
        guard last.isOpen, NIODeadline.now() - last.idleSince < keptAge else {
            // The others have been idle for longer.
            last.close()
            for connection in idle.removeValue(forKey: key) ?? [] { connection.close() }
            return nil
        }
        return last
    }

    private func connect(_ direct: DirectTransfer, headerLines: String) {
        let known = resolved[ObjectIdentifier(direct.address)].flatMap { $0.until > .now() ? $0.address : nil }
        let bootstrap = bootstrap(for: direct)
        let connected =
            switch direct.address.place {
            case .address(let address): bootstrap.connect(to: address)
            case .name(let host, let port):
                known.map { bootstrap.connect(to: $0) } ?? bootstrap.connect(host: host, port: port)
            }
        let bound = NIOLoopBound((self, direct), eventLoop: eventLoop)
        connected.whenComplete { result in
            let (driver, direct) = bound.value
            driver.connectEnded(result, direct, headerLines: headerLines, usedKnownAddress: known != nil)
        }
    }

    private func bootstrap(for direct: DirectTransfer) -> ClientBootstrap {
        let bound = NIOLoopBound((self, direct.address), eventLoop: eventLoop)
        return ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(direct.transfer.request.connectTimeout))
            // An answer is most often one read; a second attempt to read would be a system call for nothing.
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // A name with several addresses has a channel tried for each.
                    let (driver, address) = bound.value
                    try channel.pipeline.syncOperations.addHandler(
                        DirectConnection(driver, to: address, headLimits: driver.settings.headLimits)
                    )
                }
            }
    }

    private func connectEnded(
        _ result: Result<any Channel, any Error>,
        _ direct: DirectTransfer,
        headerLines: String,
        usedKnownAddress: Bool
    ) {
        let isWanted = active[ObjectIdentifier(direct.transfer)] === direct
        do {
            let channel = try result.get()
            let connection = try channel.pipeline.syncOperations.handler(type: DirectConnection.self)
            remember(channel.remoteAddress, of: direct.address)
            if isWanted {
                direct.isFirstOfConnection = true
                connection.carry(direct, headerLines: headerLines)
            } else {
                keep(connection)
            }
        } catch {
            resolved[ObjectIdentifier(direct.address)] = nil
            guard isWanted else { return }
            if usedKnownAddress {
                // The name may stand for another address by now.
                connect(direct, headerLines: headerLines)
            } else {
                finished(direct, Self.failure(error, to: direct.address))
            }
        }
    }

    /// Saves a name's next connections the question for its address, as long as libcurl would.
    private func remember(_ found: SocketAddress?, of address: DirectAddress) {
        guard case .name = address.place, let found else { return }
        resolved[ObjectIdentifier(address)] = (found, until: .now() + Self.resolvedAge)
    }

    private static func failure(_ error: any Error, to address: DirectAddress) -> TransferError {
        let reason = ((error as? NIOConnectionError)?.connectionErrors.first?.error ?? error)
        if case ChannelError.connectTimeout = reason {
            return TransferError(.timeout, "no connection to \(address.authority) in time")
        }
        return TransferError(.connect, "no connection to \(address.authority): \(reason)")
    }

    /// Takes a connection back that can carry another transfer.
    func keep(_ connection: DirectConnection) {
        let key = ObjectIdentifier(connection.address)
        guard !isShutDown, connection.isOpen, idle[key, default: []].count < settings.keptConnections else {
            connection.close()
            return
        }
        // Those that have been idle for long are closed two at a time: they were used before all others.
        for _ in 0..<2 {
            guard let oldest = idle[key]?.first, NIODeadline.now() - oldest.idleSince >= keptAge else { break }
            idle[key]?.removeFirst()
            oldest.close()
        }
        idle[key, default: []].append(connection)
    }

    /// Lets go of an idle connection that has ended.
    func forget(_ connection: DirectConnection) {
        idle[ObjectIdentifier(connection.address)]?.removeAll { $0 === connection }
    }

    // MARK: Ends

    /// A transfer has ended, with an answer.
    func finished(_ direct: DirectTransfer) {
        guard active.removeValue(forKey: ObjectIdentifier(direct.transfer)) != nil else { return }
        direct.finish(nil)
    }

    /// A transfer has ended without an answer.
    ///
    /// It is told soon, not now: some failures come while it is being begun, and what waits for its place could fail at
    /// once as well, each within the end of the one before.
    func finished(_ direct: DirectTransfer, _ failure: TransferError) {
        guard active.removeValue(forKey: ObjectIdentifier(direct.transfer)) != nil else { return }
        eventLoop.assumeIsolated().execute { direct.finish(failure) }
    }

    private func end(_ direct: DirectTransfer, _ code: TransferError.Code, _ message: String) {
        // The answer to it may still come: the connection is of no use for another request.
        direct.connection?.close()
        finished(direct, TransferError(code, message, progress: direct.progress))
    }

    // MARK: Deadlines

    /// Sees to it that one timer runs for all transfers under way.
    ///
    /// It is not moved when a transfer ends: it finds out itself what is left.
    private func scheduleTick(_ deadline: NIODeadline) {
        guard deadline != .distantFuture else { return }
        if let tick, tick.deadline <= deadline { return }
        tick?.task.cancel()
        let task = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.tick = nil
            self.checkDeadlines()
        }
        tick = (deadline, task)
    }

    private func checkDeadlines() {
        let now = NIODeadline.now()
        var next = NIODeadline.distantFuture
        for direct in Array(active.values) {
            if direct.deadline <= now {
                direct.connection?.close()
                finished(direct, TransferError(.timeout, "the deadline has passed", progress: direct.progress))
            } else {
                next = min(next, direct.deadline)
            }
        }
        scheduleTick(next)
    }
}
