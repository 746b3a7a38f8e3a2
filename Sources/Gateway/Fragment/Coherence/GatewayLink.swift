import Hiredis
import Logging
import NIOCore
import Synchronization

/// The link between the gateways that share a Redis: each tells the others of purges and of what it has fetched under a
/// lease, and says how far it has taken in what the others told.
///
/// Purges go through a stream that is read from the last place that was taken in, so that none is lost while a
/// connection is. A gateway that finds no stream, or one that ends before what it knows, cannot tell what was lost with
/// it: it begins a stream by ending everything.
final class GatewayLink: Sendable {
    /// What the link does in this gateway.
    struct Hooks: Sendable {
        /// Ends copies on every loop; done when all loops have.
        let apply: @Sendable ([GatewayStreams.Purge]) async -> Void
        /// Ends copies that are older than what the stream still tells of.
        let endAll: @Sendable (_ before: PurgePosition) async -> Void
        /// Everything that is known in Redis is known on every loop from now on, or is not any more.
        let setKnowledge: @Sendable (PurgeLog.Knowledge) async -> Void
        /// Tells every loop what has arrived.
        let arrived: @Sendable ([GatewayStreams.Arrival]) -> Void
        /// Tells every loop how many gateways live.
        let setGateways: @Sendable (Int) async -> Void
    }

    /// How things stand, for whoever asks.
    struct Status: Sendable {
        /// Whether purges are known as soon as they have happened.
        var isFollowing = false
        /// The last purge that was taken in.
        var position = PurgePosition.start
        /// The gateways that live, this one among them; what was known at the last heartbeat.
        var gateways = 1
        /// Why the link was lost last.
        var failure: RedisFailure?
    }

    /// A connection for commands that are answered at once, while the link is up.
    private struct State {
        var status = Status()
        var control: RedisClient?
        var hasTried = false
        var untold = UntoldPurges()
    }

    let name: String
    private let directory: RedisDirectory
    private let backoff: ClosedRange<Duration>
    private let settings: PurgeSettings
    private let loop: any EventLoop
    private let hooks: Hooks
    private let logger: Logger
    private let state = Mutex(State())
    /// Done when the first connection is up, or has failed.
    private let firstTry: EventLoopPromise<Void>

    /// How long one read waits for news, and with it the time between two heartbeats.
    private static let block = Duration.seconds(1)
    /// How long a command may take that waits for nothing, and a read beyond its wait.
    private static let patience = Duration.milliseconds(500)
    /// A gateway that says nothing for so long is taken for gone.
    private static let heartbeatLifetime = Duration.seconds(5)
    private static let batch = 1000

    init(
        name: String,
        redis: RedisTierSettings,
        settings: PurgeSettings,
        loop: any EventLoop,
        hooks: Hooks,
        logger: Logger
    ) {
        self.name = name
        self.directory = RedisDirectory(settings: redis, loop: loop)
        self.backoff = redis.backoff
        self.settings = settings
        self.loop = loop
        self.hooks = hooks
        self.logger = logger
        self.firstTry = loop.makePromise()
    }

    var status: Status { self.state.withLock { $0.status } }

    // MARK: Following

    /// Follows the streams until the task is cancelled; a lost connection is made anew.
    func run() async {
        var failures = 0
        while !Task.isCancelled {
            let began = ContinuousClock.now
            do throws(RedisFailure) {
                try await self.connectAndFollow()
            } catch {
                await self.lost(error)
            }
            failures = ContinuousClock.now - began > .seconds(5) ? 0 : failures + 1
            let wait = RedisBackoff.wait(after: failures, within: self.backoff, jitter: .random(in: 0...1))
            do {
                try await Task.sleep(for: wait)
            } catch {
                return
            }
        }
    }

    /// Waits until the first connection is up or has failed, but not for longer than a time.
    func waitForFirstTry(within patience: Duration) async {
        let timer = self.loop.scheduleTask(in: TimeAmount(patience)) { self.endFirstTry() }
        do {
            try await self.firstTry.futureResult.get()
        } catch {
            self.logger.error("the link's promise failed", metadata: ["error": "\(error)"])
        }
        timer.cancel()
    }

    private func endFirstTry() {
        let isFirst = self.state.withLock { state in
            defer { state.hasTried = true }
            return !state.hasTried
        }
        if isFirst { self.firstTry.succeed() }
    }

    private func lost(_ failure: RedisFailure) async {
        defer { self.endFirstTry() }
        let isNews = self.state.withLock { state in
            defer {
                state.status.isFollowing = false
                state.status.failure = failure
                state.control = nil
            }
            return state.status.isFollowing || state.status.failure != failure
        }
        await self.hooks.setKnowledge(.cutOff(longestAge: self.settings.cutOffAge))
        if isNews, !Task.isCancelled {
            self.logger.warning(
                "purges cannot be followed",
                metadata: ["reason": "\(failure)", "longest-age": "\(self.settings.cutOffAge)"]
            )
        }
    }

    private func connectAndFollow() async throws(RedisFailure) {
        // All keys of the link share a hash tag, so one server answers for all of them.
        let server = try await self.directory.owner(of: GatewayStreams.purges)
        let control = try await self.directory.connect(to: server)
        defer { control.close() }
        let reader = try await self.directory.connect(to: server)
        defer { reader.close() }
        try await GatewayKeys.mend(by: control, within: Self.patience, logger: self.logger)
        try await self.catchUp(by: control)
        let watch = Task { await self.watch(server, closing: reader) }
        defer { watch.cancel() }
        try await self.tellUntold(by: control)
        var lastArrival = try await self.lastArrival(by: control)
        try await self.beat(by: control)
        await self.hooks.setKnowledge(.current)
        self.state.withLock { state in
            state.status.isFollowing = true
            state.control = control
        }
        self.endFirstTry()
        self.logger.notice("purges are followed", metadata: ["from": "\(self.status.position)"])
        while !Task.isCancelled {
            let reply = try await reader.call(
                [
                    "XREAD", "COUNT", String(Self.batch), "BLOCK", String(Self.block.milliseconds), "STREAMS",
                    GatewayStreams.purges, GatewayStreams.arrivals, "\(self.status.position)", lastArrival,
                ],
                within: Self.block + Self.patience
            )
            guard let streams = GatewayStreams.streams(in: reply) else { throw Self.unexpected("XREAD") }
            for (key, entries) in streams {
                if key == GatewayStreams.purges {
                    guard let purges = GatewayStreams.purges(in: entries) else { throw Self.unexpected("XREAD") }
                    try await self.endWhatWasLost(by: control)
                    await self.take(purges)
                } else {
                    guard let (arrivals, last) = GatewayStreams.arrivals(in: entries) else {
                        throw Self.unexpected("XREAD")
                    }
                    self.hooks.arrived(arrivals)
                    lastArrival = last ?? lastArrival
                }
            }
            // What has been taken in, others may wait to hear; that there was no news is told as well.
            if streams.isEmpty || streams.contains(where: { $0.key == GatewayStreams.purges }) {
                try await self.tellUntold(by: control)
                try await self.beat(by: control)
            }
        }
    }

    /// Takes in the purges since the last that is known, and begins the stream where there is none to rely on.
    private func catchUp(by control: RedisClient) async throws(RedisFailure) {
        var known = self.status.position
        let oldest = try await self.purges(by: control, ["XRANGE", GatewayStreams.purges, "-", "+", "COUNT", "1"]).first
        let newest = try await self.purges(by: control, ["XREVRANGE", GatewayStreams.purges, "+", "-", "COUNT", "1"])
            .first
        if let oldest, let newest, newest.position >= known {
            // Purges before the first that is there may have been forgotten.
            if known < oldest.position {
                await self.hooks.endAll(oldest.position)
            } else if known != .start,
                try await self.purges(by: control, ["XRANGE", GatewayStreams.purges, "\(known)", "\(known)"]).isEmpty
            {
                // A master has failed before its replica had all of it, and gateways that come later would not hear of it.
                _ = try await control.call(
                    GatewayStreams.add([PurgeRecord(.everything)], keeping: self.settings.remembered),
                    within: Self.patience
                )
                self.logger.notice("purges are missing on record: everything is taken for purged")
            }
        } else {
            // Copies bear places that this gateway gave by itself, too.
            let latest = max(known, self.state.withLock { $0.untold.position })
            let place = known == .start ? nil : latest.next
            _ = try await control.call(
                GatewayStreams.add([PurgeRecord(.everything)], at: place, keeping: self.settings.remembered),
                within: Self.patience
            )
            self.logger.notice("no purges are on record: everything is taken for purged")
        }
        while true {
            let from = known == .start ? "-" : "(\(known)"
            let purges = try await self.purges(
                by: control,
                ["XRANGE", GatewayStreams.purges, from, "+", "COUNT", String(Self.batch)]
            )
            guard let last = purges.last else { return }
            await self.take(purges)
            known = last.position
        }
    }

    /// Ends everything before the first purge that is there, if that comes after all that is known: those between may
    /// have been evicted, or cut off the stream, before they were read.
    private func endWhatWasLost(by control: RedisClient) async throws(RedisFailure) {
        let oldest = try await self.purges(by: control, ["XRANGE", GatewayStreams.purges, "-", "+", "COUNT", "1"]).first
        if let oldest, oldest.position > self.status.position { await self.hooks.endAll(oldest.position) }
    }

    /// Lets go of a server that is the master no more, and answers still: who else is told of purges would not be known
    /// here.
    private func watch(_ server: RedisTierSettings.Address, closing reader: RedisClient) async {
        guard self.directory.hasSentinels else { return }
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: Self.block)
                guard try await self.directory.owner(of: GatewayStreams.purges) != server else { continue }
                self.logger.notice("the sentinels name another master", metadata: ["left": "\(server)"])
                return reader.close()
            } catch {
                // They may be away for a while; as long as the server serves, that changes nothing.
                self.logger.debug("the sentinels do not answer", metadata: ["reason": "\(error)"])
            }
        }
    }

    private func purges(
        by control: RedisClient,
        _ command: [String]
    ) async throws(RedisFailure) -> [GatewayStreams.Purge] {
        guard let purges = GatewayStreams.purges(in: try await control.call(command, within: Self.patience)) else {
            throw Self.unexpected(command[0])
        }
        return purges
    }

    private func lastArrival(by control: RedisClient) async throws(RedisFailure) -> String {
        let reply = try await control.call(
            ["XREVRANGE", GatewayStreams.arrivals, "+", "-", "COUNT", "1"],
            within: Self.patience
        )
        guard let (_, last) = GatewayStreams.arrivals(in: reply) else { throw Self.unexpected("XREVRANGE") }
        return last ?? "0-0"
    }

    private func take(_ purges: [GatewayStreams.Purge]) async {
        guard let last = purges.last else { return }
        await self.hooks.apply(purges)
        self.state.withLock { $0.status.position = last.position }
    }

    /// Says that this gateway lives, and how far it has come; and learns who else does.
    private func beat(by control: RedisClient) async throws(RedisFailure) {
        let position = "\(self.status.position)"
        _ = try await control.call(
            [
                "SET", GatewayStreams.heartbeat(of: self.name), position, "PX",
                String(Self.heartbeatLifetime.milliseconds),
            ],
            within: Self.patience
        )
        _ = try await control.call(["SADD", GatewayStreams.members, self.name], within: Self.patience)
        let count = max(1, try await self.positions(by: control).count)
        let isNews = self.state.withLock { state in
            defer { state.status.gateways = count }
            return state.status.gateways != count
        }
        if isNews { await self.hooks.setGateways(count) }
    }

    /// The gateways that live, and how far each has come; those that are gone are taken off the list.
    private func positions(by control: RedisClient) async throws(RedisFailure) -> [String: PurgePosition] {
        let members = try await control.call(["SMEMBERS", GatewayStreams.members], within: Self.patience)
        guard let names = members.elements?.compactMap(\.text), !names.isEmpty else { return [:] }
        let reply = try await control.call(
            ["MGET"] + names.map(GatewayStreams.heartbeat(of:)),
            within: Self.patience
        )
        guard let places = reply.elements, places.count == names.count else { throw Self.unexpected("MGET") }
        var positions: [String: PurgePosition] = [:]
        var gone: [String] = []
        for (name, place) in zip(names, places) {
            if let text = place.text {
                positions[name] = PurgePosition(text) ?? .start
            } else {
                gone.append(name)
            }
        }
        if !gone.isEmpty {
            _ = try await control.call(["SREM", GatewayStreams.members] + gone, within: Self.patience)
        }
        return positions
    }

    /// Takes this gateway off the list of those that live.
    func leave() async {
        guard let control = self.state.withLock({ $0.control }) else { return }
        do throws(RedisFailure) {
            _ = try await control.call(["DEL", GatewayStreams.heartbeat(of: self.name)], within: Self.patience)
            _ = try await control.call(["SREM", GatewayStreams.members, self.name], within: Self.patience)
        } catch {
            // The others take it off when its heartbeat has run out.
            self.logger.debug("the gateway's heartbeat is left behind", metadata: ["reason": "\(error)"])
        }
    }

    private static func unexpected(_ command: String) -> RedisFailure {
        RedisFailure(code: .malformedReply, message: "an unexpected reply to \(command)")
    }

    // MARK: Telling

    /// Tells the others as soon as they can be told of what was ended here alone.
    ///
    /// - Parameters:
    ///   - records: what was ended.
    ///   - position: the place that this gateway gave to it.
    func tellLater(_ records: [PurgeRecord], appliedAt position: PurgePosition) {
        self.state.withLock { $0.untold.insert(records, at: position) }
    }

    private func tellUntold(by control: RedisClient) async throws(RedisFailure) {
        let records = self.state.withLock { $0.untold.take() }
        guard !records.isEmpty else { return }
        do throws(RedisFailure) {
            _ = try await control.call(
                GatewayStreams.add(records, keeping: self.settings.remembered),
                within: Self.patience
            )
        } catch {
            self.state.withLock { $0.untold.insert(records) }
            throw error
        }
        self.logger.notice("purges are told that could not be told before", metadata: ["count": "\(records.count)"])
    }

    /// Tells all gateways of purges, and waits until each that lives has taken them in.
    ///
    /// - Parameters:
    ///   - records: what to end.
    ///   - patience: how long to wait for the others.
    /// - Returns: what is known of it then.
    /// - Throws: a ``RedisFailure`` when Redis cannot be told; nothing is known to have ended.
    func purge(_ records: [PurgeRecord], patience: Duration) async throws(RedisFailure) -> PurgeReceipt {
        guard let control = self.state.withLock({ $0.control }) else {
            throw self.status.failure ?? RedisFailure(code: .connect, message: "there is no connection to Redis yet")
        }
        let reply = try await control.call(
            GatewayStreams.add(records, keeping: self.settings.remembered),
            within: Self.patience
        )
        guard let position = reply.text.flatMap({ PurgePosition($0) }) else { throw Self.unexpected("XADD") }
        let deadline = ContinuousClock.now + patience
        while true {
            let positions = try await self.positions(by: control)
            let late = positions.filter { $0.value < position }.keys.sorted()
            if late.isEmpty || ContinuousClock.now >= deadline {
                return PurgeReceipt(records: records, position: position, gateways: positions.count, late: late)
            }
            do {
                try await Task.sleep(for: .milliseconds(2))
            } catch {
                return PurgeReceipt(records: records, position: position, gateways: positions.count, late: late)
            }
        }
    }
}
