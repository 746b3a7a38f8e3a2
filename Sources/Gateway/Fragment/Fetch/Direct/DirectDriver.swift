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
            finishSoon(direct, error)
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
        let connection = DirectConnection(self, to: direct.address, headLimits: settings.headLimits)
        let bound = NIOLoopBound((self, direct, connection), eventLoop: eventLoop)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(direct.transfer.request.connectTimeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // An answer is most often one read; a second attempt to read would be a system call for nothing.
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value.2)
                }
            }
        let connected =
            switch direct.address.place {
            case .tcp(let host, let port): bootstrap.connect(host: host, port: port)
            case .unixSocket(let path): bootstrap.connect(unixDomainSocketPath: path)
            }
        connected.whenComplete { result in
            let (driver, direct, connection) = bound.value
            driver.connectEnded(result, direct, connection, headerLines: headerLines)
        }
    }

    private func connectEnded(
        _ result: Result<any Channel, any Error>,
        _ direct: DirectTransfer,
        _ connection: DirectConnection,
        headerLines: String
    ) {
        let isWanted = active[ObjectIdentifier(direct.transfer)] === direct
        switch result {
        case .failure(let error):
            if isWanted { finished(direct, Self.failure(error, to: direct.address)) }
        case .success where isWanted:
            direct.isFirstOfConnection = true
            connection.carry(direct, headerLines: headerLines)
        case .success:
            keep(connection)
        }
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
        idle[key, default: []].append(connection)
    }

    /// Lets go of an idle connection that has ended.
    func forget(_ connection: DirectConnection) {
        idle[ObjectIdentifier(connection.address)]?.removeAll { $0 === connection }
    }

    // MARK: Ends

    /// A transfer has ended: with an answer, or with what went wrong.
    func finished(_ direct: DirectTransfer, _ failure: TransferError?) {
        guard active.removeValue(forKey: ObjectIdentifier(direct.transfer)) != nil else { return }
        direct.finish(failure)
    }

    /// A transfer found its connection gone when it was about to use it.
    func connectionFailed(_ direct: DirectTransfer, _ failure: TransferError) { finishSoon(direct, failure) }

    private func finishSoon(_ direct: DirectTransfer, _ failure: TransferError) {
        active[ObjectIdentifier(direct.transfer)] = nil
        eventLoop.assumeIsolated().execute { direct.finish(failure) }
    }

    private func end(_ direct: DirectTransfer, _ code: TransferError.Code, _ message: String) {
        // The answer to it may still come: the connection is of no use for another request.
        direct.connection?.close()
        finishSoon(direct, TransferError(code, message, progress: direct.progress))
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
