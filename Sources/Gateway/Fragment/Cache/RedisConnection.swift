import Hiredis
import NIOCore

/// One connection to Redis, with hiredis as its codec: commands of one turn of the loop go out in one flush, replies are
/// matched to them in order, and values are decoded as they are read.
///
/// It lives as long as its channel, in which it is the only handler, and belongs to the channel's loop.
final class RedisConnection: ChannelInboundHandler, ReplyVisitor {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Hears that another server of the cluster answers; true when the command goes there, and its completion with it.
    typealias Redirected = (RedisRedirection) -> Bool

    /// What a reply is for.
    private enum Command {
        /// `AUTH`, `SELECT` and `PING`, which must all succeed.
        case handshake(isLast: Bool)
        /// `ROLE`, which must say that this is a master.
        case role
        case lookup(keys: [String], Redirected?, completion: ([StoredFragment?]) -> Void)
        /// `SET` and `DEL`, whose replies nobody waits for.
        case write(Redirected?)
        /// Another, whose reply is yes or no.
        case call(Redirected?, completion: (Bool?) -> Void)

        var redirected: Redirected? {
            switch self {
            case .handshake, .role: nil
            case .lookup(_, let redirected, _), .write(let redirected), .call(let redirected, _): redirected
            }
        }
    }

    /// What has been seen of the reply that is being read.
    private struct PartialReply {
        /// What was looked up, where it is the answer to a lookup.
        var keys: [String] = []
        var fragments: [StoredFragment?] = []
        var error: String?
        /// What it says where it is one word: `OK` and a number but 0 are yes, 0 and null are no.
        var answer: Bool?
        /// The first word of what `ROLE` says.
        var role: String?
        /// Whether it has the shape that the command's reply must have.
        var isExpected = true
    }

    private enum Phase {
        case handshake
        case ready
        /// Nothing more is read or sent.
        case ended
    }

    private let settings: RedisTierSettings
    private let mustBeMaster: Bool
    private let tally: RedisTally
    private let compressor: BodyCompressor?
    private let onReady: (RedisConnection) -> Void
    private let onEnd: (RedisConnection, RedisFailure) -> Void

    private var context: ChannelHandlerContext?
    private var phase = Phase.handshake
    private var queue: RedisCommandQueue<Command>
    private var reader: ReplyReader?
    private var partial = PartialReply()
    private var builder = CommandBuilder()
    private var outgoing = ByteBuffer()
    private var scratch = ByteBuffer()
    private var isReading = false
    private var isFlushScheduled = false
    private var tick: (deadline: NIODeadline, task: Scheduled<Void>)?
    private var failure: RedisFailure?

    /// - Parameters:
    ///   - settings: how to sign in, and how long to wait.
    ///   - mustBeMaster: whether a server that cannot be written to is of no use.
    ///   - tally: where to count what happens.
    ///   - compressor: makes large bodies smaller, and reads them again.
    ///   - onReady: called at most once.
    ///   - onEnd: called exactly once if the channel has ever been active.
    init(
        settings: RedisTierSettings,
        mustBeMaster: Bool = false,
        tally: RedisTally,
        compressor: BodyCompressor? = nil,
        onReady: @escaping (RedisConnection) -> Void,
        onEnd: @escaping (RedisConnection, RedisFailure) -> Void
    ) {
        self.settings = settings
        self.mustBeMaster = mustBeMaster
        self.tally = tally
        self.compressor = compressor
        self.onReady = onReady
        self.onEnd = onEnd
        // Five times what a page waits for is a stall.
        self.queue = RedisCommandQueue(patience: TimeAmount(settings.timeout * 5))
    }

    // MARK: Commands

    /// Whether a command would be sent now.
    var isAvailable: Bool {
        self.phase == .ready && !self.queue.isSlow && self.queue.count < self.settings.maximumCommandsInFlight
    }

    /// Whether a reply is overdue.
    var isSlow: Bool { self.queue.isSlow }

    /// Sends one `MGET`, and gives its values, or misses when they do not come in time; false when it cannot be sent.
    func lookup(
        _ keys: [String],
        redirected: Redirected? = nil,
        completion: @escaping ([StoredFragment?]) -> Void
    ) -> Bool {
        self.builder.append("MGET")
        for key in keys { self.builder.append(self.settings.keyPrefix, key) }
        return self.send(.lookup(keys: keys, redirected, completion: completion))
    }

    private func appendValue(_ value: ByteBuffer) { self.builder.append(bytes: value.readableBytesSpan) }

    /// Sends a `SET`; false when it cannot be sent.
    func set(_ key: String, _ fragment: StoredFragment, ttl: Duration, redirected: Redirected? = nil) -> Bool {
        defer { self.scratch.clearLargest() }
        guard fragment.encode(for: key, into: &self.scratch, compressor: self.compressor),
            self.scratch.readableBytes <= self.settings.maximumValueBytes,
            self.context?.channel.isWritable ?? false
        else { return false }
        self.builder.append("SET")
        self.builder.append(self.settings.keyPrefix, key)
        self.appendValue(self.scratch)
        self.builder.append("PX")
        self.builder.append(String(ttl.milliseconds))
        return self.send(.write(redirected))
    }

    /// Sends a `DEL`; false when it cannot be sent.
    func delete(_ keys: [String], redirected: Redirected? = nil) -> Bool {
        self.builder.append("DEL")
        for key in keys { self.builder.append(self.settings.keyPrefix, key) }
        return self.send(.write(redirected))
    }

    /// Lets the next command have what is on its way to this server; false when it cannot be sent.
    func ask() -> Bool {
        self.builder.append("ASKING")
        return self.send(.write(nil))
    }

    /// Sends a command and gives its reply; false when it cannot be sent.
    func call(_ call: RedisCall, redirected: Redirected? = nil, completion: @escaping (Bool?) -> Void) -> Bool {
        defer { self.scratch.clearLargest() }
        if let value = call.value {
            guard value.fragment.encode(for: value.name, into: &self.scratch, compressor: self.compressor),
                self.scratch.readableBytes <= self.settings.maximumValueBytes,
                self.context?.channel.isWritable ?? false
            else { return false }
        }
        for argument in call.arguments { self.builder.append(argument) }
        if call.value != nil { self.appendValue(self.scratch) }
        for argument in call.further { self.builder.append(argument) }
        return self.send(.call(redirected, completion: completion))
    }

    /// Closes the channel; commands under way are misses.
    func close(_ failure: RedisFailure) {
        guard self.phase != .ended else { return }
        self.failure = failure
        self.end()
        self.context?.close(promise: nil)
    }

    /// Sends the command that the builder holds.
    private func send(_ command: Command) -> Bool {
        defer { self.builder.removeAll() }
        guard let context else { return false }
        do throws(CommandError) {
            try self.builder.format { _ = self.outgoing.writeBytes($0) }
        } catch {
            self.tally.counters.failures += 1
            return false
        }
        let deadline: NIODeadline =
            switch command {
            // The handshake as a whole has its time.
            case .handshake, .role: .distantFuture
            case .lookup, .write, .call: context.eventLoop.now + TimeAmount(self.settings.timeout)
            }
        self.queue.append(command, deadline: deadline)
        self.scheduleTick(context)
        self.scheduleFlush(context)
        return true
    }

    /// Sends what has gathered when the loop has done all that lies before it now.
    private func scheduleFlush(_ context: ChannelHandlerContext) {
        guard !self.isReading, !self.isFlushScheduled else { return }
        self.isFlushScheduled = true
        context.eventLoop.assumeIsolated().execute {
            self.isFlushScheduled = false
            self.flush()
        }
    }

    private func flush() {
        guard let context, self.phase != .ended, self.outgoing.readableBytes > 0 else { return }
        context.writeAndFlush(self.wrapOutboundOut(self.outgoing), promise: nil)
        self.outgoing.clearLargest()
    }

    // MARK: Deadlines

    /// Sees to it that one timer runs while commands are under way.
    ///
    /// It is not moved when a reply comes: it finds out itself what is left, once in ``RedisTierSettings/timeout``.
    private func scheduleTick(_ context: ChannelHandlerContext) {
        guard let deadline = self.queue.nextDeadline, deadline != .distantFuture else { return }
        if let tick, tick.deadline <= deadline { return }
        // Only after a slow spell, when it was set for the end of the patience.
        self.tick?.task.cancel()
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.tick = nil
            self.checkDeadlines(due: deadline)
        }
        self.tick = (deadline, task)
    }

    /// How late a timer is when the loop has been busy: what has come meanwhile has not been read then.
    private static let lateness = TimeAmount.milliseconds(2)

    private func checkDeadlines(due: NIODeadline) {
        guard let context, self.phase == .ready else { return }
        let now = context.eventLoop.now
        if now - due > Self.lateness, self.tick == nil {
            // The loop was late, and Redis perhaps not: one turn to read what lies in the socket.
            let next = now + .milliseconds(1)
            let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: next) {
                self.tick = nil
                self.checkDeadlines(due: context.eventLoop.now)
            }
            self.tick = (next, task)
            return
        }
        let expired = self.queue.takeExpired(at: now)
        if !expired.isEmpty {
            self.tally.counters.timeouts += expired.count
            // What has been read of the first one's reply is of no use any more.
            self.partial = PartialReply()
        }
        let isHopeless = self.queue.isHopeless(at: now)
        for command in expired { self.miss(command) }
        if isHopeless {
            self.close(RedisFailure(code: .tooSlow, message: "no answer within \(self.settings.timeout)"))
        } else {
            self.scheduleTick(context)
        }
    }

    private func miss(_ command: Command) {
        switch command {
        case .lookup(let keys, _, let completion):
            self.tally.counters.misses += keys.count
            completion(Array(repeating: nil, count: keys.count))
        case .call(_, let completion): completion(nil)
        case .handshake, .role, .write: break
        }
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.reader = ReplyReader(visitor: self, maximumReplyBytes: self.settings.maximumReplyBytes)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.end()
        self.context = nil
        // The reader holds on to its visitor.
        self.reader = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        for command in self.settings.access.signIn {
            for argument in command { self.builder.append(argument) }
            _ = self.send(.handshake(isLast: false))
        }
        if self.mustBeMaster {
            self.builder.append("ROLE")
            _ = self.send(.role)
        }
        // A server that is loading its data, or wants a password, says so here.
        self.builder.append("PING")
        _ = self.send(.handshake(isLast: true))
        self.flush()
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let reader, self.phase != .ended else { return }
        self.isReading = true
        defer { self.isReading = false }
        let bytes = self.unwrapInboundIn(data)
        do throws(ReplyError) {
            var rest = bytes.readableBytesSpan
            while self.phase != .ended, rest.byteCount > 0 {
                try reader.feed(rest.extracting(first: ReplyReader.bestFeed))
                while self.phase != .ended, try reader.next() == .reply { self.finishReply() }
                rest = rest.extracting(droppingFirst: ReplyReader.bestFeed)
            }
        } catch {
            self.close(RedisFailure(code: .malformedReply, message: error.message))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.flush()
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.close(RedisFailure(code: .closed, message: String(describing: error)))
    }

    /// Ends it, once: everybody who waits gets misses.
    private func end() {
        guard self.phase != .ended else { return }
        self.phase = .ended
        self.tick?.task.cancel()
        self.tick = nil
        for command in self.queue.takeAll() { self.miss(command) }
        self.onEnd(self, self.failure ?? RedisFailure(code: .closed, message: "the server closed the connection"))
    }

    // MARK: Replies

    private func finishReply() {
        let reply = self.partial
        self.partial = PartialReply()
        switch self.queue.takeReplied() {
        case .command(let command):
            if let error = reply.error { self.finish(command, refusedBy: error) } else { self.finish(command, reply) }
        case .late:
            break
        case .unexpected:
            self.close(RedisFailure(code: .malformedReply, message: "a reply that belongs to no command"))
        }
    }

    private func finish(_ command: Command, _ reply: PartialReply) {
        switch command {
        case .handshake(let isLast):
            guard isLast else { return }
            self.phase = .ready
            self.onReady(self)
        case .role:
            if reply.role != "master" { self.close(.noMaster) }
        case .lookup(let keys, _, let completion):
            guard reply.isExpected, reply.fragments.count == keys.count else { return self.miss(command) }
            let hits = reply.fragments.count { $0 != nil }
            self.tally.counters.hits += hits
            self.tally.counters.misses += keys.count - hits
            completion(reply.fragments)
        case .write:
            break
        case .call(_, let completion):
            completion(reply.answer)
        }
    }

    private func finish(_ command: Command, refusedBy error: String) {
        if self.phase == .handshake { return self.close(RedisFailure(code: .refused, message: error)) }
        if let redirected = command.redirected, let redirection = RedisRedirection(error), redirected(redirection) {
            return
        }
        self.tally.counters.failures += 1
        self.miss(command)
        // A master that has become a replica; the next connection goes to whoever is the master now.
        if self.mustBeMaster, error.hasPrefix("READONLY") {
            self.close(RedisFailure(code: .refused, message: error))
        }
    }

    func visit(string: RawSpan, kind: ReplyStringKind, depth: Int) {
        if kind == .error, depth == 0 {
            let message = unsafe string.withUnsafeBytes { unsafe String(decoding: $0.prefix(200), as: UTF8.self) }
            self.partial.error = message
            return
        }
        if depth == 0 { self.partial.answer = true }
        let position = self.partial.fragments.count
        guard depth == 1, position < self.partial.keys.count else {
            if self.phase == .handshake, self.partial.role == nil {
                self.partial.role = unsafe string.withUnsafeBytes {
                    unsafe String(decoding: $0.prefix(20), as: UTF8.self)
                }
            }
            self.partial.isExpected = false
            return
        }
        let isSmallEnough = kind == .value && string.byteCount <= self.settings.maximumValueBytes
        let fragment =
            isSmallEnough
            ? StoredFragment(decoding: string, for: self.partial.keys[position], compressor: self.compressor) : nil
        if fragment == nil { self.tally.counters.poisoned += 1 }
        self.partial.fragments.append(fragment)
    }

    func visit(integer: Int64, depth: Int) {
        if depth == 0 { self.partial.answer = integer != 0 }
        self.visitNull(depth: depth)
    }

    func visitNull(depth: Int) {
        if depth == 0, self.partial.answer == nil { self.partial.answer = false }
        guard depth == 1, self.partial.fragments.count < self.partial.keys.count else {
            self.partial.isExpected = false
            return
        }
        self.partial.fragments.append(nil)
    }

    func visit(arrayOf count: Int, depth: Int) {
        guard depth == 0, case .lookup(let keys, _, _)? = self.queue.head, count == keys.count else {
            self.partial.isExpected = false
            return
        }
        self.partial.keys = keys
        self.partial.fragments.reserveCapacity(keys.count)
    }
}

extension ByteBuffer {
    /// Empties it, and gives its memory back when that is much.
    fileprivate mutating func clearLargest() {
        if self.capacity <= 256 << 10 { self.clear() } else { self = ByteBuffer() }
    }
}
